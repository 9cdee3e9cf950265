import { createHmac, hash as digest } from 'node:crypto';
import { checkOptions } from '@mandate/internal/check-options';

/** A key that is mixed into the hash of secrets. Keep it apart from the database. */
export interface Pepper {
  /** Names the pepper in the store: 1 to 16 letters and digits, never used for another key. */
  readonly id: string;
  /** 32 bytes or more. */
  readonly key: Uint8Array;
}

/** Turns a secret into what is stored of it. The secret itself never is. */
export interface TokenHasher {
  /** The hash under which a new secret is stored. */
  hash(secret: string): string;
  /** Every hash under which the secret may be stored, the current one first. */
  hashes(secret: string): readonly string[];
}

/** The hash of a secret, in the form in which it is stored. */
type Hash = (secret: string) => string;

/**
 * Turns secrets into hashes: with the first entry, and accepting the others.
 *
 * Without a pepper that is SHA-256. It is enough for a secret of 256 random bits, which nobody can
 * guess. With a pepper it is HMAC-SHA-256, so that who can write the database still cannot make a
 * token. Tokens that are hashed with a later entry are re-hashed with the first when they are used.
 *
 * @param peppers newest first; but where there are several instances, a new one comes last until all of them
 * have it. `'none'` stands for SHA-256: put it last while tokens from before the first pepper are in use,
 * and leave it out after that. Default `['none']`.
 * @throws TypeError if there is no entry, or a pepper is short or its id is odd.
 */
export function createTokenHasher(peppers: readonly (Pepper | 'none')[] = ['none']): TokenHasher {
  const hashes = peppers.map((pepper) => (pepper === 'none' ? hashPlain : createKeyed(pepper)));
  const [first] = hashes;
  if (first === undefined) throw new TypeError("name a pepper, or 'none'");
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
    throw new TypeError('a pepper id is 1 to 16 letters or digits, and not "sha256"');
  }
  // A string of that length would be copied as so many zeros, which anybody can hash with.
  if (!(key instanceof Uint8Array)) throw new TypeError('a pepper must be a Uint8Array');
  if (key.length < 32) throw new TypeError('a pepper must have 32 bytes or more');
  const bytes = Uint8Array.from(key);
  return (secret) => `${id}:${createHmac('sha256', bytes).update(secret).digest('base64url')}`;
}
