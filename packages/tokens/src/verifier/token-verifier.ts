import { AuthError, type Credentials, type Principal, type TokenVerifier } from '@mandate/core';
import { checkOptions } from '@mandate/internal/check-options';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { notify } from '@mandate/internal/notify';
import { checkStore, type TokenStore } from '../store/token-store.js';
import { createTokenFormat, type TokenFormat } from '../token/format.js';
import { createTokenHasher, type TokenHasher } from '../token/hasher.js';
import type { KnownToken } from './known-token.js';
import { LastUsed } from './last-used.js';
import { TokenLookup } from './token-lookup.js';

export interface TokenVerifierOptions {
  readonly store: TokenStore;
  /** The same as the authority's. Default `createTokenFormat()`. */
  readonly format?: TokenFormat | undefined;
  /** The same as the authority's. Default `createTokenHasher()`. */
  readonly hasher?: TokenHasher | undefined;
  /** How many tokens are remembered. Default 10000. */
  readonly cacheSize?: number | undefined;
  /**
   * Seconds for which a remembered token is good without asking the store. Default 30. It bounds how
   * long a revocation can go unnoticed when all else fails, and how long tokens survive an outage.
   */
  readonly cacheSeconds?: number | undefined;
  /** The same from when on the store cannot tell what other processes change. Default 5. */
  readonly disconnectedCacheSeconds?: number | undefined;
  /** Milliseconds that the store may take to answer. Default 1500; then `verifier_unavailable` (503). */
  readonly timeoutMs?: number | undefined;
  /** Seconds between two writes of when tokens were last used, at most 24 days. Default 10. */
  readonly flushSeconds?: number | undefined;
  /**
   * Hears of faults that no request is told of: writing `lastUsedAt`, re-hashing, the store's own. What
   * it throws or rejects with is ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** A {@link TokenVerifier} with something to end. */
export interface IssuedTokenVerifier extends TokenVerifier {
  /** Writes when tokens were last used, and stops listening to the store. */
  close(): Promise<void>;
}

/**
 * Verifies issued tokens: every token that starts with the format's prefix is its own.
 *
 * A token that it has seen is verified without a promise and without the store. A revoked one is
 * refused at once in the process that revoked it, in others as soon as the store tells them, and after
 * `cacheSeconds` (or `disconnectedCacheSeconds`) whatever happens. When the store fails, remembered
 * tokens go on until that bound, and everything else is `verifier_unavailable`.
 *
 * @throws TypeError if there is no store, a number is none, or a timer's is above 24 days.
 */
export function createTokenVerifier(options: TokenVerifierOptions): IssuedTokenVerifier {
  checkOptions<TokenVerifierOptions>('createTokenVerifier', options, {
    store: true,
    format: true,
    hasher: true,
    cacheSize: true,
    cacheSeconds: true,
    disconnectedCacheSeconds: true,
    timeoutMs: true,
    flushSeconds: true,
    onError: true,
    now: true,
  });
  checkStore('createTokenVerifier', options.store);
  for (const [name, limit] of Object.entries(LIMITS)) {
    const value = options[name as keyof typeof LIMITS] ?? 0;
    // Compared with NaN, nothing is ever too old or too many.
    if (!(value >= 0 && value < limit))
      throw new TypeError(`createTokenVerifier: ${name} is no number, or too large a one`);
  }
  return new StoreTokenVerifier(options);
}

/** A timer that is to run for 2^31 ms or more runs at once, and again and again. */
const LIMITS = {
  cacheSize: Number.POSITIVE_INFINITY,
  cacheSeconds: Number.POSITIVE_INFINITY,
  disconnectedCacheSeconds: Number.POSITIVE_INFINITY,
  timeoutMs: 2 ** 31,
  flushSeconds: 2 ** 31 / 1000,
} as const;

class StoreTokenVerifier implements IssuedTokenVerifier {
  readonly #format: TokenFormat;
  readonly #lookup: TokenLookup;
  readonly #lastUsed: LastUsed;
  readonly #now: () => number;

  constructor(options: TokenVerifierOptions) {
    const { store, hasher = createTokenHasher(), now = Date.now, onError = () => {} } = options;
    // Most faults are told with no request to answer for what it throws, which would end the process.
    const report = (error: unknown) => notify(onError, error);
    this.#format = options.format ?? createTokenFormat();
    this.#now = now;
    this.#lookup = new TokenLookup({
      store,
      hasher,
      cacheSize: options.cacheSize ?? 10_000,
      cacheMs: 1000 * (options.cacheSeconds ?? 30),
      disconnectedCacheMs: 1000 * (options.disconnectedCacheSeconds ?? 5),
      timeoutMs: options.timeoutMs ?? 1500,
      onError: report,
      now,
    });
    this.#lastUsed = new LastUsed(store, 1000 * (options.flushSeconds ?? 10), report);
  }

  accepts(credentials: Credentials): boolean {
    return credentials.uncheckedToken.startsWith(this.#format.start);
  }

  verify(credentials: Credentials): MaybePromise<Principal> {
    const nowMs = this.#now();
    const remembered = this.#lookup.recall(credentials, nowMs);
    if (remembered !== undefined) return this.#use(remembered, credentials, nowMs);
    if (!this.#format.matches(credentials.token)) {
      throw new AuthError('token_invalid', 'the token is not of the issued form');
    }
    const known = this.#lookup.ask(credentials);
    return isPromise(known)
      ? known.then((one) => this.#use(one, credentials, this.#now()))
      : this.#use(known, credentials, this.#now());
  }

  async close(): Promise<void> {
    this.#lookup.close();
    await this.#lastUsed.close();
  }

  /** What is known of a token, as the answer to one request. */
  #use(known: KnownToken, credentials: Credentials, nowMs: number): Principal {
    const { record, principal, endsAtMs, addresses } = known;
    if (record === undefined || principal === undefined) {
      throw new AuthError('token_invalid', 'no such token was issued');
    }
    if (record.revokedAt !== undefined)
      throw new AuthError('token_revoked', 'the token is revoked');
    if (nowMs >= endsAtMs) throw new AuthError('token_expired', 'the token has expired');
    if (addresses !== undefined && !addresses.has(credentials.request.remoteAddress)) {
      throw new AuthError('address_not_allowed', 'the token is not for this address');
    }
    this.#lastUsed.note(record.id, nowMs);
    return principal;
  }
}
