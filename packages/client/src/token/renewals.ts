import { waitForChange } from './lease.js';
import { waitFor } from './pause.js';
import type { FetchLike, RequestContext } from './request-token.js';
import type { TabLock } from './tab-lock.js';
import type { TimedToken } from './token-answer.js';
import type { TokenCache } from './token-cache.js';
import { TokenError, toTokenError } from './token-error.js';
import type { TokenKey } from './token-key.js';

/** Where new tokens for one server, service, group and subject come from. */
export interface TokenSource {
  readonly key: TokenKey;
  /**
   * Identifies the exact request: a corrected password must not wait for the outcome of the wrong
   * one.
   */
  readonly id: string;
  request(context: RequestContext): Promise<TimedToken>;
}

export interface RenewalOptions {
  readonly cache: TokenCache;
  readonly lock: TabLock;
  readonly fetch: FetchLike;
  readonly now: () => number;
  readonly timeoutMs: number;
  /** A token with less time left is renewed. */
  readonly marginMs: number;
}

/** A source's last failure. The source is not asked again before `untilMs`. */
interface Failure {
  readonly error: TokenError;
  readonly untilMs: number;
}

/** How long to wait if the service does not say. */
const RATE_LIMIT_SECONDS = 30;
/** How long to wait before asking a failing service again, while the old token is still valid. */
const RETRY_MS = 5_000;
/**
 * Browsers can report a free lock to a tab in another process before they report what was stored
 * earlier.
 */
const STORAGE_DELAY_MS = 500;

/**
 * Gets new tokens, with at most one pending request for each key, in this client and in all tabs.
 */
export class Renewals {
  readonly #options: RenewalOptions;
  readonly #pending = new Map<string, Promise<TimedToken>>();
  readonly #failures = new Map<string, Failure>();

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /** The stored token, unless it is about to expire. */
  getCurrent(key: TokenKey): TimedToken | undefined {
    return this.#options.cache.load(key, this.#options.marginMs);
  }

  /**
   * Returns a new token, from the pending request or from a new one. While the service fails, the
   * old token is used until it expires. A failure that a retry cannot change, such as a wrong
   * password, is not retried until {@link forget}, because retries would lock the account.
   */
  renew(source: TokenSource): Promise<TimedToken> {
    const pending = this.#pending.get(source.id);
    if (pending !== undefined) return pending;
    const failure = this.#failures.get(source.id);
    if (failure !== undefined && failure.untilMs > this.#options.now()) {
      return this.#fallBack(source.key, failure.error);
    }
    const renewal = this.#renewOnce(source).finally(() => {
      if (this.#pending.get(source.id) === renewal) this.#pending.delete(source.id);
    });
    this.#pending.set(source.id, renewal);
    return renewal;
  }

  /** Lets the source be asked again after a failure. */
  forget({ id }: TokenSource): void {
    this.#failures.delete(id);
  }

  /** Pending requests still serve their callers, but no later ones. */
  abandon(): void {
    this.#pending.clear();
    this.#failures.clear();
    this.#options.cache.markCleared();
  }

  async #renewOnce(source: TokenSource): Promise<TimedToken> {
    const { cache, lock } = this.#options;
    const mark = cache.loadClearMark();
    try {
      return await lock(source.key, async (hadToWait) => {
        // The tab that had the lock before has stored a token, or failed.
        if (hadToWait && this.getCurrent(source.key) === undefined) {
          await waitForChange(source.key, STORAGE_DELAY_MS);
        }
        const current = this.getCurrent(source.key);
        if (current !== undefined) return current;
        const token = await this.#request(source);
        // Stored before the lock is released, so that the next tab finds the token.
        if (cache.loadClearMark() === mark) cache.store(source.key, token);
        this.#failures.delete(source.id);
        return token;
      });
    } catch (cause) {
      const error = toTokenError(cause);
      if (cache.loadClearMark() === mark) this.#remember(source, error);
      return this.#fallBack(source.key, error);
    }
  }

  async #request(source: TokenSource): Promise<TimedToken> {
    const { fetch, now, timeoutMs } = this.#options;
    const deadline = new AbortController();
    const { signal } = deadline;
    const timer = setTimeout(() => deadline.abort(new TokenError('timeout')), timeoutMs);
    try {
      // The deadline applies even to a `fetchToken` that ignores its signal.
      return await waitFor(source.request({ fetch, now, signal }), signal);
    } finally {
      clearTimeout(timer);
    }
  }

  #remember({ id, key }: TokenSource, error: TokenError): void {
    this.#failures.set(id, { error, untilMs: this.#options.now() + this.#pauseMs(key, error) });
  }

  #pauseMs(key: TokenKey, { code, transient, retryAfterSeconds }: TokenError): number {
    if (!transient) return Number.POSITIVE_INFINITY;
    if (code === 'rate_limited') return (retryAfterSeconds ?? RATE_LIMIT_SECONDS) * 1000;
    return this.#options.cache.load(key) === undefined ? 0 : RETRY_MS;
  }

  async #fallBack(key: TokenKey, error: TokenError): Promise<TimedToken> {
    const old = error.transient ? this.#options.cache.load(key) : undefined;
    if (old === undefined) throw error;
    return old;
  }
}
