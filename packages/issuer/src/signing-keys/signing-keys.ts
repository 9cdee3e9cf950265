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
import { answerInTime } from './answer-in-time.js';
import { createKeyPair, openKeyPair, type Signer } from './key-pair.js';
import {
  addKey,
  chooseSigningKey,
  dropExpired,
  planNextKey,
  type RotationSchedule,
  SKEW_MS,
} from './rotation.js';
import { createSecretBox, type SecretBox } from './secret-box.js';
import { readDurations } from './signing-durations.js';
import type { SigningKeyRing, SigningKeyStore, StoredSigningKey } from './signing-key-store.js';

/** What the service can sign with. `EdDSA` is Ed25519, `RS256` has 2048 bits. */
export type SigningAlgorithm = 'ES256' | 'RS256' | 'EdDSA';

export interface SigningKeysOptions {
  readonly store: SigningKeyStore;
  /**
   * 32 bytes each, from your secret manager: the first seals private keys, all of them open. To change
   * it, give the new one to all instances behind the old one, then put it first, and drop the old one
   * here after a rotation and a day; the directory needs it until every API key was replaced.
   */
  readonly keyEncryptionKeys: readonly Uint8Array[];
  /** Default `ES256`. A change takes effect by a rotation, and must reach all instances. */
  readonly algorithm?: SigningAlgorithm | undefined;
  /** Seconds for which a key signs. Default 2592000 (30 days). */
  readonly rotateEverySeconds?: number | undefined;
  /**
   * Seconds for which a key is published before it signs. Default 3600. It must be longer than any
   * verifier keeps a key set (`createKeySet` of core: 600), or fresh tokens are refused there.
   */
  readonly publishAheadSeconds?: number | undefined;
  /** Seconds after which an instance looks for what others changed. Default 60. */
  readonly refreshSeconds?: number | undefined;
  /**
   * Seconds for which an instance goes on signing and verifying while the store fails, or takes more
   * than 5 s to answer. Default 3600; after that it answers `service_error`, and its guard
   * `verifier_unavailable`.
   */
  readonly maxStaleSeconds?: number | undefined;
  /** Hears why the store could not be read in the background. What it throws or rejects with is ignored. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The key pairs of an issuer: made, published, used and dropped by a schedule. */
export interface SigningKeys {
  readonly algorithm: SigningAlgorithm;
  /** For the guard in the same process: always current, and nothing is fetched. */
  readonly keySet: KeySet;
  /** @throws Error if the store fails or takes more than 5 s, and what is known is too old. */
  signer(): Promise<Signer>;
  /** What to publish: every key of which a token may be alive or is about to be. */
  jwks(): Promise<JsonWebKeySet>;
  /**
   * Drops a key that has leaked: its tokens are refused here at once, at other instances after
   * `refreshSeconds`, and elsewhere when the key set is fetched again. Another key signs at once.
   */
  withdraw(kid: string): Promise<void>;
}

const MAX_TOKEN_MS = MAX_DURATION_MINUTES * 60_000;

/** How often the store is read for a key that is not known, whose name anybody can make up. */
const LOOK_AGAIN_MS = 1000;

/**
 * Keys that rotate by themselves. There is no timer: what is due is done when keys are asked for, by
 * the first instance that notices, and the others find it done.
 *
 * @throws TypeError without a store or a key-encryption key of 32 bytes, if a duration is not positive,
 * or the published time is not longer than a refresh.
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

function readStore({ store }: SigningKeysOptions): SigningKeyStore {
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
    const seconds = readDurations(options);
    this.algorithm = options.algorithm ?? 'ES256';
    if (!['ES256', 'RS256', 'EdDSA'].includes(this.algorithm)) {
      throw new TypeError('createSigningKeys: algorithm must be ES256, RS256 or EdDSA');
    }
    this.#store = readStore(options);
    this.#box = createSecretBox(options.keyEncryptionKeys);
    this.#refreshMs = seconds.refreshSeconds * 1000;
    this.#maxStaleMs = seconds.maxStaleSeconds * 1000;
    this.#schedule = {
      rotateEveryMs: seconds.rotateEverySeconds * 1000,
      publishAheadMs: seconds.publishAheadSeconds * 1000,
      // An instance that cannot read the store signs with the old key for as long as that.
      keepMs: MAX_TOKEN_MS + this.#maxStaleMs + SKEW_MS,
    };
    const { onError = () => {} } = options;
    this.#onError = (error) => notify(onError, error);
    this.#now = options.now ?? Date.now;
    this.keySet = {
      find: (header) => {
        const ready = this.#ready();
        const find = () => this.#findOrLookAgain(header);
        return ready === undefined ? find() : ready.catch(refuseToVerify).then(find);
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
    // Verifiers come when they have met a key that they do not know: it may be another instance's.
    await this.#ready(LOOK_AGAIN_MS);
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

  /** Nothing if the keys are at hand; they may then be refreshed in the background. */
  #ready(refreshMs = this.#refreshMs): undefined | Promise<void> {
    this.#refreshIfDue(refreshMs);
    return this.#isFresh() ? undefined : this.#refresh();
  }

  #isFresh(): boolean {
    return this.#verifying !== undefined && this.#since(this.#readAtMs) < this.#maxStaleMs;
  }

  /** A time that lies ahead is as far away as one that is past: the clock was set back since. */
  #since(timeMs: number): number {
    return Math.abs(this.#now() - timeMs);
  }

  /** Starts a refresh in the background, while what is known still serves. */
  #refreshIfDue(refreshMs = this.#refreshMs): void {
    const isDue = this.#since(this.#triedAtMs) >= refreshMs;
    if (isDue && this.#isFresh()) this.#refresh().catch(this.#onError);
  }

  /** One at a time, however many ask. */
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

  /** Reads, changes and writes, until nobody else wrote in between. */
  async #update(
    change: (keys: readonly StoredSigningKey[]) => Promise<readonly StoredSigningKey[]>,
  ): Promise<void> {
    for (;;) {
      const readAtMs = this.#now();
      const known = this.#ring;
      const ring = await answerInTime(this.#store.read());
      const keys = await change(ring.keys);
      if (keys === ring.keys) return this.#adopt(ring, readAtMs, known);
      if (await answerInTime(this.#store.replace(ring.version, keys))) {
        return this.#adopt({ version: ring.version + 1, keys }, readAtMs, known);
      }
    }
  }

  /** @param known what was known when the reading began. */
  #adopt(ring: SigningKeyRing, readAtMs: number, known: SigningKeyRing): void {
    // A slow read must not undo what another one found meanwhile. Else the store was restored from a
    // copy: what it lost nobody has, and its versions say nothing.
    if (ring.version < this.#ring.version && this.#ring !== known) return;
    const isNew = listKids(ring) !== listKids(this.#ring) || this.#verifying === undefined;
    this.#ring = ring;
    this.#readAtMs = readAtMs;
    if (isNew) this.#verifying = createLocalKeySet({ keys: ring.keys.map((key) => key.publicJwk) });
  }

  /** An unknown key may be one that another instance made a moment ago because the old one leaked. */
  #findOrLookAgain(header: JwtHeader): MaybePromise<readonly VerificationKey[]> {
    const found = this.#find(header);
    if (isPromise(found) || found.length > 0) return found;
    const mayLook = this.#inFlight !== undefined || this.#since(this.#triedAtMs) >= LOOK_AGAIN_MS;
    if (mayLook)
      return this.#refresh()
        .catch(refuseToVerify)
        .then(() => this.#find(header));
    // The last time failed: the key may well be there, and so it is no bad token.
    return this.#readAtMs < this.#triedAtMs ? refuseToVerify(undefined) : found;
  }

  /** Keys that know when they are withdrawn, so that the guard forgets what they verified. */
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

function refuseToVerify(cause: unknown): never {
  throw new AuthError('verifier_unavailable', 'the keys of the issuer cannot be read', { cause });
}
