import { AuthorizationError } from './authorization-error.js';

/** The credentials of a user: one of the five sets of the Glance document. */
export type LogInCredentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'g4s'; readonly username: string; readonly g4scredentials: string }
  | { readonly kind: 'loginkey'; readonly username: string; readonly loginkey: string }
  | { readonly kind: 'session'; readonly gssnid: string }
  | {
      readonly kind: 'partner';
      readonly partnerid: string;
      readonly partneruserid: string;
      readonly loginkey: string;
    };

/** The fields of credentials, named as in the Glance document. */
export const CREDENTIAL_FIELDS = [
  ...(['username', 'password', 'g4scredentials', 'gssnid'] as const),
  ...(['partnerid', 'partneruserid', 'loginkey'] as const),
] as const;

/** The five sets, with their fields in alphabetical order. */
const SETS: Readonly<Record<string, LogInCredentials['kind']>> = {
  'password username': 'password',
  'g4scredentials username': 'g4s',
  'loginkey username': 'loginkey',
  gssnid: 'session',
  'loginkey partnerid partneruserid': 'partner',
};

/** Longer than any real field. It limits the input of hashes and look-ups. */
const MAX_LENGTH = 1024;

/**
 * Parses the one set of credentials. A field that is missing, `null` or empty is ignored, because
 * the document's own sample lists all fields.
 *
 * @throws AuthorizationError `missing_credentials` unless there is exactly one complete set;
 * `invalid_request` if a field is not a text (or a number, for `partnerid`), contains NUL or is
 * longer than 1024 characters.
 *
 * @example
 * const credentials = parseLogInCredentials({ username: 'agent@example.com', password: 'a long one' });
 * credentials.kind; // 'password'
 */
export function parseLogInCredentials(fields: Readonly<Record<string, unknown>>): LogInCredentials {
  const given = new Map<string, string>();
  for (const name of CREDENTIAL_FIELDS) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value !== undefined && value !== null && value !== '') given.set(name, toText(name, value));
  }
  const kind = SETS[[...given.keys()].sort().join(' ')];
  if (kind === undefined) {
    throw new AuthorizationError(
      'missing_credentials',
      'exactly one complete set of credentials is required',
    );
  }
  return { kind, ...Object.fromEntries(given) } as LogInCredentials;
}

function toText(name: string, value: unknown): string {
  const isNumber = name === 'partnerid' && Number.isSafeInteger(value);
  const text = isNumber ? String(value) : value;
  // PostgreSQL rejects NUL in a query, which would look like a fault of the service.
  if (typeof text === 'string' && text.length <= MAX_LENGTH && !text.includes('\0')) return text;
  throw new AuthorizationError(
    'invalid_request',
    `${name} must be a text of at most ${MAX_LENGTH} characters without NUL`,
  );
}
