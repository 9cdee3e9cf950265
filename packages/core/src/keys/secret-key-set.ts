import { IS_WORKERS } from '@mandate/internal/is-workers';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { ALGORITHMS, type Algorithm } from '../jws/algorithms.js';
import type { KeySet, VerificationKey } from './key-set.js';

/** Makes a key set of shared secrets. They verify tokens of the one algorithm, whatever `kid` these have. */
export function createSecretKeySet(secrets: readonly Uint8Array[], algorithm: string): KeySet {
  const { web } = ALGORITHMS.get(algorithm) as Algorithm;
  const keys = secrets.map((secret) => createSecretKey(Uint8Array.from(secret), web));
  const get = (header: { readonly alg?: unknown }) => (header.alg === algorithm ? keys : []);
  return { get, find: get, isCurrent: () => true };
}

function createSecretKey(bytes: Uint8Array<ArrayBuffer>, web: Algorithm['web']): VerificationKey {
  let imported: MaybePromise<object> | undefined;
  return {
    kid: undefined,
    withdrawn: false,
    toCryptoKey() {
      if (imported !== undefined) return imported;
      const importing = importSecret(bytes, web).then((key) => {
        imported = key;
        return key;
      });
      if (!IS_WORKERS) imported = importing;
      return importing;
    },
  };
}

function importSecret(bytes: Uint8Array<ArrayBuffer>, web: Algorithm['web']): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, web as HmacImportParams, false, ['verify']);
}
