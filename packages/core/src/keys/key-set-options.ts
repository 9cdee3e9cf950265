import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions } from '@mandate/internal/check-options';
import type { FetchLike, FetchLimits } from './fetch-keys.js';

/** The outcome of one fetch of a key set, for your logs and alarms. */
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
   * Seconds for which fetched keys are good. Default 600. From half of it on, the next request begins
   * another fetch in the background and does not wait for it.
   */
  readonly maxAgeSeconds?: number | undefined;
  /**
   * Seconds, from the start of the last successful fetch, for which its keys serve while there is no
   * newer set: the key server fails, or nothing was requested. Default 14400 (4 h). After that every
   * token waits for a fetch, and is answered with `verifier_unavailable` (503) if it fails. A longer
   * time survives longer outages; a shorter one bounds how long a withdrawn key can live on.
   */
  readonly maxStaleSeconds?: number | undefined;
  /** Milliseconds for one fetch: connecting, headers and body together; 24 days at most. Default 5000. */
  readonly timeoutMs?: number | undefined;
  /** The most members that a key set may have. Default 200. A larger answer counts as a failure. */
  readonly maxKeys?: number | undefined;
  /** The most bytes that an answer may have, decompressed. Default 524288. No more of it is read. */
  readonly maxBytes?: number | undefined;
  /** Called after every fetch. What it throws or rejects with is ignored. */
  readonly onFetch?: ((event: KeyFetchEvent) => void) | undefined;
  /** Another `fetch`, for a proxy or a private certificate authority. Default: the global one. */
  readonly fetch?: FetchLike | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** A number from 0 up to 1, for spreading retries. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** {@link KeySetOptions} with their defaults, checked. */
export interface CheckedKeySetOptions extends FetchLimits {
  readonly url: string;
  readonly maxAgeMs: number;
  readonly maxStaleMs: number;
  readonly fetch: FetchLike;
  readonly onFetch: ((event: KeyFetchEvent) => void) | undefined;
  readonly now: () => number;
  readonly random: () => number;
}

/** @throws TypeError naming the option that is invalid. */
export function checkKeySetOptions(options: KeySetOptions): CheckedKeySetOptions {
  checkOptions<KeySetOptions>('createKeySet', options, {
    url: true,
    maxAgeSeconds: true,
    maxStaleSeconds: true,
    timeoutMs: true,
    maxKeys: true,
    maxBytes: true,
    onFetch: true,
    fetch: true,
    now: true,
    random: true,
  });
  checkFunctions('createKeySet', options, ['onFetch', 'fetch', 'now', 'random']);
  const maxAgeSeconds = checkPositive('maxAgeSeconds', options.maxAgeSeconds ?? 600);
  const maxStaleSeconds = checkPositive('maxStaleSeconds', options.maxStaleSeconds ?? 4 * 3600);
  if (maxStaleSeconds < maxAgeSeconds) {
    throw new TypeError('createKeySet: maxStaleSeconds must not be less than maxAgeSeconds');
  }
  return {
    url: toKeySetUrl(options.url),
    maxAgeMs: maxAgeSeconds * 1000,
    maxStaleMs: maxStaleSeconds * 1000,
    timeoutMs: checkTimeout(options.timeoutMs ?? 5000),
    maxKeys: checkCount('maxKeys', options.maxKeys ?? 200),
    maxBytes: checkCount('maxBytes', options.maxBytes ?? 512 * 1024),
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    onFetch: options.onFetch,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
  };
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function toKeySetUrl(value: string | URL): string {
  if (!URL.canParse(String(value))) throw new TypeError('createKeySet: the url is invalid');
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('createKeySet: the url must not hold a user name or a password');
  }
  if (url.protocol === 'https:') return url.href;
  if (url.protocol === 'http:' && LOOPBACK.test(url.hostname)) return url.href;
  throw new TypeError('createKeySet: the url must be https:, or http: on a loopback address');
}

function checkPositive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new TypeError(`createKeySet: ${name} must be a positive number`);
}

function checkCount(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new TypeError(`createKeySet: ${name} must be a positive integer`);
}

/** The most that a timer can take; one that is set to more runs at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

function checkTimeout(value: number): number {
  // Timers take whole milliseconds only.
  const timeoutMs = Math.ceil(checkPositive('timeoutMs', value));
  if (timeoutMs <= MAX_TIMER_MS) return timeoutMs;
  throw new TypeError('createKeySet: timeoutMs must not be more than 24 days');
}
