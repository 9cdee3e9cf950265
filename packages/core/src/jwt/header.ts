import { AuthError } from '../auth-error.js';
import type { JwtHeader } from '../jws/parse-jwt.js';

/** The rules for the header of a token. */
export interface HeaderRules {
  readonly algorithms: ReadonlySet<string>;
  /** The accepted types in lower case; `null` if the header may lack one. */
  readonly types: ReadonlySet<string | null>;
}

/**
 * Checks the header of a token (RFC 7515 §4.1, RFC 8725 §3.1 and §3.11). Keys and links to keys in it
 * (`jwk`, `jku`, `x5c`, `x5u`) are ignored.
 * @returns the algorithm.
 * @throws AuthError `token_invalid`
 */
export function checkHeader(header: JwtHeader, rules: HeaderRules): string {
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string' || !rules.algorithms.has(alg)) {
    throw new AuthError('token_invalid', 'the algorithm is not allowed');
  }
  if (kid !== undefined && typeof kid !== 'string') {
    throw new AuthError('token_invalid', '"kid" is not a string');
  }
  if (!isAcceptedType(typ, rules.types)) {
    throw new AuthError('token_invalid', 'the type of the token is not accepted');
  }
  // No extension is supported, so every critical one is rejected, including `b64` (RFC 7797).
  if (header['crit'] !== undefined || header['b64'] !== undefined) {
    throw new AuthError('token_invalid', 'the token uses an extension');
  }
  return alg;
}

/** `JWT` is accepted for issuers older than RFC 9068, but no other kind of JWT (RFC 8725 §3.12). */
const DEFAULT_TYPES = new Set(['at+jwt', 'jwt', null]);
const STRICT_TYPES = new Set(['at+jwt']);

/** @throws TypeError if it is not a list of types, or contradicts `strict`. */
export function toTypes(
  types: readonly (string | null)[] | undefined,
  strict: boolean,
): ReadonlySet<string | null> {
  if (types === undefined) return strict ? STRICT_TYPES : DEFAULT_TYPES;
  if (strict) throw new TypeError('JwtIssuer: strict accepts only at+jwt; omit types');
  const isType = (type: unknown) => type === null || (typeof type === 'string' && type !== '');
  if (Array.isArray(types) && types.length > 0 && types.every(isType)) {
    return new Set(types.map((type) => type && toShortType(type)));
  }
  throw new TypeError('JwtIssuer: types must be a list of types; null is for tokens without one');
}

function isAcceptedType(typ: unknown, types: HeaderRules['types']): boolean {
  if (typ === undefined) return types.has(null);
  return typeof typ === 'string' && types.has(toShortType(typ));
}

/** A media type may be written without `application/` (RFC 7515 §4.1.9). */
const PREFIX = 'application/';

function toShortType(type: string): string {
  const lower = type.toLowerCase();
  return lower.startsWith(PREFIX) ? lower.slice(PREFIX.length) : lower;
}
