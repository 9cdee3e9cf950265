import { Generations } from '@mandate/internal/generations';
import { type SecretBox as Box, createSecretBox as createBox } from '@mandate/internal/secret-box';

/** Encrypts secrets that the store keeps but must not be able to read. */
export type SecretBox = Pick<Box, 'seal' | 'open' | 'reseal'>;

/** Connections have at most three sealed values, so this is enough for thousands of busy ones. */
const MAX_OPENED = 10_000;

/**
 * Seals with A256GCM (JWE, RFC 7516). The first key seals, and every key opens. What was opened is remembered, because
 * every batch of deliveries opens the same tokens and signing secrets.
 *
 * @param keys 32 bytes each, from your secret manager: never from the same database.
 * @param owner the function that takes the keys, for messages.
 * @throws TypeError if there is no key, or a key is not a Uint8Array of 32 bytes.
 */
export function createSecretBox(keys: readonly Uint8Array[], owner = 'createExports'): SecretBox {
  const box = createBox(owner, keys);
  const opened = new Generations<string>(MAX_OPENED);
  return {
    ...box,
    async open(sealed, context) {
      const key = `${context}\0${sealed}`;
      const known = opened.get(key);
      if (known !== undefined) return known;
      const secret = await box.open(sealed, context);
      opened.set(key, secret);
      return secret;
    },
  };
}
