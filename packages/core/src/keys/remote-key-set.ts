import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthError } from '../auth-error.js';
import type { JwtHeader } from '../jws/parse-jwt.js';
import { type CheckedKeySetOptions, checkKeySetOptions } from './check-key-set-options.js';
import { createElapsedTime } from './elapsed-time.js';
import type { PublicKey } from './jwk.js';
import { type KeyFetch, KeyFetcher, type Requester } from './key-fetcher.js';
import type { KeySet, KeySetHealth, VerificationKey } from './key-set.js';
import type { KeySetOptions } from './key-set-options.js';
import { matchKeys } from './local-key-set.js';

/**
 * Makes the key set of one issuer from its published keys. They are fetched on first use, and refreshed
 * from then on.
 *
 * - Any number of requests share one fetch. A request with a known key never waits for a refresh.
 * - While the key server fails, the last valid keys serve until `maxStaleSeconds`. After that, requests are
 *   rejected with `verifier_unavailable` (503 with `Retry-After`), never as invalid tokens.
 * - An unknown `kid` starts a fetch, at most every 5 seconds. A token is invalid only if a set that was
 *   fetched after the token arrived lacks its key. A token that arrives in between is rejected
 *   with `verifier_unavailable` and the seconds until the next fetch. So a flood of invented `kid`s
 *   cannot keep a new key out for more than 5 seconds.
 * - After the next fetch, a key that the issuer has withdrawn no longer verifies, and tokens that were
 *   verified with it earlier are rejected.
 * - Redirects are never followed, and a large, empty or malformed answer never replaces keys.
 *
 * Requests start the fetches, so there is no timer to stop, and nothing keeps the process alive.
 *
 * @throws TypeError if the URL is not `https:` (or loopback), an option is unknown, or a number is out of
 * its range.
 *
 * @example
 * const keys = createKeySet({ url: 'https://sso.example.com/.well-known/jwks.json' });
 */
export function createKeySet(options: KeySetOptions): KeySet {
  return new RemoteKeySet(checkKeySetOptions(options));
}

interface Arrival {
  /** The number of fetches that had started when the token arrived. */
  readonly started: number;
  readonly request: Requester | undefined;
}

class RemoteKeySet implements KeySet {
  readonly #maxAgeMs: number;
  readonly #maxStaleMs: number;
  readonly #elapsedMs: () => number;
  readonly #fetcher: KeyFetcher;
  #keys: readonly PublicKey[] = [];
  /** When the fetch of the keys started, because the answer may be that old. */
  #fetchedAtMs = Number.NEGATIVE_INFINITY;
  #refreshAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: CheckedKeySetOptions) {
    this.#maxAgeMs = options.maxAgeMs;
    this.#maxStaleMs = options.maxStaleMs;
    this.#elapsedMs = createElapsedTime(options.now);
    this.#fetcher = new KeyFetcher(options, {
      elapsedMs: this.#elapsedMs,
      accept: (keys, startedAtMs) => {
        this.#replaceKeys(keys);
        this.#fetchedAtMs = startedAtMs;
        this.#refreshAtMs = startedAtMs + options.maxAgeMs / 2;
      },
    });
  }

  isCurrent(request?: Requester): boolean {
    const nowMs = this.#elapsedMs();
    return nowMs < this.#refreshAtMs || this.#refreshIfDue(nowMs, request);
  }

  /** Starts a refresh if one is due. Returns whether the keys may serve in the meantime. */
  #refreshIfDue(nowMs: number, request: Requester | undefined): boolean {
    if (!this.#isUsable(nowMs)) return false;
    const fetcher = this.#fetcher;
    if (fetcher.getInFlight(nowMs) !== undefined) return true;
    if (nowMs < fetcher.schedule.refreshAtMs) return true;
    // On Workers, a fetch ends with the request that started it, so each request must wait for its own.
    if (fetcher.losesFetches && nowMs - this.#fetchedAtMs >= this.#maxAgeMs) return false;
    void fetcher.start(nowMs, request);
    return true;
  }

  get(header: JwtHeader, request?: Requester): readonly VerificationKey[] {
    return this.isCurrent(request) ? matchKeys(this.#keys, header) : [];
  }

  find(header: JwtHeader, request?: Requester): MaybePromise<readonly VerificationKey[]> {
    const { started } = this.#fetcher;
    const keys = this.get(header, request);
    if (keys.length > 0) return keys;
    return this.#findByFetch(header, { started, request });
  }

  async warmUp(): Promise<void> {
    if (this.#elapsedMs() - this.#fetchedAtMs >= this.#maxAgeMs) await this.#fetchIfDue();
  }

  health(): KeySetHealth {
    const isUsable = this.isCurrent();
    const ageMs = this.#elapsedMs() - this.#fetchedAtMs;
    const ageSeconds = Number.isFinite(ageMs) ? Math.floor(ageMs / 1000) : undefined;
    const isOld = ageMs >= this.#maxAgeMs;
    return { status: isUsable ? (isOld ? 'stale' : 'ready') : 'unavailable', ageSeconds };
  }

  async #findByFetch(
    header: JwtHeader,
    { started, request }: Arrival,
  ): Promise<readonly VerificationKey[]> {
    const fetcher = this.#fetcher;
    const inFlight = this.#findJoinable(this.#elapsedMs());
    if (inFlight !== undefined) {
      await fetcher.join(inFlight);
      const keys = this.#match(header);
      if (keys.length > 0) return keys;
    }
    // The answer to an earlier fetch may predate the publication of the key.
    if (fetcher.accepted <= started) await this.#fetchIfDue(request);
    const keys = this.#match(header);
    if (keys.length > 0) return keys;
    if (fetcher.accepted > started) return [];
    throw this.#unavailable();
  }

  #match(header: JwtHeader): readonly VerificationKey[] {
    return this.#isUsable(this.#elapsedMs()) ? matchKeys(this.#keys, header) : [];
  }

  /** Fetches the set or joins the fetch in flight. Does nothing before a fetch is due. */
  #fetchIfDue(request?: Requester): Promise<void> {
    const nowMs = this.#elapsedMs();
    const inFlight = this.#findJoinable(nowMs);
    if (inFlight !== undefined) return this.#fetcher.join(inFlight);
    return nowMs >= this.#dueAtMs(nowMs) ? this.#fetcher.start(nowMs, request) : Promise.resolve();
  }

  /** The fetch in flight, unless there are no keys yet and it may end with the request that started it. */
  #findJoinable(nowMs: number): KeyFetch | undefined {
    const inFlight = this.#fetcher.getInFlight(nowMs);
    return inFlight?.isKept || this.#isUsable(nowMs) ? inFlight : undefined;
  }

  /** When a request may start a fetch and wait for it. */
  #dueAtMs(nowMs: number): number {
    const { lookupAtMs, refreshAtMs } = this.#fetcher.schedule;
    return this.#isUsable(nowMs) ? lookupAtMs : refreshAtMs;
  }

  #isUsable(nowMs: number): boolean {
    return this.#keys.length > 0 && nowMs - this.#fetchedAtMs < this.#maxStaleMs;
  }

  /** Keys that are still published stay the same objects, so earlier verifications with them still count. */
  #replaceKeys(published: readonly PublicKey[]): void {
    const known = new Map(this.#keys.map((key) => [key.identity, key]));
    const keys = published.map((key) => known.get(key.identity) ?? key);
    for (const key of this.#keys) if (!keys.includes(key)) key.withdrawn = true;
    this.#keys = keys;
  }

  #unavailable(): AuthError {
    const nowMs = this.#elapsedMs();
    const isWaiting = this.#fetcher.schedule.failures === 0 && this.#isUsable(nowMs);
    const reason = isWaiting
      ? 'the key is unknown, and it is too early to fetch the keys of the issuer again'
      : 'the keys of the issuer cannot be fetched';
    const waitMs = this.#dueAtMs(nowMs) - nowMs;
    return new AuthError('verifier_unavailable', reason, {
      retryAfterSeconds: Math.max(1, Math.ceil(Number.isFinite(waitMs) ? waitMs / 1000 : 1)),
    });
  }
}
