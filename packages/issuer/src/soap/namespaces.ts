export const SOAP_ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';

/** The namespace of the operation. The number changes with the format of the messages. */
export const AUTHORIZATION = 'urn:mandate:authorization:1';
