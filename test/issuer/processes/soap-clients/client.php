<?php
// PHP's own SoapClient, which reads everything from the WSDL: php client.php <wsdl> <fields as JSON>
[, $wsdl, $fields] = $argv;
$client = new SoapClient($wsdl, [
    'cache_wsdl' => WSDL_CACHE_NONE,
    // Sends gzip requests if the third argument says so.
    'compression' => ($argv[3] ?? '') === 'gzip' ? SOAP_COMPRESSION_GZIP | 9 : 0,
    'encoding' => $argv[4] ?? 'UTF-8',
]);
try {
    echo json_encode(['answer' => $client->Authorize(json_decode($fields, true))]);
} catch (SoapFault $fault) {
    echo json_encode(['faultcode' => $fault->faultcode, 'detail' => $fault->detail ?? null]);
}
