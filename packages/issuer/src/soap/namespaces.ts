export const SOAP_ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';

/** The namespace of the operation; the number changes if the messages ever do. */
export const AUTHORIZATION = 'urn:mandate:authorization:1';
