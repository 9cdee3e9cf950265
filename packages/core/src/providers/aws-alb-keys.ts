import { Generations } from '@mandate/internal/generations';
import { AuthError } from '../auth-error.js';
import type { AuthRequest } from '../auth-request.js';
import type { JwtHeader } from '../jws/parse-jwt.js';
import { checkKeySetOptions } from '../keys/check-key-set-options.js';
import { createElapsedTime } from '../keys/elapsed-time.js';
import { createFetchLog } from '../keys/fetch-log.js';
import type { KeySet, VerificationKey } from '../keys/key-set.js';
import type { KeyFetchEvent } from '../keys/key-set-options.js';
import { createKeySet } from '../keys/remote-key-set.js';
import { UUID } from './check-values.js';
import { FetchAllowance } from './fetch-allowance.js';
import { fetchPem } from './fetch-pem.js';
import { WantedKids } from './wanted-kids.js';

/** Load balancers of a region sign with few keys. */
const MAX_KEYS = 32;
/** Everyone can invent a `kid`, and each unknown one costs a fetch: so many at once, and so many a second. */
const MAX_FETCHES = 10;
/** After this time, a fetch never settles, because the request that started it has ended. */
const LOST_AFTER_MS = 10_000;
/** For how long a `kid` without a key is not fetched again, and how many of them are remembered. */
const ABSENT_MS = 5_000;
const MAX_ABSENT = 1_000;
const MAX_WANTED = 256;

/** A key whose first fetch is in flight, so that requests with the same key share it. */
interface Pending {
  readonly startedAtMs: number;
  readonly set: KeySet;
  /** Whether the server has answered that there is no such key. */
  isMissing: boolean;
}

type Requester = Pick<AuthRequest, 'waitUntil'>;

/**
 * The keys of the load balancers of a region, which are published one by one, as PEM at a URL that ends with
 * `kid`. Each is a key set of its own, with the same refresh and the same outage behaviour.
 *
 * A known key never waits for another one. Unknown ones share {@link MAX_FETCHES} fetches a second. If there
 * are more, every other fetch is for the `kid` that most requests ask for, so a new key, with which all
 * tokens are signed, is found among invented ones. The others go to whichever request arrives.
 */
export function createAlbKeySet(baseUrl: string): KeySet {
  return new AlbKeySet(baseUrl);
}

class AlbKeySet implements KeySet {
  readonly #baseUrl: string;
  readonly #known = new Generations<KeySet>(MAX_KEYS);
  readonly #absentUntilMs = new Generations<number>(MAX_ABSENT);
  readonly #wanted = new WantedKids(MAX_WANTED);
  readonly #pending = new Map<string, Pending>();
  readonly #elapsedMs = createElapsedTime(() => Date.now());
  readonly #log: (event: KeyFetchEvent) => void;
  #hasKeys = false;
  readonly #allowance = new FetchAllowance(MAX_FETCHES);
  #isTurnOfMost = false;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
    // One log for all keys, because invented ones would fill one each.
    this.#log = createFetchLog(checkKeySetOptions({ url: baseUrl }), () => this.#hasKeys);
  }

  isCurrent(): boolean {
    return true;
  }

  async find(header: JwtHeader, request?: Requester): Promise<readonly VerificationKey[]> {
    const { kid } = header;
    if (typeof kid !== 'string' || !UUID.test(kid)) return [];
    const known = this.#known.get(kid);
    if (known !== undefined) return known.find(header, request);
    const nowMs = this.#elapsedMs();
    const waitMs = (this.#absentUntilMs.get(kid) ?? 0) - nowMs;
    // The key may have been published since, so the token is not invalid.
    if (waitMs > 0) throw tooEarly(waitMs);
    this.#dropLost(nowMs);
    const pending = this.#pending.get(kid);
    if (pending !== undefined) return findPending(pending, header, request);
    this.#wanted.add(kid, nowMs);
    const started = this.#startFetches(kid, nowMs, request);
    if (started === undefined) throw tooEarly(1_000);
    return started;
  }

  /**
   * Starts the fetches that are due, for the most wanted key and for that of the request in turn. Returns the
   * one for the key of the request, if it started.
   */
  #startFetches(
    kid: string,
    nowMs: number,
    request: Requester | undefined,
  ): Promise<readonly VerificationKey[]> | undefined {
    this.#allowance.earn(nowMs);
    let own: Promise<readonly VerificationKey[]> | undefined;
    while (!this.#allowance.isSpent && this.#pending.size < MAX_FETCHES) {
      const isOwn = !this.#isTurnOfMost && this.#wanted.take(kid);
      const next = isOwn ? kid : this.#wanted.takeMost(nowMs);
      if (next === undefined) break;
      this.#isTurnOfMost = !this.#isTurnOfMost;
      this.#allowance.spend();
      const keys = this.#fetch(next, nowMs, request);
      if (next === kid) own = keys;
      // No request waits for this one, and its failure is remembered.
      else keys.catch(() => undefined);
    }
    return own;
  }

  async #fetch(
    kid: string,
    startedAtMs: number,
    request: Requester | undefined,
  ): Promise<readonly VerificationKey[]> {
    const pending = this.#createPending(kid, startedAtMs);
    this.#pending.set(kid, pending);
    let keys: readonly VerificationKey[] = [];
    try {
      keys = await findPending(pending, { kid, alg: 'ES256' }, request);
      return keys;
    } finally {
      // Only a key that exists is remembered, so invented ones cannot evict it.
      if (keys.length > 0) {
        this.#hasKeys = true;
        this.#known.set(kid, pending.set);
      } else this.#absentUntilMs.set(kid, this.#elapsedMs() + ABSENT_MS);
      if (this.#pending.get(kid) === pending) this.#pending.delete(kid);
    }
  }

  #createPending(kid: string, startedAtMs: number): Pending {
    const set = createKeySet({
      url: `${this.#baseUrl}/${kid}`,
      fetch: fetchPem(kid, () => {
        pending.isMissing = true;
      }),
      onFetch: (event) => {
        if (!pending.isMissing) this.#log(event);
      },
    });
    const pending: Pending = { startedAtMs, set, isMissing: false };
    return pending;
  }

  #dropLost(nowMs: number): void {
    for (const [kid, { startedAtMs }] of this.#pending) {
      if (nowMs - startedAtMs >= LOST_AFTER_MS) this.#pending.delete(kid);
    }
  }
}

async function findPending(
  pending: Pending,
  header: JwtHeader,
  request: Requester | undefined,
): Promise<readonly VerificationKey[]> {
  try {
    return await pending.set.find(header, request);
  } catch (error) {
    if (pending.isMissing) return [];
    throw error;
  }
}

function tooEarly(waitMs: number): AuthError {
  return new AuthError(
    'verifier_unavailable',
    'the key is unknown, and it is too early to fetch another key of the load balancer',
    { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) },
  );
}
