import { checkFunctions } from '@mandate/internal/check-functions';
import { checkNumber, MAX_TIMER_MS } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import { checkIssuerUrl, describeUrlFault } from './check-key-url.js';
import type { FetchLimits } from './fetch-keys.js';
import type { FetchLike } from './fetch-text.js';
import type { KeySetOptions, KeySetSettings } from './key-set-options.js';

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
