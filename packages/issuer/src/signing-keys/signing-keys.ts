import {
  AuthError,
  createLocalKeySet,
  type JsonWebKeySet,
  type JwtHeader,
  type KeySet,
  type VerificationKey,
} from '@mandate/core';
import { checkOptions } from '@mandate/internal/check-options';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { notify } from '@mandate/internal/notify';
import { MAX_DURATION_MINUTES } from '../request/authorization-request.js';
import { createKeyPair, openKeyPair, type Signer } from './key-pair.js';
import {
  addKey,
  CLOCK_SKEW_MS,
  chooseSigningKey,
  dropExpired,
  planNextKey,
  type RotationSchedule,
} from './rotation.js';
import { createSecretBox, type SecretBox } from './secret-box.js';
import { toSigningDurations } from './signing-durations.js';
import type { SigningKeyRing, SigningKeyStore, StoredSigningKey } from './signing-key-store.js';
import { withStoreTimeout } from './with-store-timeout.js';

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
   * ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
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
   * Drops a leaked key. Its tokens are rejected in this process immediately, in other instances
   * after `refreshSeconds`, and elsewhere when the key set is next fetched. Another key signs
   * immediately.
   */
  withdraw(kid: string): Promise<void>;
}

const MAX_TOKEN_MS = MAX_DURATION_MINUTES * 60_000;

/**
 * The least time between two reads of the store for unknown keys, because anyone can invent a
 * `kid`.
 */
const UNKNOWN_KEY_REFRESH_MS = 1000;

/**
 * Creates signing keys that rotate without a timer: the first instance that needs keys when a
 * change is due makes the change, and the others adopt it.
 *
 * @throws TypeError if an option is unknown or invalid: `store` is missing, a key-encryption key
 * does not have 32 bytes, a duration is not positive, or the durations contradict each other.
 *
 * @example
 * const rotatingKeys = createSigningKeys({
 *   store: createMemorySigningKeyStore(),
 *   keyEncryptionKeys: [crypto.getRandomValues(new Uint8Array(32))],
 * });
 * const { keys } = await rotatingKeys.jwks();
 */
export function createSigningKeys(options: SigningKeysOptions): SigningKeys {
  checkOptions<SigningKeysOptions>('createSigningKeys', options, {
    store: true,
    keyEncryptionKeys: true,
    algorithm: true,
    rotateEverySeconds: true,
    publishAheadSeconds: true,
    refreshSeconds: true,
    maxStaleSeconds: true,
    onError: true,
    now: true,
  });
  return new RotatingKeys(options);
}

function checkStore({ store }: SigningKeysOptions): SigningKeyStore {
  if (typeof store?.read === 'function') return store;
  throw new TypeError('createSigningKeys: store is required');
}

class RotatingKeys implements SigningKeys {
  readonly algorithm: SigningAlgorithm;
  readonly keySet: KeySet;
  readonly #store: SigningKeyStore;
  readonly #box: SecretBox;
  readonly #schedule: RotationSchedule;
  readonly #refreshMs: number;
  readonly #maxStaleMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #now: () => number;
  #ring: SigningKeyRing = { version: 0, keys: [] };
  #verifying: KeySet | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #inFlight: Promise<void> | undefined;
  #signer: Signer | undefined;

  constructor(options: SigningKeysOptions) {
    const seconds = toSigningDurations(options);
    this.algorithm = options.algorithm ?? 'ES256';
    if (!['ES256', 'RS256', 'EdDSA'].includes(this.algorithm)) {
      throw new TypeError('createSigningKeys: algorithm must be ES256, RS256 or EdDSA');
    }
    this.#store = checkStore(options);
    this.#box = createSecretBox(options.keyEncryptionKeys);
    this.#refreshMs = seconds.refreshSeconds * 1000;
    this.#maxStaleMs = seconds.maxStaleSeconds * 1000;
    this.#schedule = {
      rotateEveryMs: seconds.rotateEverySeconds * 1000,
      publishAheadMs: seconds.publishAheadSeconds * 1000,
      // An instance that cannot read the store signs with the old key for up to `maxStaleMs`.
      keepMs: MAX_TOKEN_MS + this.#maxStaleMs + CLOCK_SKEW_MS,
    };
    const { onError = () => {} } = options;
    this.#onError = (error) => notify(onError, error);
    this.#now = options.now ?? Date.now;
    this.keySet = {
      find: (header) => {
        const ready = this.#ready();
        const find = () => this.#findOrRefresh(header);
        return ready === undefined ? find() : ready.catch(throwUnavailable).then(find);
      },
      isCurrent: () => {
        this.#refreshIfDue();
        return this.#isFresh();
      },
    };
  }

  async signer(): Promise<Signer> {
    await this.#ready();
    const stored = chooseSigningKey(this.#ring.keys, this.#now());
    if (stored === undefined) throw new Error('there is no signing key');
    if (this.#signer?.kid !== stored.kid) this.#signer = await openKeyPair(stored, this.#box);
    return this.#signer;
  }

  async jwks(): Promise<JsonWebKeySet> {
    // A verifier fetches the set when it meets an unknown key, which another instance may have
    // created.
    await this.#ready(UNKNOWN_KEY_REFRESH_MS);
    return { keys: this.#ring.keys.map(({ publicJwk }) => publicJwk) };
  }

  async withdraw(kid: string): Promise<void> {
    await this.#update(async (keys) => {
      const left = keys.filter((key) => key.kid !== kid);
      if (left.length === keys.length) return keys;
      const nowMs = this.#now();
      const isSigning = left.some(({ signsFromMs }) => signsFromMs <= nowMs);
      return isSigning ? left : addKey(left, await this.#createKey(nowMs));
    });
  }

  /** Returns `undefined` if keys are available. They may then be refreshed in the background. */
  #ready(refreshMs = this.#refreshMs): undefined | Promise<void> {
    this.#refreshIfDue(refreshMs);
    return this.#isFresh() ? undefined : this.#refresh();
  }

  #isFresh(): boolean {
    return this.#verifying !== undefined && this.#elapsedSince(this.#readAtMs) < this.#maxStaleMs;
  }

  /**
   * A time ahead of the clock counts as equally far away, because the clock was set back in
   * between.
   */
  #elapsedSince(timeMs: number): number {
    return Math.abs(this.#now() - timeMs);
  }

  /** Starts a refresh in the background while the known keys still serve. */
  #refreshIfDue(refreshMs = this.#refreshMs): void {
    const isDue = this.#elapsedSince(this.#triedAtMs) >= refreshMs;
    if (isDue && this.#isFresh()) this.#refresh().catch(this.#onError);
  }

  /** Runs one refresh at a time, however many callers wait. */
  #refresh(): Promise<void> {
    this.#triedAtMs = this.#now();
    this.#inFlight ??= this.#update((keys) => this.#rotate(keys)).finally(() => {
      this.#inFlight = undefined;
    });
    return this.#inFlight;
  }

  async #rotate(keys: readonly StoredSigningKey[]): Promise<readonly StoredSigningKey[]> {
    const nowMs = this.#now();
    const kept = dropExpired(keys, nowMs, this.#schedule);
    const signsFromMs = planNextKey(kept, this.algorithm, nowMs, this.#schedule);
    if (signsFromMs !== undefined) return addKey(kept, await this.#createKey(signsFromMs));
    return kept.length === keys.length ? keys : kept;
  }

  #createKey(signsFromMs: number): Promise<StoredSigningKey> {
    return createKeyPair(this.algorithm, signsFromMs, this.#box);
  }

  /** Reads, changes and writes, until no other instance wrote in between. */
  async #update(
    change: (keys: readonly StoredSigningKey[]) => Promise<readonly StoredSigningKey[]>,
  ): Promise<void> {
    for (;;) {
      const readAtMs = this.#now();
      const known = this.#ring;
      const ring = await withStoreTimeout(this.#store.read());
      const keys = await change(ring.keys);
      if (keys === ring.keys) return this.#adopt(ring, readAtMs, known);
      if (await withStoreTimeout(this.#store.replace(ring.version, keys))) {
        return this.#adopt({ version: ring.version + 1, keys }, readAtMs, known);
      }
    }
  }

  /** @param known the keys that were known before the store was read. */
  #adopt(ring: SigningKeyRing, readAtMs: number, known: SigningKeyRing): void {
    // A slow read must not undo what a faster one found. If nothing changed in between, a lower
    // version means that the store was restored from a copy: the lost keys are unrecoverable.
    if (ring.version < this.#ring.version && this.#ring !== known) return;
    const isNew = listKids(ring) !== listKids(this.#ring) || this.#verifying === undefined;
    this.#ring = ring;
    this.#readAtMs = readAtMs;
    if (isNew) this.#verifying = createLocalKeySet({ keys: ring.keys.map((key) => key.publicJwk) });
  }

  /** Another instance may have created the unknown key a moment ago because the old one leaked. */
  #findOrRefresh(header: JwtHeader): MaybePromise<readonly VerificationKey[]> {
    const found = this.#find(header);
    if (isPromise(found) || found.length > 0) return found;
    const mayRefresh =
      this.#inFlight !== undefined || this.#elapsedSince(this.#triedAtMs) >= UNKNOWN_KEY_REFRESH_MS;
    if (mayRefresh)
      return this.#refresh()
        .catch(throwUnavailable)
        .then(() => this.#find(header));
    // The last refresh failed, so the key may exist, and the token must not be rejected as invalid.
    return this.#readAtMs < this.#triedAtMs ? throwUnavailable(undefined) : found;
  }

  /** Returns keys that report their withdrawal, so that the guard drops cached verifications. */
  #find(header: JwtHeader): MaybePromise<readonly VerificationKey[]> {
    const found = this.#verifying?.find(header) ?? [];
    const watch = (keys: readonly VerificationKey[]) => keys.map((key) => this.#watch(key));
    return isPromise(found) ? found.then(watch) : watch(found);
  }

  #watch(key: VerificationKey): VerificationKey {
    const isPublished = () => this.#ring.keys.some(({ kid }) => kid === key.kid);
    return {
      kid: key.kid,
      get withdrawn() {
        return !isPublished();
      },
      toCryptoKey: (alg) => key.toCryptoKey(alg),
    };
  }
}

const listKids = ({ keys }: SigningKeyRing): string => keys.map(({ kid }) => kid).join();

function throwUnavailable(cause: unknown): never {
  throw new AuthError('verifier_unavailable', 'the signing keys of the issuer are unavailable', {
    cause,
  });
}
