import { trimWhiteSpace } from '@mandate/internal/trim-white-space';
import { AuthError } from '../auth-error.js';
import type { AuthRequest } from '../auth-request.js';

/** A token of RFC 9110 §5.6.2, which is what RFC 6265 §4.1.1 allows as a name. */
const COOKIE_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

export function isCookieName(value: unknown): boolean {
  return typeof value === 'string' && COOKIE_NAME.test(value);
}

const TAB = 0x09;
const SPACE = 0x20;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

/**
 * Returns the value of a cookie as it is written; a token needs no encoding. Hosts join several `Cookie` lines
 * with a comma or a semicolon, so both end a cookie.
 * @throws AuthError `credentials_malformed` if the cookie occurs twice, because parsers disagree about which
 * one counts.
 */
export function getCookie(request: AuthRequest, name: string): string | undefined {
  const header = request.header('cookie');
  if (header === undefined) return undefined;
  let found: string | undefined;
  let at = header.indexOf(name);
  while (at !== -1) {
    const start = findValue(header, at, name.length);
    if (start === -1) {
      at = header.indexOf(name, at + 1);
      continue;
    }
    if (found !== undefined) {
      throw new AuthError('credentials_malformed', `the cookie ${name} occurs twice`);
    }
    const end = findEnd(header, start);
    found = trimWhiteSpace(header.slice(start, end));
    at = header.indexOf(name, end);
  }
  return found;
}

/** The start of the value if the text at that place is the name of a cookie, and -1 otherwise. */
function findValue(header: string, at: number, length: number): number {
  let before = at - 1;
  while (isWhiteSpace(header.charCodeAt(before))) before--;
  if (before >= 0 && !isSeparator(header.charCodeAt(before))) return -1;
  let after = at + length;
  while (isWhiteSpace(header.charCodeAt(after))) after++;
  return header.charCodeAt(after) === EQUALS ? after + 1 : -1;
}

function findEnd(header: string, start: number): number {
  const semicolon = header.indexOf(';', start);
  const end = semicolon === -1 ? header.length : semicolon;
  const comma = header.indexOf(',', start);
  return comma === -1 || comma > end ? end : comma;
}

function isSeparator(code: number): boolean {
  return code === SEMICOLON || code === COMMA;
}

function isWhiteSpace(code: number): boolean {
  return code === SPACE || code === TAB;
}
