import { ALGORITHMS } from '../jws/algorithms.js';
import type { KeySet, VerificationKey } from './key-set.js';

/** A key set of one shared secret. */
export function createSecretKeySet(secret: Uint8Array): KeySet {
  const bytes = Uint8Array.from(secret);
  const imported = new Map<string, Promise<object>>();
  const key: VerificationKey = {
    kid: undefined,
    withdrawn: false,
    toCryptoKey(alg) {
      const hash = ALGORITHMS.get(alg)?.secret?.hash;
      if (hash === undefined) return Promise.resolve(undefined);
      let one = imported.get(alg);
      if (one === undefined) {
        one = crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash }, false, ['verify']);
        imported.set(alg, one);
      }
      return one;
    },
  };
  return { find: () => [key], isCurrent: () => true };
}
