import { AuthError } from '../auth-error.js';
import { checkFunctions } from '../check-functions.js';
import type { JwtHeader } from '../jws/parse-jwt.js';
import { tell } from '../observer.js';
import { createElapsedTime } from './elapsed-time.js';
import { type FetchLike, fetchKeys } from './fetch-keys.js';
import type { PublicKey } from './jwk.js';
import type { KeySet, VerificationKey } from './key-set.js';
import { matchKeys } from './local-key-set.js';
import { UnknownKidLimiter } from './unknown-kid-limiter.js';

/** What became of one fetch of a key set, for your logs and alarms. */
export interface KeyFetchEvent {
  readonly url: string;
  readonly ok: boolean;
  /** The number of usable keys in the answer; absent if the fetch failed. */
  readonly keys?: number;
  /** Why the fetch failed. It quotes nothing of the answer. */
  readonly reason?: string;
  /** How many fetches have failed in a row, this one included. */
  readonly failures: number;
}

export interface KeySetOptions {
  /** The issuer's `jwks_uri` (RFC 8414 §2). `https:`, or `http:` on a loopback address. */
  readonly url: string | URL;
  /**
   * Seconds for which fetched keys are good. At half of it the set is fetched again in the background,
   * so that no request waits. Default 600. A key that the issuer withdraws is refused at the latest
   * after this time, as long as the key server answers.
   */
  readonly maxAgeSeconds?: number | undefined;
  /**
   * Seconds, from the last successful fetch, for which the keys still serve while the key server
   * fails. Default 14400 (4 h). After that every token is answered with `verifier_unavailable` (503).
   * A longer time survives longer outages; a shorter one bounds how long a withdrawn key can live on.
   */
  readonly maxStaleSeconds?: number | undefined;
  /** Milliseconds for one fetch: connecting, headers and body together; 24 days at most. Default 5000. */
  readonly timeoutMs?: number | undefined;
  /** Called after every fetch. What it throws or rejects with is ignored. */
  readonly onFetch?: ((event: KeyFetchEvent) => void) | undefined;
  /** Another `fetch`, for a proxy or a private certificate authority. Default: the global one. */
  readonly fetch?: FetchLike | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** A number from 0 up to 1, for spreading retries. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * The published keys of one issuer, fetched when first needed and kept current from then on.
 *
 * - Any number of requests share one fetch, and none waits for a refresh while the keys are good.
 * - While the key server fails, the last good keys serve until `maxStaleSeconds`; then requests are
 *   refused with `verifier_unavailable` (503 with `Retry-After`), never as if the token were bad.
 * - An unknown `kid` causes a fetch, but at most a handful a minute do, and a key that was just
 *   rotated in is found all the same.
 * - A key that the issuer withdraws no longer verifies after the next fetch, and what was verified
 *   with it before no longer counts.
 * - Redirects are never followed, and neither a large, an empty nor an unreadable answer replaces keys.
 *
 * Refreshes are started by requests: there is no timer to stop and nothing that keeps a process alive.
 *
 * @throws TypeError if the URL is not `https:` (or loopback), a duration is not a positive number, or
 * `timeoutMs` is more than 24 days.
 */
export function createKeySet(options: KeySetOptions): KeySet {
  return new RemoteKeySet(options);
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

class RemoteKeySet implements KeySet {
  readonly #url: string;
  readonly #maxAgeMs: number;
  readonly #maxStaleMs: number;
  readonly #timeoutMs: number;
  readonly #fetch: FetchLike;
  readonly #onFetch: ((event: KeyFetchEvent) => void) | undefined;
  readonly #elapsedMs: () => number;
  readonly #random: () => number;
  readonly #unknownKids = new UnknownKidLimiter();

  #keys: readonly PublicKey[] = [];
  #fetchedAtMs = Number.NEGATIVE_INFINITY;
  /** Failures since the last success; while there are any, the old keys may serve past their age. */
  #failures = 0;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #inFlight: Promise<void> | undefined;

  constructor(options: KeySetOptions) {
    checkFunctions(options, ['onFetch', 'fetch', 'now', 'random']);
    this.#url = readKeySetUrl(options.url);
    this.#maxAgeMs = 1000 * readPositive('maxAgeSeconds', options.maxAgeSeconds ?? 600);
    this.#maxStaleMs = 1000 * readPositive('maxStaleSeconds', options.maxStaleSeconds ?? 4 * 3600);
    if (this.#maxStaleMs < this.#maxAgeMs) {
      throw new TypeError('createKeySet: maxStaleSeconds must not be less than maxAgeSeconds');
    }
    this.#timeoutMs = readTimeout(options.timeoutMs ?? 5000);
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
    this.#onFetch = options.onFetch;
    this.#elapsedMs = createElapsedTime(options.now ?? Date.now);
    this.#random = options.random ?? Math.random;
  }

  isCurrent(): boolean {
    const ageMs = this.#elapsedMs() - this.#fetchedAtMs;
    if (ageMs < this.#maxAgeMs / 2) return true;
    if (this.#keys.length === 0) return false;
    void this.#fetchIfDue();
    return ageMs < (this.#failures > 0 ? this.#maxStaleMs : this.#maxAgeMs);
  }

  find(header: JwtHeader): readonly VerificationKey[] | Promise<readonly VerificationKey[]> {
    if (!this.isCurrent()) return this.#findAfterFetch(header);
    const keys = matchKeys(this.#keys, header);
    return keys.length > 0 ? keys : this.#findUnknown(header);
  }

  async #findAfterFetch(header: JwtHeader): Promise<readonly VerificationKey[]> {
    await this.#fetchIfDue();
    if (!this.isCurrent()) throw this.#unavailable();
    const keys = matchKeys(this.#keys, header);
    return keys.length > 0 ? keys : this.#findUnknown(header);
  }

  /** The issuer may have rotated since the last fetch, or the `kid` is made up. */
  async #findUnknown(header: JwtHeader): Promise<readonly VerificationKey[]> {
    if (this.#inFlight !== undefined) {
      await this.#inFlight;
      const fetched = matchKeys(this.#keys, header);
      if (fetched.length > 0) return fetched;
    }
    // That one may have begun before the issuer rotated, and another may have begun since.
    if (this.#inFlight !== undefined) await this.#inFlight;
    else if (this.#failures > 0) await this.#fetchIfDue();
    else if (this.#unknownKids.allows(String(header['kid']), this.#elapsedMs())) {
      await this.#fetchIfDue();
    }
    const keys = matchKeys(this.#keys, header);
    // During an outage the key may well be in the set that we cannot see: that is no bad token.
    if (keys.length === 0 && this.#failures > 0) throw this.#unavailable();
    return keys;
  }

  /** Fetches the set, or joins the fetch under way; does nothing while backing off. Never rejects. */
  #fetchIfDue(): Promise<void> {
    if (this.#inFlight === undefined && this.#elapsedMs() >= this.#retryAtMs) {
      this.#inFlight = this.#fetchOnce().finally(() => {
        this.#inFlight = undefined;
      });
    }
    return this.#inFlight ?? Promise.resolve();
  }

  async #fetchOnce(): Promise<void> {
    try {
      const keys = await fetchKeys(this.#url, this.#fetch, this.#timeoutMs);
      this.#replaceKeys(keys);
      this.#fetchedAtMs = this.#elapsedMs();
      this.#failures = 0;
      this.#retryAtMs = Number.NEGATIVE_INFINITY;
      this.#report({ ok: true, keys: keys.length });
    } catch (error) {
      this.#failures++;
      this.#retryAtMs = this.#elapsedMs() + this.#backOffMs();
      this.#report({ ok: false, reason: readReason(error) });
    }
  }

  /** Keys that are still published stay the same objects, so what was verified with them counts on. */
  #replaceKeys(published: readonly PublicKey[]): void {
    const known = new Map(this.#keys.map((key) => [key.identity, key]));
    const keys = published.map((key) => known.get(key.identity) ?? key);
    for (const key of this.#keys) if (!keys.includes(key)) key.withdrawn = true;
    this.#keys = keys;
  }

  /** Doubles up to a minute; the jitter keeps many servers from coming back at the same moment. */
  #backOffMs(): number {
    const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures - 1, 10));
    return delay * (0.5 + this.#random() / 2);
  }

  #unavailable(): AuthError {
    const waitMs = this.#retryAtMs - this.#elapsedMs();
    return new AuthError('verifier_unavailable', 'the keys of the issuer cannot be fetched', {
      retryAfterSeconds: Math.max(1, Math.ceil(Number.isFinite(waitMs) ? waitMs / 1000 : 1)),
    });
  }

  #report(event: { ok: boolean; keys?: number; reason?: string }): void {
    if (this.#onFetch === undefined) return;
    tell(this.#onFetch, { url: this.#url, failures: this.#failures, ...event });
  }
}

/** `fetch` says only "fetch failed" and hides what happened in the cause. */
function readReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function readKeySetUrl(value: string | URL): string {
  if (!URL.canParse(String(value))) throw new TypeError('createKeySet: the url is no URL');
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('createKeySet: the url must not hold a user name or a password');
  }
  if (url.protocol === 'https:') return url.href;
  if (url.protocol === 'http:' && LOOPBACK.test(url.hostname)) return url.href;
  throw new TypeError('createKeySet: the url must be https:, or http: on a loopback address');
}

function readPositive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new TypeError(`createKeySet: ${name} must be a positive number`);
}

/** A timer for longer than that runs at once, and none has a fraction: no fetch would ever succeed. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function readTimeout(value: number): number {
  const timeoutMs = Math.ceil(readPositive('timeoutMs', value));
  if (timeoutMs <= MAX_TIMER_MS) return timeoutMs;
  throw new TypeError('createKeySet: timeoutMs must not be more than 24 days');
}
