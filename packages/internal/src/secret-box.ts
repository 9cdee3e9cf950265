import { createHash, createHmac } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';

/** Encrypts secrets that a store keeps but must not be able to read. */
export interface SecretBox {
  /** @param context kind and owner of the secret; it cannot be opened for another context. */
  seal(secret: string, context: string): Promise<string>;
  /** @throws Error if it was sealed with an unknown key or for another context, or was changed. */
  open(sealed: string, context: string): Promise<string>;
  /** Seals the secret with the first key; returns it unchanged if it already is, or cannot be opened. */
  reseal(sealed: string, context: string): Promise<string>;
  /** A keyed hash of the secret for each key, to find equal secrets without opening any. */
  digest(secret: string): readonly [string, ...string[]];
}

interface NamedKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/**
 * Seals with A256GCM (JWE, RFC 7516). The first key seals, and every key opens.
 *
 * @param owner the function that takes the keys, for messages.
 * @param keys 32 bytes each.
 * @throws TypeError if there is no key, or a key is not a Uint8Array of 32 bytes.
 */
export function createSecretBox(owner: string, keys: readonly Uint8Array[]): SecretBox {
  const [first, ...others] = nameKeys(owner, keys);
  const box: SecretBox = {
    seal: (secret, context) =>
      new CompactEncrypt(new TextEncoder().encode(secret))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: first.id, ctx: context })
        .encrypt(first.key),
    open: (sealed, context) => open([first, ...others], sealed, context),
    async reseal(sealed, context) {
      if (decodeProtectedHeader(sealed).kid === first.id) return sealed;
      const secret = await box.open(sealed, context).catch(() => undefined);
      return secret === undefined ? sealed : box.seal(secret, context);
    },
    digest: (secret) => [digest(first, secret), ...others.map((other) => digest(other, secret))],
  };
  return box;
}

function nameKeys(owner: string, keys: readonly Uint8Array[]): readonly [NamedKey, ...NamedKey[]] {
  const isUsable = Array.isArray(keys) && keys.every(isSealingKey);
  const [first, ...others] = isUsable ? keys.map(nameKey) : [];
  if (first !== undefined) return [first, ...others];
  throw new TypeError(`${owner}: keys must be a list of at least one Uint8Array of 32 bytes`);
}

function isSealingKey(key: unknown): boolean {
  return key instanceof Uint8Array && key.length === 32;
}

/** The id is a hash, so it does not reveal the key. */
function nameKey(key: Uint8Array): NamedKey {
  const hash = createHash('sha256').update('mandate key id\0').update(key).digest('base64url');
  return { id: hash.slice(0, 11), key: Uint8Array.from(key) };
}

async function open(keys: readonly NamedKey[], sealed: string, context: string): Promise<string> {
  const findKey = ({ kid }: { readonly kid?: string }): Uint8Array => {
    const found = keys.find(({ id }) => id === kid);
    if (found === undefined) throw new Error('the secret was sealed with an unknown key');
    return found.key;
  };
  const { plaintext, protectedHeader } = await compactDecrypt(sealed, findKey, {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  if (protectedHeader['ctx'] !== context) {
    throw new Error('the secret was sealed for another context');
  }
  return new TextDecoder().decode(plaintext);
}

function digest({ key }: NamedKey, secret: string): string {
  return createHmac('sha256', key).update(`digest\0${secret}`).digest('base64url');
}
