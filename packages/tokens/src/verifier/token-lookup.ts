import { AuthError, type AuthRequest } from '@mandate/core';
import type { BearerCredentials } from '@mandate/core/adapter';
import { IS_WORKERS } from '@mandate/internal/is-workers';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import type { FoundToken, TokenStore } from '../store/token-store.js';
import type { TokenHasher } from '../token/token-hasher.js';
import { type CachedToken, toCachedToken } from './cached-token.js';
import { Deadline } from './deadline.js';
import { TokenCache } from './token-cache.js';

export interface TokenLookupOptions {
  readonly store: TokenStore;
  readonly hasher: TokenHasher;
  readonly cacheSize: number;
  readonly cacheMs: number;
  readonly disconnectedCacheMs: number;
  readonly timeoutMs: number;
  readonly onError: (error: unknown) => void;
  readonly now: () => number;
}

/** What one look-up asks the store for, and the request that needs it. */
interface Question {
  readonly hashes: readonly string[];
  readonly request: AuthRequest;
}

/**
 * Looks tokens up: in the cache while an entry is fresh, otherwise in the store. Concurrent requests with one
 * token share one look-up, except on Workers.
 */
export class TokenLookup {
  readonly #options: TokenLookupOptions;
  readonly #cache: TokenCache;
  readonly #deadline: Deadline;
  readonly #pending = new Map<string, Promise<CachedToken>>();
  /** When the store was last seen to be connected. */
  #connectedAtMs = Number.NEGATIVE_INFINITY;
  readonly #stopListening: () => void;
  #isClosed = false;

  constructor(options: TokenLookupOptions) {
    this.#options = options;
    this.#cache = new TokenCache(options.cacheSize);
    this.#deadline = new Deadline(options.timeoutMs);
    this.#stopListening = options.store.onChange((change) => this.#cache.invalidate(change));
  }

  /** Disables the cache, because nothing invalidates its entries from now on. */
  close(): void {
    this.#isClosed = true;
    this.#stopListening();
  }

  /** Gets the cached token while it is fresh. */
  getCached({ field }: BearerCredentials, nowMs: number): CachedToken | undefined {
    const cached = this.#cache.get(field);
    return cached !== undefined && !this.#isClosed && this.#isFresh(cached, nowMs)
      ? cached
      : undefined;
  }

  /**
   * Loads the token from the store; synchronously if the store answers synchronously.
   * @throws AuthError `verifier_unavailable` if the store fails or does not answer in time.
   */
  load({ token, field, request }: BearerCredentials): MaybePromise<CachedToken> {
    const pending = this.#pending.get(field);
    if (pending !== undefined) return pending;
    const cached = this.#start(token, field, request);
    if (!isPromise(cached)) return cached;
    // One deadline, however many times a concurrent change forces another read.
    const lookUp = this.#deadline.race(cached).catch((cause) => {
      this.#pending.delete(field);
      throw this.#unavailable(cause);
    });
    if (!IS_WORKERS) this.#pending.set(field, lookUp);
    return lookUp;
  }

  /**
   * While the store is disconnected, an entry stays valid for `disconnectedCacheMs` after the store was last
   * connected: until then, changes would have invalidated it.
   */
  #isFresh(cached: CachedToken, nowMs: number): boolean {
    const { store, cacheMs, disconnectedCacheMs } = this.#options;
    if (store.isConnected()) this.#connectedAtMs = nowMs;
    // The clock was set back, so the time of the last connection is unknown.
    else if (this.#connectedAtMs > nowMs) this.#connectedAtMs = Number.NEGATIVE_INFINITY;
    const validAtMs = Math.max(cached.readAtMs, this.#connectedAtMs);
    const ageMs = nowMs - cached.readAtMs;
    return ageMs >= 0 && ageMs < cacheMs && nowMs - validAtMs < disconnectedCacheMs;
  }

  #start(token: string, field: string, request: AuthRequest): MaybePromise<CachedToken> {
    try {
      return this.#find(field, { hashes: this.#options.hasher.hashes(token), request });
    } catch (cause) {
      throw this.#unavailable(cause);
    }
  }

  #find(field: string, question: Question): MaybePromise<CachedToken> {
    const { now, store } = this.#options;
    const changeCount = this.#cache.countChanges();
    const readAtMs = now();
    const finish = (found: FoundToken | undefined) => {
      // The store may have read the token before a concurrent revocation, so read it again.
      if (found !== undefined && this.#cache.hasChangedSince(changeCount, found.record.id)) {
        return this.#find(field, question);
      }
      // In the same step as the check, so that no request after a later change shares this result.
      this.#pending.delete(field);
      const cached = toCachedToken(field, found, readAtMs);
      this.#cache.set(cached);
      if (found !== undefined) this.#rehash(found, question);
      return cached;
    };
    const found = store.find(question.hashes);
    return isPromise(found) ? found.then(finish) : finish(found);
  }

  /** Replaces the hash of an older pepper with one of the newest, without delaying the request. */
  #rehash(found: FoundToken, { hashes: [newest], request }: Question): void {
    if (newest === undefined || found.hash === newest) return;
    const { store, onError } = this.#options;
    const replaced = store.rehash(found.hash, newest).catch(onError);
    request.waitUntil?.(replaced);
  }

  #unavailable(cause: unknown): AuthError {
    this.#options.onError(cause);
    const options = { cause, retryAfterSeconds: 1 };
    return new AuthError('verifier_unavailable', 'the token store failed', options);
  }
}
