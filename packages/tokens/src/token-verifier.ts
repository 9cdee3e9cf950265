import { AuthError, type Credentials, type Principal, type TokenVerifier } from '@mandate/core';
import { isPromise, tell } from '@mandate/core/adapter';
import { type AllowedAddresses, readAddresses } from './allowed-addresses.js';
import { Deadline } from './deadline.js';
import { type KnownToken, KnownTokens } from './known-tokens.js';
import { LastUsed } from './last-used.js';
import { createTokenFormat, type TokenFormat } from './token-format.js';
import { createTokenHasher, type TokenHasher } from './token-hasher.js';
import type { TokenGrant } from './token-record.js';
import { checkStore, type FoundToken, type TokenStore } from './token-store.js';

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
  /** Milliseconds that the store may take to answer, to within a quarter. Default 1500; then `verifier_unavailable` (503). */
  readonly timeoutMs?: number | undefined;
  /** Seconds between two writes of when tokens were last used. Default 10. */
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
 * @throws TypeError if there is no store, or a number is none.
 */
export function createTokenVerifier(options: TokenVerifierOptions): IssuedTokenVerifier {
  checkStore('createTokenVerifier', options.store);
  for (const name of NUMBERS) {
    // Compared with NaN, nothing is ever too old or too many.
    if (!((options[name] ?? 0) >= 0))
      throw new TypeError(`createTokenVerifier: ${name} is no number`);
  }
  return new StoreTokenVerifier(options);
}

const NUMBERS = [
  ...(['cacheSize', 'cacheSeconds', 'disconnectedCacheSeconds'] as const),
  ...(['timeoutMs', 'flushSeconds'] as const),
] as const;

/** What a store was asked, and when: `mark` tells whether something changed since. */
interface Reading {
  readonly mark: number;
  readonly readAtMs: number;
  readonly found: ReturnType<TokenStore['find']>;
}

class StoreTokenVerifier implements IssuedTokenVerifier {
  readonly #store: TokenStore;
  readonly #format: TokenFormat;
  readonly #hasher: TokenHasher;
  readonly #known: KnownTokens;
  readonly #lastUsed: LastUsed;
  readonly #cacheMs: number;
  readonly #disconnectedCacheMs: number;
  readonly #deadline: Deadline;
  readonly #onError: (error: unknown) => void;
  readonly #now: () => number;
  readonly #stopListening: () => void;
  /** When the store was last seen to tell what other processes change. */
  #connectedAtMs = Number.NEGATIVE_INFINITY;
  /** One look-up at a time for each token. */
  readonly #lookUps = new Map<string, Promise<KnownToken>>();

  constructor(options: TokenVerifierOptions) {
    this.#store = options.store;
    this.#format = options.format ?? createTokenFormat();
    this.#hasher = options.hasher ?? createTokenHasher();
    this.#known = new KnownTokens(options.cacheSize ?? 10_000);
    this.#cacheMs = 1000 * (options.cacheSeconds ?? 30);
    this.#disconnectedCacheMs = 1000 * (options.disconnectedCacheSeconds ?? 5);
    this.#deadline = new Deadline(options.timeoutMs ?? 1500);
    const { onError = () => {} } = options;
    // Most faults are told with no request to answer for what it throws, which would end the process.
    this.#onError = (error) => tell(onError, error);
    this.#now = options.now ?? Date.now;
    this.#lastUsed = new LastUsed(this.#store, 1000 * (options.flushSeconds ?? 10), this.#onError);
    this.#stopListening = this.#store.onChange((change) => this.#known.forget(change));
  }

  accepts(credentials: Credentials): boolean {
    return credentials.uncheckedToken.startsWith(this.#format.start);
  }

  verify(credentials: Credentials): Principal | Promise<Principal> {
    const known = this.#known.get(credentials.uncheckedToken);
    if (known !== undefined && this.#isFresh(known)) return this.#use(known, credentials);
    const { token } = credentials;
    if (!this.#format.matches(token)) {
      throw new AuthError('token_invalid', 'the token is not of the issued form');
    }
    const lookedUp = this.#lookUps.get(token) ?? this.#lookUp(token);
    return isPromise(lookedUp)
      ? this.#useLater(lookedUp, credentials)
      : this.#use(lookedUp, credentials);
  }

  async close(): Promise<void> {
    this.#stopListening();
    await this.#lastUsed.close();
  }

  async #useLater(lookUp: Promise<KnownToken>, credentials: Credentials): Promise<Principal> {
    return this.#use(await lookUp, credentials);
  }

  /**
   * What was read is good for the short bound once nobody tells of changes any more: counted from when
   * the store last did, for what was read before was kept right until then.
   */
  #isFresh(known: KnownToken): boolean {
    const nowMs = this.#now();
    if (this.#store.isConnected()) this.#connectedAtMs = nowMs;
    const rightAtMs = Math.max(known.readAtMs, this.#connectedAtMs);
    const ageMs = nowMs - known.readAtMs;
    return ageMs >= 0 && ageMs < this.#cacheMs && nowMs - rightAtMs < this.#disconnectedCacheMs;
  }

  /** What is known of a token, as the answer to one request. */
  #use(known: KnownToken, credentials: Credentials): Principal {
    const { record, principal, endsAtMs, addresses } = known;
    if (record === undefined || principal === undefined) {
      throw new AuthError('token_invalid', 'no such token was issued');
    }
    if (record.revokedAt !== undefined)
      throw new AuthError('token_revoked', 'the token is revoked');
    const nowMs = this.#now();
    if (nowMs >= endsAtMs) throw new AuthError('token_expired', 'the token has expired');
    if (addresses !== undefined && !addresses.has(credentials.request.remoteAddress)) {
      throw new AuthError('address_not_allowed', 'the token is not for this address');
    }
    this.#lastUsed.note(record.id, nowMs);
    return principal;
  }

  /** Asks the store: at once if it answers at once, else together with all who ask meanwhile. */
  #lookUp(token: string): KnownToken | Promise<KnownToken> {
    const hashes = this.#hasher.hashes(token);
    const reading = this.#startReading(hashes);
    if (!isPromise(reading.found)) return this.#remember(token, hashes, reading);
    const lookUp = this.#finishReading(token, hashes, reading).finally(() => {
      this.#lookUps.delete(token);
    });
    this.#lookUps.set(token, lookUp);
    return lookUp;
  }

  async #finishReading(
    token: string,
    hashes: readonly string[],
    first: Reading,
  ): Promise<KnownToken> {
    let reading = first;
    for (;;) {
      const found = await this.#withinDeadline(reading.found);
      // A token revoked while we were reading may have been read as it was before: read it again.
      if (found === undefined || !this.#known.changedSince(reading.mark, found.record.id)) {
        return this.#remember(token, hashes, { ...reading, found });
      }
      reading = this.#startReading(hashes);
    }
  }

  #startReading(hashes: readonly string[]): Reading {
    const mark = this.#known.mark();
    const readAtMs = this.#now();
    try {
      return { mark, readAtMs, found: this.#store.find(hashes) };
    } catch (cause) {
      throw this.#unavailable(cause);
    }
  }

  #remember(token: string, hashes: readonly string[], reading: Reading): KnownToken {
    const found = reading.found as FoundToken | undefined;
    const known = toKnownToken(token, found, reading.readAtMs);
    this.#known.set(known);
    if (found !== undefined) this.#rehash(found, hashes);
    return known;
  }

  async #withinDeadline(found: Reading['found']): Promise<FoundToken | undefined> {
    try {
      return await (isPromise(found) ? this.#deadline.race(found) : found);
    } catch (cause) {
      throw this.#unavailable(cause);
    }
  }

  #unavailable(cause: unknown): AuthError {
    this.#onError(cause);
    const options = { cause, retryAfterSeconds: 1 };
    return new AuthError('verifier_unavailable', 'the store of tokens failed', options);
  }

  /** Moves a token that was hashed with an older pepper to the newest, behind the request's back. */
  #rehash(found: FoundToken, hashes: readonly string[]): void {
    const [newest] = hashes;
    if (newest === undefined || found.hash === newest) return;
    this.#store.rehash(found.hash, newest).catch(this.#onError);
  }
}

function toKnownToken(token: string, found: FoundToken | undefined, readAtMs: number): KnownToken {
  if (found === undefined) {
    return {
      token,
      readAtMs,
      record: undefined,
      principal: undefined,
      endsAtMs: 0,
      addresses: undefined,
    };
  }
  const { record } = found;
  return {
    token,
    readAtMs,
    record,
    principal: toPrincipal(record),
    endsAtMs: readEnd(found),
    addresses: readAllowed(record),
  };
}

function readEnd({ record, isPrevious }: FoundToken): number {
  const end = record.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return isPrevious ? Math.min(end, record.previousExpiresAt?.getTime() ?? 0) : end;
}

function readAllowed(record: TokenGrant): AllowedAddresses | undefined {
  return record.allowedAddresses.length === 0 ? undefined : readAddresses(record.allowedAddresses);
}

/** A `USER` token is for its user; the others are for whoever created them until they act as somebody. */
function toPrincipal(record: TokenGrant): Principal {
  const isAnonymous = record.permission === 'ANONYMOUS';
  return Object.freeze({
    subject: record.userEmail ?? (isAnonymous ? 'anonymous' : record.createdBy),
    actor: undefined,
    permission: record.permission,
    scopes: Object.freeze([...record.scopes]),
    groups: Object.freeze([]),
    tokenId: record.id,
    issuer: undefined,
    expiresAt: record.expiresAt && Math.floor(record.expiresAt.getTime() / 1000),
    claims: Object.freeze({}),
  });
}
