import { AuthError } from '@mandate/core';
import { toBodyKind } from '@mandate/core/adapter';
import { parseLenientJson } from '@mandate/internal/parse-lenient-json';
import { BodyError, type BodyLimits, readBytes } from '@mandate/internal/read-body';

/** A body that was read for a rule. */
export interface BodyCopy {
  /** The parsed body: JSON, or the fields of a form. `undefined` if its type is unknown, or it is malformed. */
  readonly value: unknown;
  /** The bytes of JSON or of an urlencoded form; `undefined` for other types. */
  readonly bytes: Uint8Array | undefined;
  readonly isEmpty: boolean;
}

/**
 * Reads a copy of the body, so that the handler reads the same bytes from the request itself.
 *
 * @throws AuthError `group_missing` if the body exceeds a limit or ends early, `group_conflict` if it is a form and
 * JSON as well. TypeError if the body was read before, because it must not count as absent.
 */
export async function readBodyCopy(request: Request, limits: BodyLimits): Promise<BodyCopy> {
  const bytes = await readBytes(request.clone().body, limits).catch(throwRejection);
  const type = request.headers.get('content-type') ?? undefined;
  const encoding = request.headers.get('content-encoding') ?? '';
  // A server does not decompress bodies, but a handler may.
  const kind = /^(?:identity)?$/i.test(encoding) ? toBodyKind(type) : undefined;
  const isEmpty = bytes.byteLength === 0;
  if (isEmpty || kind === undefined) return { value: undefined, bytes: undefined, isEmpty };
  const json = parseLenientJson(new TextDecoder().decode(bytes));
  if (kind === 'json') return { value: json, bytes, isEmpty };
  if (json !== undefined) {
    throw new AuthError('group_conflict', 'the body is a form, and JSON as well');
  }
  const value = await parseForm(bytes, type as string);
  return { value, bytes: kind === 'form' ? bytes : undefined, isEmpty };
}

function throwRejection(error: unknown): never {
  if (!(error instanceof BodyError)) throw error;
  throw new AuthError('group_missing', error.message);
}

/** The fields as the runtime's own parser finds them, because handlers use it too: `request.formData()`. */
async function parseForm(bytes: Uint8Array, type: string): Promise<unknown> {
  const copy = new Response(bytes as BodyInit, { headers: { 'content-type': type } });
  const form = await copy.formData().catch(() => undefined);
  return form && toFields(form);
}

/** A repeated field becomes a list. */
function toFields(form: FormData): object {
  const fields: Record<string, unknown> = Object.create(null);
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    fields[name] = values.length > 1 ? values : values[0];
  }
  return fields;
}
