import type { JsonWebKeySet, KeySet } from '@mandate/core/jwt';
import type { Signer } from './key-pair.js';
import type { SigningKeyStore } from './signing-key-store.js';

/** The algorithm that signs. `EdDSA` is Ed25519, `RS256` has 2048 bits. */
export type SigningAlgorithm = 'ES256' | 'RS256' | 'EdDSA';

export interface SigningKeysOptions {
  readonly store: SigningKeyStore;
  /**
   * Key-encryption keys of 32 bytes, from your secret manager. The first seals private keys, and
   * every key opens them. To replace a key, give the new one to all instances behind the old one,
   * then put it first. Remove the old one here after a rotation and a day; the directory needs it
   * until every API key has been replaced.
   */
  readonly keyEncryptionKeys: readonly Uint8Array[];
  /** Default `ES256`. A change causes a rotation, and must reach all instances. */
  readonly algorithm?: SigningAlgorithm | undefined;
  /** Seconds for which a key signs. Default 2592000 (30 days). */
  readonly rotateEverySeconds?: number | undefined;
  /**
   * Seconds for which a key is published before it signs. Default 3600. It must exceed the time for
   * which verifiers keep a key set (`createKeySet` of core: 600); otherwise they reject new tokens.
   */
  readonly publishAheadSeconds?: number | undefined;
  /** Seconds after which an instance reads the store for changes by others. Default 60. */
  readonly refreshSeconds?: number | undefined;
  /**
   * Seconds for which an instance continues to sign and verify while the store fails, or takes more
   * than 5 s to answer. Default 3600. After that it answers `service_error`, and its guard
   * `verifier_unavailable`.
   */
  readonly maxStaleSeconds?: number | undefined;
  /**
   * Receives errors of reading the store in the background. Its own errors and rejections are
   * ignored. By default the name of an error is written with `console.warn`, at most once a minute;
   * `null` writes nothing.
   */
  readonly onError?: ((error: unknown) => void) | null | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The key pairs of an issuer: created, published, used and dropped by a schedule. */
export interface SigningKeys {
  readonly algorithm: SigningAlgorithm;
  /** For a guard in the same process. It is always current and fetches nothing. */
  readonly keySet: KeySet;
  /** @throws Error if the store fails or takes more than 5 s, and the known keys are too old. */
  signer(): Promise<Signer>;
  /**
   * The keys to publish: every key that has signed a token which may still be valid, or is about to
   * sign.
   */
  jwks(): Promise<JsonWebKeySet>;
  /**
   * Creates the next key at once instead of by the schedule. It signs after `publishAheadSeconds`, and the old key
   * stays published until the last token that it signed has expired. Does nothing while a next key waits.
   */
  rotate(): Promise<void>;
  /**
   * Drops a leaked key. Its tokens are rejected in this process immediately, in other instances
   * after `refreshSeconds`, and elsewhere when the key set is next fetched. Another key signs
   * immediately.
   */
  withdraw(kid: string): Promise<void>;
}
