# Perl's SOAP::Lite, without the WSDL: perl client.pl <address> <fields as JSON>
use strict;
use warnings;
use JSON::PP;
use SOAP::Lite;

my ( $address, $fields ) = @ARGV;
my $namespace = 'urn:mandate:authorization:1';
my $given     = decode_json($fields);
my @parts     = map { SOAP::Data->name( $_ => $given->{$_} )->type('string') } sort keys %$given;
my $answer    = SOAP::Lite->proxy($address)->default_ns($namespace)
  ->on_action( sub { "$namespace/Authorize" } )->call( Authorize => @parts );
print encode_json(
    $answer->fault
    ? { faultcode => $answer->faultcode, detail => $answer->faultdetail }
    : { answer => $answer->valueof('//AuthorizeResponse') }
);
