import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { parseMediaType } from '@mandate/internal/media-type';
import { parseJson } from '@mandate/internal/parse-json';
import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { canNest, nestFields, parseFields } from './form-fields.js';

/** The kinds of body that a group rule can read. */
export type BodyKind = 'json' | 'form' | 'multipart';

/**
 * Returns the kind of body that a `Content-Type` announces; `undefined` for another kind, for more than one
 * media type, and for a charset other than UTF-8, because two parsers could read two bodies.
 *
 * @example
 * toBodyKind('application/json; charset=utf-8'); // 'json'
 */
export function toBodyKind(contentType: string | undefined): BodyKind | undefined {
  const media = contentType === undefined ? undefined : parseMediaType(contentType);
  if (media === undefined) return undefined;
  const charset = media.parameters.get('charset')?.toLowerCase() ?? 'utf-8';
  if (charset !== 'utf-8' && charset !== 'utf8') return undefined;
  if (media.type === 'application/x-www-form-urlencoded') return 'form';
  if (media.type === 'multipart/form-data') return 'multipart';
  return JSON_TYPE.test(media.type) ? 'json' : undefined;
}

/** Matches `application/json` and the types with the suffix `+json` (RFC 6839 §3.1). */
const JSON_TYPE = /^application\/(?:[^/]+\+)?json$/;

/**
 * Returns the body, once for each way in which a handler may read it.
 *
 * @returns a promise only if the host has yet to parse the body.
 * @throws AuthError `group_missing` if there is a body that was not parsed, `group_conflict` if it has
 * more than one reading.
 */
export function getBodies(request: AuthRequest): MaybePromise<readonly unknown[]> {
  const body = request.body?.();
  return isPromise(body)
    ? body.then((parsed) => toReadings(request, parsed))
    : toReadings(request, body);
}

function toReadings(request: AuthRequest, body: unknown): readonly unknown[] {
  if (!hasBody(request)) return [body];
  const kind = toBodyKind(request.header('content-type'));
  if (kind === undefined) {
    throw new AuthError('group_missing', 'the body is not of exactly one supported type');
  }
  // A parser behind the guard would still parse a string or bytes.
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body)) throw notParsed();
  const text = toText(request.rawBody?.());
  if (text === undefined && isLeftEmpty(request, body)) throw notParsed();
  if (kind === 'json') return text === undefined ? [body] : [body, parseOnce(text)];
  const fields = kind === 'form' && text !== undefined ? parseFields(text) : body;
  const readings = fields === body ? [body] : [body, fields];
  return canNest(fields) ? [...readings, nestFields(fields)] : readings;
}

/** Over HTTP/1.1 a header announces the body (RFC 9112 §6); otherwise the host has to know. */
function hasBody(request: AuthRequest): boolean {
  if (request.hasBody?.()) return true;
  const isChunked = request.header('transfer-encoding') !== undefined;
  return isChunked || Number(request.header('content-length') ?? 0) !== 0;
}

function notParsed(): AuthError {
  return new AuthError('group_missing', 'the body was not parsed before the guard');
}

/** The length of `{}` in bytes. */
const EMPTY_JSON_LENGTH = '2';

/** Whether the body is the `{}` that Koa's parsers leave for a body of an unsupported type. */
function isLeftEmpty(request: AuthRequest, body: object): boolean {
  const isEmptyJson = request.header('content-length') === EMPTY_JSON_LENGTH;
  return !isEmptyJson && !Array.isArray(body) && Object.keys(body).length === 0;
}

/** The unparsed body that the parser kept, as text. */
function toText(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw;
  if (!(raw instanceof Uint8Array)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    throw new AuthError('group_conflict', 'the body is not UTF-8');
  }
}

function parseOnce(text: string): unknown {
  const value = parseJson(text);
  if (value !== undefined) return value;
  throw new AuthError('group_conflict', 'the body is not JSON without duplicate members');
}
