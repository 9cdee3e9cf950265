import {
  AuthError,
  type Credentials,
  type NoClaims,
  type Principal,
  type TokenVerifier,
} from '@mandate/core';
import { toBearerCredentials } from '@mandate/core/adapter';
import { checkNumber, MAX_TIMER_MS } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { createErrorLog, toObserver } from '@mandate/internal/observer';
import { checkStore, type TokenStore } from '../store/token-store.js';
import { createTokenFormat, type TokenFormat } from '../token/token-format.js';
import { createTokenHasher, type TokenHasher } from '../token/token-hasher.js';
import type { CachedToken } from './cached-token.js';
import { LastUsedWriter } from './last-used-writer.js';
import { TokenLookup } from './token-lookup.js';

export interface TokenVerifierOptions {
  readonly store: TokenStore;
  /** Must be the authority's format too. Default `createTokenFormat()`. */
  readonly format?: TokenFormat | undefined;
  /** Must be the authority's hasher too. Default `createTokenHasher()`. */
  readonly hasher?: TokenHasher | undefined;
  /** How many tokens are cached. Default 10000. */
  readonly cacheSize?: number | undefined;
  /**
   * Seconds for which a cached token is accepted without asking the store. Default 30. This is the longest
   * time that a revocation can go unnoticed, and that tokens survive an outage of the store.
   */
  readonly cacheSeconds?: number | undefined;
  /**
   * The same limit while the store is not notified of changes by other processes. Default 5. The time counts
   * from the moment that the store was last connected. On SQLite this limit always applies.
   */
  readonly disconnectedCacheSeconds?: number | undefined;
  /** Milliseconds until an unanswered look-up is rejected with `verifier_unavailable` (503). Default 1500. */
  readonly timeoutMs?: number | undefined;
  /** Seconds between two writes of `lastUsedAt`, at most 2147483 (24 days). Default 10. */
  readonly flushSeconds?: number | undefined;
  /**
   * Called with faults that do not reach a request: failed writes of `lastUsedAt` and of new hashes, and the
   * cause of each `verifier_unavailable`. What it throws or rejects with is ignored. By default the name of an
   * error is written with `console.warn`, at most once a minute; `null` writes nothing.
   */
  readonly onError?: ((error: unknown) => void) | null | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** A {@link TokenVerifier} that must be closed when the server stops. */
export interface IssuedTokenVerifier extends TokenVerifier<NoClaims> {
  /** Writes the last times of use, and stops listening to the store. The cache is off afterwards. */
  close(): Promise<void>;
}

/**
 * Creates the verifier of issued tokens. It accepts every token that starts with the format's prefix.
 *
 * A cached token is verified synchronously and without the store. A revoked token is rejected at once in the
 * process that revoked it, and in other processes as soon as the store is notified: at the latest after
 * `cacheSeconds`, or `disconnectedCacheSeconds` while the store is disconnected. If the store fails, cached
 * tokens stay valid until the same limits, and every other token is rejected with `verifier_unavailable`.
 *
 * @throws TypeError if the store is missing, or an option is unknown or out of range.
 *
 * @example
 * const tokens = createTokenVerifier({ store });
 * createGuard({ verifiers: [tokens], endpoints: { 'POST /search': { scopes: ['SEARCH'] } } });
 * process.on('SIGTERM', () => tokens.close());
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
  for (const [name, range] of Object.entries(RANGES)) {
    const value = options[name as keyof typeof RANGES];
    if (value !== undefined) checkNumber(`createTokenVerifier: ${name}`, value, range);
  }
  return new StoreTokenVerifier(options);
}

/** A cache that never expires would never notice a revocation, so `Infinity` is rejected everywhere. */
const RANGES = {
  cacheSize: { min: 0, isInteger: true },
  cacheSeconds: { min: 0, max: Number.MAX_SAFE_INTEGER },
  disconnectedCacheSeconds: { min: 0, max: Number.MAX_SAFE_INTEGER },
  timeoutMs: { min: 0, max: MAX_TIMER_MS },
  flushSeconds: { min: 0, max: Math.floor(MAX_TIMER_MS / 1000) },
} as const;

class StoreTokenVerifier implements IssuedTokenVerifier {
  readonly #format: TokenFormat;
  readonly #lookup: TokenLookup;
  readonly #lastUsed: LastUsedWriter;
  readonly #now: () => number;

  constructor(options: TokenVerifierOptions) {
    const { store, hasher = createTokenHasher(), now = Date.now, onError } = options;
    // Most faults occur outside of a request, where an error of the observer would end the process.
    const report = toObserver('createTokenVerifier: onError', onError, () =>
      createErrorLog('createTokenVerifier', 'the token store failed', now),
    );
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
    this.#lastUsed = new LastUsedWriter(store, 1000 * (options.flushSeconds ?? 10), report);
  }

  accepts(credentials: Credentials): boolean {
    return toBearerCredentials(credentials).startsWith(this.#format.start);
  }

  verify(credentials: Credentials): MaybePromise<Principal<NoClaims>> {
    const nowMs = this.#now();
    const bearer = toBearerCredentials(credentials);
    const cached = this.#lookup.getCached(bearer, nowMs);
    if (cached !== undefined) return this.#use(cached, credentials, nowMs);
    if (!this.#format.matches(bearer.token)) {
      throw new AuthError('token_invalid', 'the token does not have the issued format');
    }
    const loaded = this.#lookup.load(bearer);
    return isPromise(loaded)
      ? loaded.then((token) => this.#use(token, credentials, this.#now()))
      : this.#use(loaded, credentials, this.#now());
  }

  async close(): Promise<void> {
    this.#lookup.close();
    await this.#lastUsed.close();
  }

  #use(cached: CachedToken, credentials: Credentials, nowMs: number): Principal<NoClaims> {
    const { record, principal, endsAtMs, addresses } = cached;
    if (record === undefined || principal === undefined) {
      throw new AuthError('token_invalid', 'the token was not issued by this server');
    }
    if (record.revokedAt !== undefined) {
      throw new AuthError('token_revoked', 'the token is revoked');
    }
    if (nowMs >= endsAtMs) throw new AuthError('token_expired', 'the token has expired');
    if (addresses !== undefined && !addresses.has(credentials.request.remoteAddress)) {
      throw new AuthError('address_not_allowed', 'the token is not valid for this address');
    }
    this.#lastUsed.add(record.id, nowMs, credentials.request);
    return principal;
  }
}
