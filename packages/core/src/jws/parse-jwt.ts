import { type JsonObject, parseJsonObject } from '@mandate/internal/parse-json';
import type { Claims } from '../claims.js';
import { decodeText, isBase64url } from './base64url.js';
import { createMemo } from './memo.js';

/** The JOSE header of a token (RFC 7515 §4). */
export type JwtHeader = JsonObject;

/** The content of a JWT before its verification. */
export interface UnverifiedJwt {
  readonly header: JwtHeader;
  readonly claims: Claims;
}

/**
 * Parses a JWT in its only allowed spelling: three segments of canonical base64url, the first two JSON objects
 * in strict UTF-8 without duplicate members. Returns `undefined` for any other text.
 */
export function parseJwt(token: string): UnverifiedJwt | undefined {
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first <= 0 || second === -1 || token.indexOf('.', second + 1) !== -1) return undefined;
  const header = parseHeader(token.slice(0, first));
  if (header === undefined) return undefined;
  const claims = parseSegment(token.slice(first + 1, second));
  const signature = token.slice(second + 1);
  if (claims === undefined || signature === '' || !isBase64url(signature)) return undefined;
  return { header, claims };
}

function parseSegment(segment: string): JsonObject | undefined {
  const text = decodeText(segment);
  return text === undefined ? undefined : parseJsonObject(text);
}

// One key signs millions of tokens with the same header.
const parseHeader: (segment: string) => JwtHeader | undefined = createMemo(parseSegment);
