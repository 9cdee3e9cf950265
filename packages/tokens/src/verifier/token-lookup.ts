import { AuthError, type Credentials } from '@mandate/core';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import type { FoundToken, TokenStore } from '../store/token-store.js';
import type { TokenHasher } from '../token/hasher.js';
import { Deadline } from './deadline.js';
import { type KnownToken, toKnownToken } from './known-token.js';
import { KnownTokens } from './known-tokens.js';

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

/**
 * What there is to know of a token: remembered while that is safe, else asked of the store, once for all
 * who want to know at the same time.
 */
export class TokenLookup {
  readonly #options: TokenLookupOptions;
  readonly #known: KnownTokens;
  readonly #deadline: Deadline;
  readonly #underWay = new Map<string, Promise<KnownToken>>();
  /** When the store was last seen to tell what other processes change. */
  #connectedAtMs = Number.NEGATIVE_INFINITY;
  readonly #stopListening: () => void;
  #isClosed = false;

  constructor(options: TokenLookupOptions) {
    this.#options = options;
    this.#known = new KnownTokens(options.cacheSize);
    this.#deadline = new Deadline(options.timeoutMs);
    this.#stopListening = options.store.onChange((change) => this.#known.forget(change));
  }

  /** From now on the store is asked every time: nobody tells of changes any more. */
  close(): void {
    this.#isClosed = true;
    this.#stopListening();
  }

  /** What is remembered of the token, unless it is too old to go by. */
  recall({ field }: Credentials, nowMs: number): KnownToken | undefined {
    const known = this.#known.get(field);
    return known !== undefined && !this.#isClosed && this.#isFresh(known, nowMs)
      ? known
      : undefined;
  }

  /**
   * Asks the store: at once if it answers at once. @throws AuthError `verifier_unavailable` if it fails
   * or takes too long.
   */
  ask({ token, field }: Credentials): MaybePromise<KnownToken> {
    const underWay = this.#underWay.get(field);
    if (underWay !== undefined) return underWay;
    const known = this.#start(token, field);
    if (!isPromise(known)) return known;
    // One deadline over however many times it must be read.
    const lookUp = this.#deadline.race(known).catch((cause) => {
      this.#underWay.delete(field);
      throw this.#unavailable(cause);
    });
    this.#underWay.set(field, lookUp);
    return lookUp;
  }

  /**
   * What was read is good for the short bound once nobody tells of changes any more: counted from when
   * the store last did, for what was read before was kept right until then.
   */
  #isFresh(known: KnownToken, nowMs: number): boolean {
    const { store, cacheMs, disconnectedCacheMs } = this.#options;
    if (store.isConnected()) this.#connectedAtMs = nowMs;
    // The clock was set back: when that was is not known any more.
    else if (this.#connectedAtMs > nowMs) this.#connectedAtMs = Number.NEGATIVE_INFINITY;
    const rightAtMs = Math.max(known.readAtMs, this.#connectedAtMs);
    const ageMs = nowMs - known.readAtMs;
    return ageMs >= 0 && ageMs < cacheMs && nowMs - rightAtMs < disconnectedCacheMs;
  }

  #start(token: string, field: string): MaybePromise<KnownToken> {
    try {
      return this.#read(field, this.#options.hasher.hashes(token));
    } catch (cause) {
      throw this.#unavailable(cause);
    }
  }

  #read(field: string, hashes: readonly string[]): MaybePromise<KnownToken> {
    const { now, store } = this.#options;
    const mark = this.#known.mark();
    const readAtMs = now();
    const remember = (found: FoundToken | undefined) => {
      // A token revoked while we were reading may have been read as it was before: read it again.
      if (found !== undefined && this.#known.changedSince(mark, found.record.id)) {
        return this.#read(field, hashes);
      }
      // In the same step: whoever asks after the next change must not be told what was read before it.
      this.#underWay.delete(field);
      const known = toKnownToken(field, found, readAtMs);
      this.#known.set(known);
      if (found !== undefined) this.#rehash(found, hashes);
      return known;
    };
    const found = store.find(hashes);
    return isPromise(found) ? found.then(remember) : remember(found);
  }

  /** Moves a token that was hashed with an older pepper to the newest, behind the request's back. */
  #rehash(found: FoundToken, [newest]: readonly string[]): void {
    if (newest === undefined || found.hash === newest) return;
    this.#options.store.rehash(found.hash, newest).catch(this.#options.onError);
  }

  #unavailable(cause: unknown): AuthError {
    this.#options.onError(cause);
    const options = { cause, retryAfterSeconds: 1 };
    return new AuthError('verifier_unavailable', 'the store of tokens failed', options);
  }
}
