import type { KeySet, VerificationKey } from './key-set.js';

/** The algorithms that verify with a shared secret, and the least bytes it must have (RFC 7518 §3.2). */
export const HMAC_ALGORITHMS: Readonly<Record<string, { hash: string; minBytes: number }>> = {
  HS256: { hash: 'SHA-256', minBytes: 32 },
  HS384: { hash: 'SHA-384', minBytes: 48 },
  HS512: { hash: 'SHA-512', minBytes: 64 },
};

/** One shared secret as a key set. */
export function createSecretKeySet(secret: Uint8Array): KeySet {
  const bytes = Uint8Array.from(secret);
  const imported = new Map<string, Promise<object>>();
  const key: VerificationKey = {
    kid: undefined,
    withdrawn: false,
    toCryptoKey(alg) {
      const hash = HMAC_ALGORITHMS[alg]?.hash;
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
