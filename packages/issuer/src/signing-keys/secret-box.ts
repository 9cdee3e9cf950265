import { createHash, createHmac } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';

/** Encrypts what a store must not be able to read. */
export interface SecretBox {
  /** @param context what the secret is and whose: it cannot be opened as anything else. */
  seal(secret: string, context: string): Promise<string>;
  /** @throws Error if it was sealed with another key or for another context, or was changed. */
  open(sealed: string, context: string): Promise<string>;
  /** A keyed hash of a secret for each key, by which equal secrets are found without opening any. */
  digest(secret: string): readonly [string, ...string[]];
}

/**
 * Seals with A256GCM (JWE, RFC 7516). To change the key, give the new one to every instance behind the
 * old one, then put it first, and leave the old one behind it until everything was sealed anew: the
 * first seals, all of them open.
 *
 * @param keys 32 bytes each, from your secret manager: never from the same database.
 * @throws TypeError if there is no key or one of another length.
 */
export function createSecretBox(keys: readonly Uint8Array[]): SecretBox {
  if (!Array.isArray(keys)) {
    throw new TypeError('createSecretBox: keys must be a list, each a key-encryption key');
  }
  const named = keys.map((key) => ({ key: Uint8Array.from(key), id: toId(key) }));
  const [first, ...others] = named;
  const isSound = keys.every((key) => key instanceof Uint8Array && key.length === 32);
  if (first === undefined || !isSound) {
    throw new TypeError('createSecretBox: a key-encryption key must be a Uint8Array of 32 bytes');
  }
  const digestWith = ({ key }: { readonly key: Uint8Array }, secret: string) =>
    createHmac('sha256', key).update(`digest\0${secret}`).digest('base64url');
  return {
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
    digest: (secret) => [
      digestWith(first, secret),
      ...others.map((other) => digestWith(other, secret)),
    ],
  };
}

/** Names a key without telling it. */
function toId(key: Uint8Array): string {
  return createHash('sha256')
    .update('mandate key id\0')
    .update(key)
    .digest('base64url')
    .slice(0, 11);
}
