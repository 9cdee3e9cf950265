import { type SecretBox as Box, createSecretBox as createBox } from '@mandate/internal/secret-box';

/** Encrypts secrets that the store keeps but must not be able to read. */
export type SecretBox = Pick<Box, 'seal' | 'open' | 'reseal'>;

/**
 * Seals with A256GCM (JWE, RFC 7516). The first key seals, and every key opens.
 *
 * @param keys 32 bytes each, from your secret manager: never from the same database.
 * @param owner the function that takes the keys, for messages.
 * @throws TypeError if there is no key, or a key is not a Uint8Array of 32 bytes.
 */
export function createSecretBox(keys: readonly Uint8Array[], owner = 'createExports'): SecretBox {
  return createBox(owner, keys);
}
