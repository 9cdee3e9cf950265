import type { JwtHeader } from '../jws/parse-jwt.js';
import { type JsonWebKeyLike, type PublicKey, readPublicKey } from './jwk.js';
import type { KeySet, VerificationKey } from './key-set.js';

/** A JWK Set (RFC 7517 §5). */
export interface JsonWebKeySet {
  readonly keys: readonly JsonWebKeyLike[];
}

/** The most keys that one token is tried with. */
const MAX_CANDIDATES = 16;

/** The keys of a set that may have signed a token with this header, `kid` first, then its algorithm. */
export function matchKeys(keys: readonly PublicKey[], header: JwtHeader): readonly PublicKey[] {
  const { alg, kid } = header;
  return keys
    .filter((key) => (kid === undefined || key.kid === kid) && key.fits(alg as string))
    .slice(0, MAX_CANDIDATES);
}

/**
 * A key set that you have at hand: for tests, for keys from a file, for an issuer in the same process.
 * Members that are no public keys for signatures, or unsound ones, are left out.
 * @throws TypeError if no usable key is left.
 */
export function createLocalKeySet(jwks: JsonWebKeySet): KeySet {
  const keys = jwks.keys.map(readPublicKey).filter((key) => key !== undefined);
  if (keys.length === 0) throw new TypeError('createLocalKeySet: the set has no usable public key');
  return {
    find: (header): readonly VerificationKey[] => matchKeys(keys, header),
    isCurrent: () => true,
  };
}
