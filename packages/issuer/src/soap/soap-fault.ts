import { escapeXml } from './escape-xml.js';
import { AUTHORIZATION, SOAP_ENVELOPE } from './namespaces.js';

/** The content of a fault (SOAP 1.1 §4.4). */
export interface SoapFault {
  readonly code: 'Client' | 'Server' | 'MustUnderstand' | 'VersionMismatch';
  readonly message: string;
  /** The code of the REST service. Missing for a fault of the version or a header (§4.4). */
  readonly reason?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** An invalid SOAP message. */
export class SoapError extends Error {
  override readonly name = 'SoapError';
  readonly code: SoapFault['code'];

  constructor(code: SoapFault['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export function createVersionMismatch(): SoapError {
  return new SoapError('VersionMismatch', 'only SOAP 1.1 is supported');
}

export function writeFault({ code, message, reason, retryAfterSeconds }: SoapFault): string {
  const retry =
    retryAfterSeconds === undefined
      ? ''
      : `<retryAfterSeconds>${retryAfterSeconds}</retryAfterSeconds>`;
  const detail =
    reason === undefined
      ? ''
      : `<detail><AuthorizationFault xmlns="${AUTHORIZATION}"><reason>${escapeXml(reason)}</reason>${retry}</AuthorizationFault></detail>`;
  return writeEnvelope(
    `<soap:Fault><faultcode>soap:${code}</faultcode><faultstring>${escapeXml(message)}</faultstring>${detail}</soap:Fault>`,
  );
}

/** @param body markup whose content is already escaped. */
export function writeEnvelope(body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<soap:Envelope xmlns:soap="${SOAP_ENVELOPE}"><soap:Body>${body}</soap:Body></soap:Envelope>`;
}
