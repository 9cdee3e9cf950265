import { createHmac, hash as digest } from 'node:crypto';
import { checkOptions } from '@mandate/internal/check-options';

/** A key for hashing secrets. Keep it apart from the database. */
export interface Pepper {
  /** Names the pepper in the store: 1 to 16 letters and digits. Never reuse an id for another key. */
  readonly id: string;
  /** At least 32 bytes. */
  readonly key: Uint8Array;
}

/** Hashes secrets for the store, which never holds a secret itself. */
export interface TokenHasher {
  /** The hash under which a new secret is stored. */
  hash(secret: string): string;
  /** Every hash under which the secret may be stored, the current one first. */
  hashes(secret: string): readonly string[];
}

/** Converts a secret to `<id of the pepper>:<hash>`. */
type Hash = (secret: string) => string;

/**
 * Creates a hasher that hashes new secrets with the first entry and accepts every entry.
 *
 * Without a pepper the hash is SHA-256, which suffices for a secret of 256 random bits. With a pepper it is
 * HMAC-SHA-256, so that write access to the database alone is not enough to forge a token. When a token whose
 * hash is of a later entry is used, it is hashed again with the first entry.
 *
 * @param peppers newest first. If there are several instances, put a new pepper last until all instances have
 * it, and first after that. `'none'` stands for SHA-256: put it last while tokens from before the first
 * pepper are in use, then remove it. Default `['none']`.
 * @throws TypeError if there is no entry, a key has fewer than 32 bytes, or an id is invalid.
 *
 * @example
 * const hasher = createTokenHasher([
 *   { id: '2', key: new Uint8Array(32) },
 *   { id: '1', key: new Uint8Array(32) },
 * ]);
 * createTokenAuthority({ store, hasher });
 * createTokenVerifier({ store, hasher });
 */
export function createTokenHasher(peppers: readonly (Pepper | 'none')[] = ['none']): TokenHasher {
  const hashes = peppers.map((pepper) => (pepper === 'none' ? hashPlain : createKeyed(pepper)));
  const [first] = hashes;
  if (first === undefined) {
    throw new TypeError(
      "createTokenHasher: peppers must have at least one entry, a pepper or 'none'",
    );
  }
  return { hash: first, hashes: (secret) => hashes.map((hash) => hash(secret)) };
}

function hashPlain(secret: string): string {
  return `sha256:${digest('sha256', secret, 'base64url')}`;
}

function createKeyed(pepper: Pepper): Hash {
  checkOptions<Pepper>('createTokenHasher', pepper, {
    id: true,
    key: true,
  });
  const { id, key } = pepper;
  if (!/^[0-9A-Za-z]{1,16}$/.test(id) || id === 'sha256') {
    throw new TypeError(
      'createTokenHasher: id must be 1 to 16 letters and digits, and not "sha256"',
    );
  }
  // Uint8Array.from would copy a string as zeros, which an attacker can guess.
  if (!(key instanceof Uint8Array) || key.length < 32) {
    throw new TypeError('createTokenHasher: key must be a Uint8Array of at least 32 bytes');
  }
  const bytes = Uint8Array.from(key);
  return (secret) => `${id}:${createHmac('sha256', bytes).update(secret).digest('base64url')}`;
}
