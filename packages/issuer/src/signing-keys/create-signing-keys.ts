import { checkOptions } from '@mandate/internal/check-options';
import { RotatingKeys } from './rotating-keys.js';
import type { SigningKeys, SigningKeysOptions } from './signing-keys.js';

/**
 * Creates signing keys that rotate without a timer: the first instance that needs keys when a
 * change is due makes the change, and the others adopt it.
 *
 * @throws TypeError if an option is unknown or invalid: `store` is missing, a key-encryption key
 * does not have 32 bytes, a duration is not positive, or the durations contradict each other.
 *
 * @example
 * const rotatingKeys = createSigningKeys({
 *   store: createMemorySigningKeyStore(),
 *   keyEncryptionKeys: [crypto.getRandomValues(new Uint8Array(32))],
 * });
 * const { keys } = await rotatingKeys.jwks();
 */
export function createSigningKeys(options: SigningKeysOptions): SigningKeys {
  checkOptions<SigningKeysOptions>('createSigningKeys', options, {
    store: true,
    keyEncryptionKeys: true,
    algorithm: true,
    rotateEverySeconds: true,
    publishAheadSeconds: true,
    refreshSeconds: true,
    maxStaleSeconds: true,
    onError: true,
    now: true,
  });
  return new RotatingKeys(options);
}
