import { isSecureUrl } from '@mandate/internal/secure-url';

/** What is wrong with a URL that keys are fetched from; `undefined` if it may be used. */
export function describeUrlFault(value: string, allowHttp: boolean): string | undefined {
  if (!URL.canParse(value)) return 'is not a valid URL';
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') {
    return 'must not contain a user name or a password';
  }
  if (isSecureUrl(url) || (allowHttp && url.protocol === 'http:')) return undefined;
  return allowHttp
    ? 'must be https: or http:'
    : 'must be https:, or http: on a loopback address (otherwise see allowHttp)';
}

/**
 * Checks the identifier of an issuer whose metadata is to be fetched (RFC 8414 §2).
 * @throws TypeError if it is not a secure URL, or has a query or a fragment.
 */
export function checkIssuerUrl(owner: string, issuer: unknown, allowHttp: boolean): void {
  if (typeof issuer !== 'string') throw new TypeError(`${owner}: issuer must be a URL as a string`);
  const fault = describeUrlFault(issuer, allowHttp);
  if (fault !== undefined) throw new TypeError(`${owner}: issuer ${fault}`);
  if (/[?#]/.test(issuer)) {
    throw new TypeError(`${owner}: issuer must have neither a query nor a fragment (RFC 8414 §2)`);
  }
}
