import { AuthError } from '../auth-error.js';

const SLASH = 0x2f;
const PERCENT = 0x25;
const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** 1 for the characters that need no further check: printable ASCII except `/`, `.`, `%`, `\\`, `#` and `?`. */
const PLAIN = new Uint8Array(128).fill(1, 0x21, 0x7f);
for (const c of '/.%\\#?') PLAIN[c.charCodeAt(0)] = 0;

/** 1 for the unreserved characters (RFC 3986 §2.3): encoding them gives a path a second spelling. */
const UNRESERVED = new Uint8Array(256);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~') {
  UNRESERVED[c.charCodeAt(0)] = 1;
}

/**
 * The reserved characters that a literal segment of an endpoint may hold. The map writes them plainly; a
 * program that decodes a path before it matches the path reads `%40` as `@`.
 */
export const LITERAL_RESERVED = ':@$&+,;=';

/** 1 for the bytes that may become a part of a literal: in a path without case, the Kelvin sign is a `k`. */
const LITERAL_BYTE = new Uint8Array(256).fill(1, 0x80);
for (const c of LITERAL_RESERVED) LITERAL_BYTE[c.charCodeAt(0)] = 1;

/** What {@link checkPath} finds in a path: a sum of flags. */
export const PLAIN_PATH = 0;
export const ENCODED_PATH = 1;
/** The path holds `%2F`, or an encoding of it (`%252F`). */
export const ENCODED_SLASH = 2;
/** The path holds an encoded character that may be a part of a literal. */
export const ENCODED_LITERAL = 4;

/**
 * Rejects a path that two programs could read in two ways, because the rule of one endpoint could then
 * decide about a request that another endpoint answers: dot segments, empty segments, a backslash
 * (plain or encoded), control characters, an encoded unreserved character (some routers decode `%61`
 * before they match, others do not), invalid percent-encoding or UTF-8, and a target that is not a path.
 *
 * An encoded percent sign does not hide any of these. A program that decodes a parameter which the router
 * has already decoded reads `%2561` as `a`, so `%2561` is treated like `%61`, at any depth.
 *
 * @returns `PLAIN_PATH`, or `ENCODED_PATH` with `ENCODED_SLASH` and `ENCODED_LITERAL` as they apply.
 * @throws AuthError `path_ambiguous`
 */
export function checkPath(path: string): number {
  if (path.charCodeAt(0) !== SLASH) throw ambiguous('the target is not a path');
  let found = PLAIN_PATH;
  let hasNonAscii = false;
  for (let i = 0; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (PLAIN[c] === 1) continue;
    if (c === SLASH) {
      // Most segments start with a plain character, which needs no further check.
      if (PLAIN[path.charCodeAt(i + 1)] === 1) i++;
      else checkSegmentStart(path, i + 1);
    } else if (c === PERCENT) {
      const byte = checkEncodedByte(path, i + 1);
      found |= classify(byte);
      hasNonAscii ||= byte > 0x7f;
    } else if (c !== DOT) {
      throw ambiguous('the path holds a character that must be encoded');
    }
  }
  if (hasNonAscii) checkUtf8(path);
  return found;
}

function classify(byte: number): number {
  if (byte === SLASH) return ENCODED_PATH | ENCODED_SLASH;
  return LITERAL_BYTE[byte] === 1 ? ENCODED_PATH | ENCODED_LITERAL : ENCODED_PATH;
}

/** The path decoded once, as most programs decode it. It must have passed {@link checkPath}. */
export function decodePath(path: string): string {
  return decodeURIComponent(path);
}

/**
 * The path decoded until nothing is left to decode. Encodings that are not UTF-8 stay, except for their
 * ASCII characters. It must have passed {@link checkPath}.
 */
export function decodePathFully(path: string): string {
  return path.replace(/%(?:25)+(?=[\da-f]{2})/gi, '%').replace(/(?:%[\da-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded.replace(/%[0-7][\da-f]/gi, decodeURIComponent);
    }
  });
}

/**
 * Checks what encoded slashes divide a segment into: a static server or a second router may read them
 * as slashes, so no piece may be empty, `.` or `..`.
 * @throws AuthError `path_ambiguous`
 */
export function checkEncodedSlashes(path: string): void {
  for (const segment of path.split('/')) {
    if (!segment.includes('%')) continue;
    const pieces = decodePathFully(segment).split('/');
    if (pieces.length > 1 && pieces.some((piece) => /^\.{0,2}$/.test(piece))) {
      throw ambiguous('an encoded slash makes an empty segment or a dot segment');
    }
  }
}

/** Rejects an empty segment (except for a trailing slash), `.` and `..`. */
function checkSegmentStart(path: string, start: number): void {
  let dots = 0;
  while (dots < 3 && path.charCodeAt(start + dots) === DOT) dots++;
  const end = start + dots;
  if (dots > 2 || (end < path.length && path.charCodeAt(end) !== SLASH)) return;
  if (dots > 0) throw ambiguous('the path has a dot segment');
  if (start < path.length) throw ambiguous('the path has an empty segment');
}

/** @returns the byte that remains when encoded percent signs are decoded as well. */
function checkEncodedByte(path: string, digits: number): number {
  let byte = parseByte(path, digits);
  if (Number.isNaN(byte)) throw ambiguous('the path has a bad percent-encoding');
  for (let at = digits + 2; byte === PERCENT; at += 2) {
    const inner = parseByte(path, at);
    if (Number.isNaN(inner)) return PERCENT;
    byte = inner;
  }
  if (byte < 0x20 || byte === 0x7f || byte === BACKSLASH || UNRESERVED[byte] === 1) {
    throw ambiguous('the path encodes a character that must not be encoded');
  }
  return byte;
}

function parseByte(path: string, digits: number): number {
  return toHexDigit(path.charCodeAt(digits)) * 16 + toHexDigit(path.charCodeAt(digits + 1));
}

function toHexDigit(c: number): number {
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
