import type { FetchLike, RequestTools } from './authorization-service.js';
import { waitForChange } from './lease.js';
import { waitFor } from './pause.js';
import type { TabLock } from './tab-lock.js';
import type { IssuedToken } from './token-answer.js';
import type { TokenCache } from './token-cache.js';
import { TokenError, toTokenError } from './token-error.js';
import type { TokenKey } from './token-key.js';

/** Where new tokens of one server, service, group and subject come from. */
export interface TokenSource {
  readonly key: TokenKey;
  /** What exactly is asked: a corrected password must not wait for the outcome of the wrong one. */
  readonly id: string;
  request(tools: RequestTools): Promise<IssuedToken>;
}

export interface RenewalOptions {
  readonly cache: TokenCache;
  readonly lock: TabLock;
  readonly fetch: FetchLike;
  readonly now: () => number;
  readonly timeoutMs: number;
  /** A token is renewed when it has less than this left. */
  readonly marginMs: number;
}

/** A source's last failure, and until when it need not be asked again. */
interface Refusal {
  readonly error: TokenError;
  readonly untilMs: number;
}

/** How long to wait where the service does not say. */
const RATE_LIMIT_SECONDS = 30;
/** While the old token still serves, a failing service is asked again after this. */
const RETRY_MS = 5_000;
/** Browsers tell a tab in another process of a lock that is free sooner than of what was stored before. */
const LATE_MS = 500;

/** Gets new tokens: one request under way for each key, in this client and in all tabs. */
export class Renewals {
  readonly #options: RenewalOptions;
  readonly #underWay = new Map<string, Promise<IssuedToken>>();
  readonly #refusals = new Map<string, Refusal>();

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /** The stored token, if it is not about to expire. */
  readCurrent(key: TokenKey): IssuedToken | undefined {
    return this.#options.cache.read(key, this.#options.marginMs);
  }

  /**
   * A new token, from the request that is under way or from a new one. While the service fails, what is
   * left of the old token is used up. A refusal that another try cannot change, such as a wrong
   * password, is not tried again until {@link forget}: it would only lock the account.
   */
  renew(source: TokenSource): Promise<IssuedToken> {
    const underWay = this.#underWay.get(source.id);
    if (underWay !== undefined) return underWay;
    const refusal = this.#refusals.get(source.id);
    if (refusal !== undefined && refusal.untilMs > this.#options.now()) {
      return this.#useUp(source.key, refusal.error);
    }
    const renewal = this.#renewOnce(source).finally(() => {
      if (this.#underWay.get(source.id) === renewal) this.#underWay.delete(source.id);
    });
    this.#underWay.set(source.id, renewal);
    return renewal;
  }

  /** Asks again, whatever the service said last. */
  forget({ id }: TokenSource): void {
    this.#refusals.delete(id);
  }

  /** What was asked for before serves those who asked, and nobody else. */
  abandon(): void {
    this.#underWay.clear();
    this.#refusals.clear();
    this.#options.cache.markCleared();
  }

  async #renewOnce(source: TokenSource): Promise<IssuedToken> {
    const { cache, lock } = this.#options;
    const mark = cache.readClearMark();
    try {
      return await lock(source.key, async (hadToWait) => {
        // Whoever had the lock before has left a token, or failed.
        if (hadToWait && this.readCurrent(source.key) === undefined) {
          await waitForChange(source.key, LATE_MS);
        }
        const current = this.readCurrent(source.key);
        if (current !== undefined) return current;
        const issued = await this.#request(source);
        // Stored before the lock is released, so that whoever is next finds it.
        if (cache.readClearMark() === mark) cache.write(source.key, issued);
        this.#refusals.delete(source.id);
        return issued;
      });
    } catch (cause) {
      const error = toTokenError(cause);
      if (cache.readClearMark() === mark) this.#remember(source, error);
      return this.#useUp(source.key, error);
    }
  }

  async #request(source: TokenSource): Promise<IssuedToken> {
    const { fetch, now, timeoutMs } = this.#options;
    const deadline = new AbortController();
    const { signal } = deadline;
    const timer = setTimeout(() => deadline.abort(new TokenError('timeout')), timeoutMs);
    try {
      // Waited for, because a `fetchToken` may take no notice of its signal.
      return await waitFor(source.request({ fetch, now, signal }), signal);
    } finally {
      clearTimeout(timer);
    }
  }

  #remember({ id, key }: TokenSource, error: TokenError): void {
    this.#refusals.set(id, { error, untilMs: this.#options.now() + this.#pauseMs(key, error) });
  }

  #pauseMs(key: TokenKey, { reason, transient, retryAfterSeconds }: TokenError): number {
    if (!transient) return Number.POSITIVE_INFINITY;
    if (reason === 'rate_limited') return (retryAfterSeconds ?? RATE_LIMIT_SECONDS) * 1000;
    return this.#options.cache.read(key) === undefined ? 0 : RETRY_MS;
  }

  async #useUp(key: TokenKey, error: TokenError): Promise<IssuedToken> {
    const old = error.transient ? this.#options.cache.read(key) : undefined;
    if (old === undefined) throw error;
    return old;
  }
}
