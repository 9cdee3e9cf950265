import { trimWhiteSpace } from '@mandate/internal/trim-white-space';
import { AuthError } from '../auth-error.js';
import type { AuthRequest } from '../auth-request.js';

/** A token of RFC 9110 §5.6.2, which is what RFC 6265 §4.1.1 allows as a name. */
const COOKIE_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

export function isCookieName(value: unknown): boolean {
  return typeof value === 'string' && COOKIE_NAME.test(value);
}

/**
 * Returns the value of a cookie as it is written; a token needs no encoding. Hosts join several `Cookie` lines
 * with a comma or a semicolon.
 * @throws AuthError `credentials_malformed` if the cookie occurs twice, because parsers disagree about which
 * one counts.
 */
export function getCookie(request: AuthRequest, name: string): string | undefined {
  const header = request.header('cookie');
  if (header?.includes(name) !== true) return undefined;
  let found: string | undefined;
  for (const pair of header.split(/[;,]/)) {
    const separator = pair.indexOf('=');
    if (separator === -1 || trimWhiteSpace(pair.slice(0, separator)) !== name) continue;
    if (found !== undefined) {
      throw new AuthError('credentials_malformed', `the cookie ${name} occurs twice`);
    }
    found = trimWhiteSpace(pair.slice(separator + 1));
  }
  return found;
}
