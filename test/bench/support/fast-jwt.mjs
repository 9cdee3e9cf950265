import { createPublicKey } from 'node:crypto';
import { createVerifier } from 'fast-jwt';

/** fast-jwt with its cache, keyed by the token itself instead of a hash of it, which is faster. */
export function createFastJwt({ issuer, audience, jwks }) {
  const verify = createVerifier({
    key: createPublicKey({ key: jwks.keys[0], format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    }),
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    cache: 10_000,
    cacheKeyBuilder: (token) => token,
  });
  return (header) => {
    if (!header?.startsWith('Bearer ')) throw new Error('no bearer token');
    return verify(header.slice(7));
  };
}
