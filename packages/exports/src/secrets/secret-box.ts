import { createHash } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';

/** Encrypts what a store must not be able to read. */
export interface SecretBox {
  /** @param context what the secret is and whose: it cannot be opened as anything else. */
  seal(secret: string, context: string): Promise<string>;
  /** @throws Error if it was sealed with another key or for another context, or was changed. */
  open(sealed: string, context: string): Promise<string>;
  /** The same secret sealed with the first key; as it was, if it is so already or cannot be opened. */
  reseal(sealed: string, context: string): Promise<string>;
}

/**
 * Seals with A256GCM (JWE, RFC 7516): the first key seals, all of them open.
 *
 * @param keys 32 bytes each, from your secret manager: never from the same database.
 * @throws TypeError if there is no key or one of another length.
 */
export function createSecretBox(keys: readonly Uint8Array[]): SecretBox {
  const isSound = keys.every((key) => key instanceof Uint8Array && key.length === 32);
  const named = keys.map((key) => ({ key: Uint8Array.from(key), id: toId(key) }));
  const [first] = named;
  if (first === undefined || !isSound) {
    throw new TypeError('keys: at least one is needed, each a Uint8Array of 32 bytes');
  }
  const box: SecretBox = {
    seal: (secret, context) =>
      new CompactEncrypt(new TextEncoder().encode(secret))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: first.id, ctx: context })
        .encrypt(first.key),
    async open(sealed, context) {
      const { plaintext, protectedHeader } = await compactDecrypt(
        sealed,
        ({ kid }) => {
          const found = named.find(({ id }) => id === kid);
          if (found === undefined) throw new Error('it was sealed with a key that is not given');
          return found.key;
        },
        { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
      );
      if (protectedHeader['ctx'] !== context) throw new Error('it was sealed as something else');
      return new TextDecoder().decode(plaintext);
    },
    async reseal(sealed, context) {
      if (decodeProtectedHeader(sealed).kid === first.id) return sealed;
      const secret = await box.open(sealed, context).catch(() => undefined);
      return secret === undefined ? sealed : box.seal(secret, context);
    },
  };
  return box;
}

/** Names a key without telling it. */
function toId(key: Uint8Array): string {
  return createHash('sha256')
    .update('mandate exports key id\0')
    .update(key)
    .digest('base64url')
    .slice(0, 11);
}
