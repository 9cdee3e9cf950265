import { parseMediaType } from '@mandate/internal/media-type';
import { parseJsonObject } from '@mandate/internal/parse-json';
import { AuthorizationError } from '../request/authorization-error.js';

/** The fields of a body by their names. */
export type Fields = Readonly<Record<string, unknown>>;

/** How the fields of a body are written. */
export type BodyKind = 'json' | 'form';

/** Returns the kind of the body by its `Content-Type`, or `undefined` for any other media type. */
export function getBodyKind({ headers }: Request): BodyKind | undefined {
  const mediaType = parseMediaType(headers.get('content-type') ?? '');
  if (mediaType?.type === 'application/json') return 'json';
  if (mediaType?.type !== 'application/x-www-form-urlencoded') return undefined;
  // The percent-encoded bytes would be of that character set.
  return /^(?:utf-8)?$/i.test(mediaType.parameters.get('charset') ?? '') ? 'form' : undefined;
}

/**
 * Parses a body without duplicate fields: a proxy in front may have judged the other one (RFC 8259 §4).
 *
 * @throws AuthorizationError `invalid_request`
 */
export function parseBody(bytes: Uint8Array, kind: BodyKind): Fields {
  const text = toText(bytes);
  const fields = kind === 'json' ? parseJsonObject(text) : parseForm(text);
  if (fields !== undefined) return fields;
  const what = kind === 'json' ? 'a JSON object' : 'a form';
  throw invalid(`the body must be ${what} without duplicate members`);
}

function toText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('the body is not UTF-8');
  }
}

function parseForm(text: string): Fields | undefined {
  // Without a prototype, because a field may have the name of an inherited member.
  const fields: Record<string, string> = Object.create(null);
  // URLSearchParams ignores a leading question mark, and form parsers do not.
  for (const [name, value] of new URLSearchParams(`&${text}`)) {
    if (name in fields) return undefined;
    fields[name] = value;
  }
  return fields;
}

function invalid(message: string): AuthorizationError {
  return new AuthorizationError('invalid_request', message);
}
