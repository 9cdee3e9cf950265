import { isSecureUrl } from '@mandate/internal/secure-url';

/**
 * Clients compare identifiers as strings (RFC 9728 §3.3), so only the spelling that a URL parser would keep is allowed.
 * @throws TypeError if the identifier is not such a URL, or has credentials, a query or a fragment.
 */
export function checkIdentifier(owner: string, value: string): void {
  const url = parseSecureUrl(value);
  const isPlain =
    url !== undefined && `${url.username}${url.password}` === '' && !/[?#]/.test(value);
  if (!isPlain) {
    throw new TypeError(
      `${owner} must be an https: URL without credentials, query and fragment (http: on a loopback address)`,
    );
  }
  if (url.href === value || url.href === `${value}/`) return;
  throw new TypeError(`${owner} must be written in its canonical form: ${url.href}`);
}

/** @throws TypeError if the value is not an `https:` URL, or `http:` on a loopback address. */
export function checkPageUrl(owner: string, value: string | undefined): void {
  if (value === undefined || parseSecureUrl(value) !== undefined) return;
  throw new TypeError(`${owner} must be an https: URL (http: on a loopback address)`);
}

function parseSecureUrl(value: string): URL | undefined {
  if (typeof value !== 'string' || /[\s\p{Cc}]/u.test(value) || !URL.canParse(value))
    return undefined;
  const url = new URL(value);
  return isSecureUrl(url) ? url : undefined;
}
