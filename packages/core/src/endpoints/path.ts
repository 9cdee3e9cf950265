import { AuthError } from '../auth-error.js';

const SLASH = 0x2f;
const PERCENT = 0x25;
const DOT = 0x2e;

/** 1 for what may stand in a path as it is: printable ASCII except `\`, `#` and `?`. */
const PLAIN = new Uint8Array(128).fill(1, 0x21, 0x7f);
for (const c of '\\#?') PLAIN[c.charCodeAt(0)] = 0;

/** 1 for the unreserved characters (RFC 3986 §2.3): encoding them gives a path a second spelling. */
const UNRESERVED = new Uint8Array(256);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~') {
  UNRESERVED[c.charCodeAt(0)] = 1;
}

/**
 * Refuses a path that two programs could read in two ways, because then it could be judged by one
 * endpoint's rule and answered by another's handler: dot segments, empty segments, a backslash plain
 * or encoded, control characters, an encoded unreserved character (some routers decode `%61` before
 * they match and others do not), bad percent-encoding or UTF-8, and whatever is not a path at all.
 *
 * @returns whether the path holds an encoded slash (`%2F`), which only some endpoints may allow.
 * @throws AuthError `path_ambiguous`
 */
export function checkPath(path: string): boolean {
  if (path.charCodeAt(0) !== SLASH) throw ambiguous('the target is not a path');
  let hasEncodedSlash = false;
  let hasNonAscii = false;
  for (let i = 0; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (c === SLASH) {
      checkSegmentStart(path, i + 1);
    } else if (c === PERCENT) {
      const byte = readEncodedByte(path, i);
      hasEncodedSlash ||= byte === SLASH;
      hasNonAscii ||= byte > 0x7f;
    } else if (PLAIN[c] !== 1) {
      throw ambiguous('the path holds a character that must be encoded');
    }
  }
  if (hasNonAscii) checkUtf8(path);
  return hasEncodedSlash;
}

/** Neither an empty segment (but for a trailing slash), nor `.` or `..`. */
function checkSegmentStart(path: string, start: number): void {
  let dots = 0;
  while (dots < 3 && path.charCodeAt(start + dots) === DOT) dots++;
  const end = start + dots;
  if (dots > 2 || (end < path.length && path.charCodeAt(end) !== SLASH)) return;
  if (dots > 0) throw ambiguous('the path has a dot segment');
  if (start < path.length) throw ambiguous('the path has an empty segment');
}

function readEncodedByte(path: string, at: number): number {
  const high = readHexDigit(path.charCodeAt(at + 1));
  const low = readHexDigit(path.charCodeAt(at + 2));
  const byte = high * 16 + low;
  if (Number.isNaN(byte)) throw ambiguous('the path has a bad percent-encoding');
  if (byte < 0x20 || byte === 0x7f || byte === 0x5c || UNRESERVED[byte] === 1) {
    throw ambiguous('the path encodes a character that must not be encoded');
  }
  return byte;
}

function readHexDigit(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30;
  const letter = c | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
}

function checkUtf8(path: string): void {
  try {
    decodeURIComponent(path);
  } catch {
    throw ambiguous('the path is not UTF-8');
  }
}

function ambiguous(reason: string): AuthError {
  return new AuthError('path_ambiguous', reason);
}
