import { checkFunctions } from '@mandate/internal/check-functions';
import { checkNumber, MAX_TIMER_MS } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { checkIssuerUrl, describeUrlFault } from './check-key-url.js';
import type { FetchLimits } from './fetch-keys.js';
import type { FetchLike } from './fetch-text.js';
import type { JsonWebKeySet } from './local-key-set.js';

/** The outcome of one fetch of a key set, for your logs and alerts. */
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

/** Where the keys are: at a URL, or at the one in the metadata of the issuer. */
export type KeySetOptions = KeySetSettings & (KeySetUrl | KeySetIssuer);

export interface KeySetUrl {
  /** The issuer's `jwks_uri` (RFC 8414 §2). `https:`, or `http:` on a loopback address. */
  readonly url: string | URL;
  readonly issuer?: undefined;
}

export interface KeySetIssuer {
  /**
   * The issuer, exactly as its tokens name it in `iss`. Its `jwks_uri` is taken from its metadata: OpenID
   * Connect Discovery 1.0 §4, or RFC 8414 §3 if there is no such document. The `issuer` of the metadata must
   * be the same text.
   */
  readonly issuer: string;
  readonly url?: undefined;
}

export interface KeySetSettings {
  /**
   * Whether `http:` is allowed beyond loopback addresses, for a key server in the same cluster. Default
   * `false`, because an attacker who can change an answer on its way can sign tokens that this API accepts.
   */
  readonly allowHttp?: boolean | undefined;
  /**
   * Converts what the server answers, parsed JSON, to a JWK Set. Default: the answer is a JWK Set.
   * `@mandate/core/key-formats` has functions for X.509 certificates and SPIFFE bundles. An error of the
   * function counts as a failed fetch.
   */
  readonly toJwks?: ((answer: unknown) => MaybePromise<JsonWebKeySet>) | undefined;
  /**
   * For how many seconds fetched keys are fresh, 1 to 10 years. Default 600. After half of that time, the next
   * request starts another fetch in the background and does not wait for it.
   */
  readonly maxAgeSeconds?: number | undefined;
  /**
   * For how many seconds, from the start of the last successful fetch, its keys serve while there is no
   * newer set, because the key server fails or no request came. Default 14400 (4 h). After that, every
   * token waits for a fetch, and the answer is `verifier_unavailable` (503) if the fetch fails. A longer
   * time survives longer outages; a shorter time limits how long a withdrawn key can still verify.
   */
  readonly maxStaleSeconds?: number | undefined;
  /** The deadline of one fetch in milliseconds, from connecting to the end of the body. Default 5000. */
  readonly timeoutMs?: number | undefined;
  /** The largest number of members in a key set. Default 200. A larger set counts as a failed fetch. */
  readonly maxKeys?: number | undefined;
  /** The largest answer in bytes, decompressed. Default 524288. A larger answer counts as a failed fetch. */
  readonly maxBytes?: number | undefined;
  /**
   * Called after every fetch. Its errors and rejections are ignored. By default a failed fetch is written with
   * `console.warn`, at most once a minute; `null` writes nothing.
   */
  readonly onFetch?: ((event: KeyFetchEvent) => void) | null | undefined;
  /** A `fetch` of your own, for a proxy or a private certificate authority. Default: the global `fetch`. */
  readonly fetch?: FetchLike | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Returns a number from 0 up to 1, to spread retries. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** {@link KeySetOptions} with their defaults, checked. */
export interface CheckedKeySetOptions extends FetchLimits {
  readonly url: string | undefined;
  /** The issuer whose metadata names the URL, if there is no `url`. */
  readonly issuer: string;
  readonly allowHttp: boolean;
  readonly toJwks: KeySetSettings['toJwks'];
  readonly maxAgeMs: number;
  readonly maxStaleMs: number;
  readonly fetch: FetchLike;
  readonly onFetch: KeySetSettings['onFetch'];
  readonly now: () => number;
  readonly random: () => number;
}

interface KeySetNumbers extends FetchLimits {
  readonly maxAgeSeconds: number;
  readonly maxStaleSeconds: number;
}

const TEN_YEARS_SECONDS = 315_360_000;

/** @throws TypeError that names the invalid option. */
export function checkKeySetOptions(options: KeySetOptions): CheckedKeySetOptions {
  checkOptions<KeySetOptions>('createKeySet', options, {
    url: true,
    issuer: true,
    allowHttp: true,
    toJwks: true,
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
  checkFunctions('createKeySet', options, ['toJwks', 'fetch', 'now', 'random']);
  const {
    maxAgeSeconds = 600,
    maxStaleSeconds = 4 * 3600,
    timeoutMs = 5000,
    maxKeys = 200,
    maxBytes = 512 * 1024,
  } = options;
  checkNumbers({ maxAgeSeconds, maxStaleSeconds, timeoutMs, maxKeys, maxBytes });
  return {
    ...checkLocation(options),
    toJwks: options.toJwks,
    maxAgeMs: maxAgeSeconds * 1000,
    maxStaleMs: maxStaleSeconds * 1000,
    // Timers take whole milliseconds only.
    timeoutMs: Math.ceil(timeoutMs),
    maxKeys,
    maxBytes,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    onFetch: options.onFetch,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
  };
}

function checkLocation(
  options: KeySetOptions,
): Pick<CheckedKeySetOptions, 'url' | 'issuer' | 'allowHttp'> {
  const { url, issuer, allowHttp = false } = options;
  if (typeof allowHttp !== 'boolean') {
    throw new TypeError('createKeySet: allowHttp must be true or false');
  }
  if ((url === undefined) === (issuer === undefined)) {
    throw new TypeError('createKeySet: either url or issuer is required');
  }
  if (issuer !== undefined) {
    checkIssuerUrl('createKeySet', issuer, allowHttp);
    return { url: undefined, issuer, allowHttp };
  }
  const fault = describeUrlFault(String(url), allowHttp);
  if (fault !== undefined) throw new TypeError(`createKeySet: url ${fault}`);
  return { url: new URL(String(url)).href, issuer: '', allowHttp };
}

function checkNumbers(options: KeySetNumbers): void {
  const { maxAgeSeconds, maxStaleSeconds, timeoutMs, maxKeys, maxBytes } = options;
  const seconds = { min: 1, max: TEN_YEARS_SECONDS };
  checkNumber('createKeySet: maxAgeSeconds', maxAgeSeconds, seconds);
  checkNumber('createKeySet: maxStaleSeconds', maxStaleSeconds, seconds);
  checkNumber('createKeySet: timeoutMs', timeoutMs, { min: 1, max: MAX_TIMER_MS });
  checkNumber('createKeySet: maxKeys', maxKeys, { min: 1, isInteger: true });
  checkNumber('createKeySet: maxBytes', maxBytes, { min: 1, isInteger: true });
  if (maxStaleSeconds >= maxAgeSeconds) return;
  throw new TypeError('createKeySet: maxStaleSeconds must not be less than maxAgeSeconds');
}
