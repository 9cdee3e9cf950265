import { AuthorizationError } from './authorization-error.js';

/** What a caller proves who it is with: one of the five sets of the Glance document. */
export type Credentials =
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

/** The fields that make up credentials, named as in the Glance document. */
export const CREDENTIAL_FIELDS = [
  ...(['username', 'password', 'g4scredentials', 'gssnid'] as const),
  ...(['partnerid', 'partneruserid', 'loginkey'] as const),
] as const;

/** The sets, with their fields in alphabetical order. */
const SETS: Readonly<Record<string, Credentials['kind']>> = {
  'password username': 'password',
  'g4scredentials username': 'g4s',
  'loginkey username': 'loginkey',
  gssnid: 'session',
  'loginkey partnerid partneruserid': 'partner',
};

/** Longer than anything meant; it bounds what a hash or a look-up is given to do. */
const MAX_LENGTH = 1024;

/**
 * Reads the one set of credentials. A field that is absent, `null` or empty counts as not given, as in
 * the document's own sample, which lists all of them.
 *
 * @throws AuthorizationError `missing_credentials` if what is given is not exactly one complete set,
 * `invalid_request` if a field is no text (or number, for `partnerid`), holds NUL or is longer than 1024
 * characters.
 */
export function readCredentials(fields: Readonly<Record<string, unknown>>): Credentials {
  const given = new Map<string, string>();
  for (const name of CREDENTIAL_FIELDS) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value !== undefined && value !== null && value !== '') given.set(name, toText(name, value));
  }
  const kind = SETS[[...given.keys()].sort().join(' ')];
  if (kind === undefined) {
    throw new AuthorizationError(
      'missing_credentials',
      'there is not exactly one complete set of credentials',
    );
  }
  return { kind, ...Object.fromEntries(given) } as Credentials;
}

function toText(name: string, value: unknown): string {
  const isNumber = name === 'partnerid' && Number.isSafeInteger(value);
  const text = isNumber ? String(value) : value;
  // PostgreSQL cannot be asked for a text with NUL: that would look like a fault of ours.
  if (typeof text === 'string' && text.length <= MAX_LENGTH && !text.includes('\0')) return text;
  throw new AuthorizationError('invalid_request', `${name} is no text, too long, or holds NUL`);
}
