import { createHmac, hash as digest } from 'node:crypto';

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

/**
 * Without a pepper: SHA-256. That is enough for a secret of 256 random bits, which nobody can guess.
 * With peppers: HMAC-SHA-256 with the first of them, so that who can write the database still cannot
 * make a token; tokens hashed with a later one, or none, are accepted and re-hashed when used.
 *
 * @throws TypeError if a pepper is short or its id is odd.
 */
export function createTokenHasher(peppers: readonly Pepper[] = []): TokenHasher {
  const keyed = peppers.map(({ id, key }) => {
    if (!/^[0-9A-Za-z]{1,16}$/.test(id))
      throw new TypeError('a pepper id is 1 to 16 letters or digits');
    // A string of that length would be copied as so many zeros, which anybody can hash with.
    if (!(key instanceof Uint8Array)) throw new TypeError('a pepper must be a Uint8Array');
    if (key.length < 32) throw new TypeError('a pepper must have 32 bytes or more');
    const bytes = Uint8Array.from(key);
    return (secret: string) =>
      `${id}:${createHmac('sha256', bytes).update(secret).digest('base64url')}`;
  });
  const plain = (secret: string) => `sha256:${digest('sha256', secret, 'base64url')}`;
  if (peppers.some(({ id }) => id === 'sha256')) throw new TypeError('"sha256" is no pepper id');
  const all = [...keyed, plain];
  return {
    hash: all[0] as (secret: string) => string,
    hashes: (secret) => all.map((hash) => hash(secret)),
  };
}
