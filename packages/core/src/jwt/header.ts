import { AuthError } from '../auth-error.js';
import type { JwtHeader } from '../jws/parse-jwt.js';

/** The rules for the header of a token. */
export interface HeaderRules {
  readonly algorithms: ReadonlySet<string>;
  readonly strict: boolean;
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
  if (!isAcceptedType(typ, rules.strict)) {
    throw new AuthError('token_invalid', 'the type of the token is not accepted');
  }
  // No extension is supported, so every critical one is rejected, including `b64` (RFC 7797).
  if (header['crit'] !== undefined || header['b64'] !== undefined) {
    throw new AuthError('token_invalid', 'the token uses an extension');
  }
  return alg;
}

/** `JWT` is accepted for issuers older than RFC 9068, but no other kind of JWT (RFC 8725 §3.12). */
function isAcceptedType(typ: unknown, strict: boolean): boolean {
  if (typ === undefined) return !strict;
  if (typeof typ !== 'string') return false;
  const type = typ.toLowerCase().replace(/^application\//, '');
  return type === 'at+jwt' || (type === 'jwt' && !strict);
}
