import type { AsymmetricAlgorithm } from '../jws/algorithms.js';
import type { JsonWebKeyLike } from '../keys/jwk.js';
import type { JsonWebKeySet } from '../keys/local-key-set.js';
import { toJwk } from './to-jwk.js';

/**
 * Converts a map from `kid` to PEM, certificates or public keys, to a JWK Set, for the option `toJwks` of
 * `createKeySet`. Google publishes the keys of Firebase like that. Members that are not such a key are ignored.
 *
 * @param algorithm the algorithm of the signatures; Google's is `RS256`.
 * @throws TypeError if the answer is not such a map.
 *
 * @example
 * const keys = createKeySet({
 *   url: 'https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com',
 *   toJwks: (answer) => parseCertificates(answer, 'RS256'),
 * });
 */
export async function parseCertificates(
  answer: unknown,
  algorithm: AsymmetricAlgorithm,
): Promise<JsonWebKeySet> {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new TypeError('parseCertificates: the answer must be an object of PEM texts');
  }
  const converted = await Promise.allSettled<JsonWebKeyLike>(
    Object.entries<unknown>({ ...answer }).map(async ([kid, pem]) =>
      toJwk(String(pem), { algorithm, kid }),
    ),
  );
  return {
    keys: converted.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
  };
}
