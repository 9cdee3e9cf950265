import type { JsonWebKeyLike } from '../keys/jwk.js';
import type { JsonWebKeySet } from '../keys/local-key-set.js';

/**
 * Converts a SPIFFE bundle to the JWK Set of its JWT authorities, for the option `toJwks` of `createKeySet`.
 * The X.509 authorities in it sign certificates and never tokens, so they are left out (SPIFFE Trust Domain
 * and Bundle §4.2).
 *
 * @throws TypeError if the answer is not a bundle.
 *
 * @example
 * const verifier = createJwtVerifier({
 *   issuer: null,
 *   audience: 'spiffe://example.org/orders',
 *   types: ['JWT', 'JOSE', null],
 *   keys: createKeySet({ url: 'https://spire.example.org/bundle', toJwks: parseSpiffeBundle }),
 * });
 */
export function parseSpiffeBundle(answer: unknown): JsonWebKeySet {
  const keys = typeof answer === 'object' && answer !== null && 'keys' in answer && answer.keys;
  if (!Array.isArray(keys)) throw new TypeError('parseSpiffeBundle: the answer has no keys');
  return { keys: keys.filter(isJwtAuthority).map(({ use: _, ...jwk }) => jwk) };
}

function isJwtAuthority(member: unknown): member is JsonWebKeyLike {
  const isObject = typeof member === 'object' && member !== null;
  return isObject && 'use' in member && member.use === 'jwt-svid';
}
