import { createSecretBox as createBox } from '@mandate/internal/secret-box';

/** Encrypts secrets that a store keeps but must not be able to read. */
export interface SecretBox {
  /** @param context kind and owner of the secret; it cannot be opened for another context. */
  seal(secret: string, context: string): Promise<string>;
  /** @throws Error if it was sealed with an unknown key or for another context, or was changed. */
  open(sealed: string, context: string): Promise<string>;
  /** A keyed hash of the secret for each key, to find equal secrets without opening any. */
  digest(secret: string): readonly [string, ...string[]];
}

/**
 * Seals with A256GCM (JWE, RFC 7516). The first key seals, and every key opens.
 *
 * To replace a key, give the new one to every instance behind the old one, then put it first, and keep
 * the old one behind it until everything has been sealed again.
 *
 * @param keys 32 bytes each, from your secret manager: never from the same database.
 * @throws TypeError if there is no key, or a key is not a Uint8Array of 32 bytes.
 *
 * @example
 * const box = createSecretBox([Buffer.from(process.env.KEY_ENCRYPTION_KEY ?? '', 'base64')]);
 */
export function createSecretBox(keys: readonly Uint8Array[]): SecretBox {
  return createBox('createSecretBox', keys);
}
