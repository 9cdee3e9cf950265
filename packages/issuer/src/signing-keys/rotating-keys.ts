import { AuthError } from '@mandate/core';
import {
  createLocalKeySet,
  type JsonWebKeySet,
  type JwtHeader,
  type KeySet,
  type VerificationKey,
} from '@mandate/core/jwt';
import { IS_WORKERS } from '@mandate/internal/is-workers';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { createErrorLog, toObserver } from '@mandate/internal/observer';
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
import type { SigningAlgorithm, SigningKeys, SigningKeysOptions } from './signing-keys.js';
import { withStoreTimeout } from './with-store-timeout.js';

const MAX_TOKEN_MS = MAX_DURATION_MINUTES * 60_000;

/**
 * The least time between two reads of the store for unknown keys, because anyone can invent a
 * `kid`.
 */
const UNKNOWN_KEY_REFRESH_MS = 1000;

/** The keys in a store, known to this process for a while. */
export class RotatingKeys implements SigningKeys {
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
    const { now = Date.now } = options;
    this.#now = now;
    this.#onError = toObserver('createSigningKeys: onError', options.onError, () =>
      createErrorLog('createSigningKeys', 'the key store failed', now),
    );
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

  async rotate(): Promise<void> {
    await this.#update(async (keys) => {
      const nowMs = this.#now();
      // A key further ahead was created by a wrong clock, and rotation must not wait for it.
      const latestMs = nowMs + this.#schedule.publishAheadMs + CLOCK_SKEW_MS;
      const isPlanned = keys.some((key) => key.signsFromMs > nowMs && key.signsFromMs <= latestMs);
      if (isPlanned) return keys;
      const kept = dropExpired(keys, nowMs, this.#schedule);
      const isFirst = kept.length === 0;
      const signsFromMs = isFirst ? nowMs : nowMs + this.#schedule.publishAheadMs;
      return addKey(kept, await this.#createKey(signsFromMs));
    });
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

  /** Runs one refresh at a time, however many callers wait. On Workers each caller runs its own. */
  #refresh(): Promise<void> {
    this.#triedAtMs = this.#now();
    if (IS_WORKERS) return this.#update((keys) => this.#rotate(keys));
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

function checkStore({ store }: SigningKeysOptions): SigningKeyStore {
  if (typeof store?.read === 'function') return store;
  throw new TypeError('createSigningKeys: store is required');
}
