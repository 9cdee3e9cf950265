import { MAX_TIMER_MS } from '@mandate/internal/check-number';
import { IS_WORKERS } from '@mandate/internal/is-workers';
import { toObserver } from '@mandate/internal/observer';
import type { AuthRequest } from '../auth-request.js';
import type { CheckedKeySetOptions } from './check-key-set-options.js';
import { discoverKeySetUrl, MetadataError } from './discover.js';
import { fetchKeys } from './fetch-keys.js';
import { createFetchLog } from './fetch-log.js';
import { FetchSchedule } from './fetch-schedule.js';
import type { PublicKey } from './jwk.js';
import type { KeyFetchEvent } from './key-set-options.js';
import { pollUntil, settlesWithin } from './settles-within.js';

/** How much longer than its deadline a fetch may take, because timers fire late in a busy process. */
const TIMER_SLACK_MS = 1_000;

/** What a fetch needs of the request that starts it. */
export type Requester = Pick<AuthRequest, 'waitUntil'>;

/** A fetch in flight. */
export interface KeyFetch {
  readonly serial: number;
  readonly startedAtMs: number;
  readonly done: Promise<void>;
  /** Whether it goes on when the request that started it ends. */
  readonly isKept: boolean;
  isSettled: boolean;
}

/** What the fetcher needs from its key set. */
interface KeyFetcherHost {
  readonly elapsedMs: () => number;
  /** Takes the keys of a successful fetch, and the time when it started. */
  readonly accept: (keys: readonly PublicKey[], startedAtMs: number) => void;
}

/** Fetches one key set, one fetch at a time. Any number of requests may wait for a fetch. */
export class KeyFetcher {
  readonly schedule: FetchSchedule;
  readonly #options: CheckedKeySetOptions;
  readonly #host: KeyFetcherHost;
  readonly #onFetch: (event: KeyFetchEvent) => void;
  /** After this time, a fetch never settles: the request that started it has ended, and its timer with it. */
  readonly #lostAfterMs: number;
  #started = 0;
  #accepted = 0;
  #inFlight: KeyFetch | undefined;
  #losesFetches = false;
  /** The URL of the keys, and until when it need not be looked up again. */
  #located: { readonly url: string; readonly untilMs: number } | undefined;

  constructor(options: CheckedKeySetOptions, host: KeyFetcherHost) {
    this.schedule = new FetchSchedule(options.random);
    this.#options = options;
    this.#host = host;
    this.#onFetch = toObserver('createKeySet: onFetch', options.onFetch, () =>
      createFetchLog(options, () => this.#accepted > 0),
    );
    this.#lostAfterMs = Math.min(MAX_TIMER_MS, options.timeoutMs + TIMER_SLACK_MS);
  }

  /** The serial number of the last fetch that started. The first is 1. */
  get started(): number {
    return this.#started;
  }

  /** The serial number of the fetch that returned the current keys. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Whether a fetch was lost since the last one that settled, so that requests must wait for the next one. */
  get losesFetches(): boolean {
    return this.#losesFetches;
  }

  /** The fetch in flight, unless it is lost. */
  getInFlight(nowMs: number): KeyFetch | undefined {
    const fetch = this.#inFlight;
    if (fetch !== undefined && nowMs - fetch.startedAtMs >= this.#lostAfterMs) this.#lose(fetch);
    return this.#inFlight;
  }

  /** Waits for a fetch that another request started, but no longer than a fetch can take. Never rejects. */
  async join(fetch: KeyFetch): Promise<void> {
    const isSettled = IS_WORKERS
      ? await pollUntil(() => fetch.isSettled, this.#lostAfterMs)
      : await settlesWithin(fetch.done, this.#lostAfterMs);
    if (!isSettled) this.#lose(fetch);
  }

  /** Starts a fetch. The promise never rejects. */
  start(nowMs: number, request?: Requester): Promise<void> {
    this.schedule.start(nowMs);
    const serial = ++this.#started;
    const done = this.#fetch(serial, nowMs).finally(() => {
      this.#losesFetches = false;
      fetch.isSettled = true;
      if (this.#inFlight === fetch) this.#inFlight = undefined;
    });
    const waitUntil = request?.waitUntil;
    const isKept = !IS_WORKERS || waitUntil !== undefined;
    const fetch: KeyFetch = { serial, startedAtMs: nowMs, done, isKept, isSettled: false };
    this.#inFlight = fetch;
    waitUntil?.call(request, done);
    return done;
  }

  #lose(fetch: KeyFetch): void {
    if (this.#inFlight !== fetch) return;
    this.#inFlight = undefined;
    this.#losesFetches = true;
  }

  async #fetch(serial: number, startedAtMs: number): Promise<void> {
    let { url = this.#located?.url ?? '' } = this.#options;
    try {
      // One deadline covers the metadata and the keys.
      const signal = AbortSignal.timeout(this.#options.timeoutMs);
      url = this.#options.url ?? (await this.#locate(signal, startedAtMs));
      const keys = await fetchKeys(url, { ...this.#options, signal });
      // A fetch that counts as lost may settle after a later fetch.
      if (serial > this.#accepted) {
        this.#accepted = serial;
        this.schedule.succeed();
        this.#host.accept(keys, startedAtMs);
      }
      this.#report(url, { ok: true, keys: keys.length });
    } catch (error) {
      if (serial > this.#accepted) this.schedule.fail(this.#host.elapsedMs());
      // The keys may have moved, so the next fetch reads the metadata again.
      if (this.#located?.url === url) this.#located = { url, untilMs: startedAtMs };
      this.#report(error instanceof MetadataError ? error.url : url, toFailure(error));
    }
  }

  /** Returns the `jwks_uri` of the issuer. During an outage of its metadata, the last known one serves. */
  async #locate(signal: AbortSignal, nowMs: number): Promise<string> {
    const known = this.#located;
    if (known !== undefined && nowMs < known.untilMs) return known.url;
    try {
      const url = await discoverKeySetUrl(this.#options.issuer, {
        ...this.#options,
        // Leaves time for the keys themselves, whose address is known.
        signal: known ? AbortSignal.timeout(Math.ceil(this.#options.timeoutMs / 2)) : signal,
      });
      this.#located = { url, untilMs: nowMs + this.#options.maxAgeMs };
      return url;
    } catch (error) {
      if (known === undefined) throw error;
      if (error instanceof MetadataError) this.#report(error.url, toFailure(error));
      return known.url;
    }
  }

  #report(url: string, event: Omit<KeyFetchEvent, 'url' | 'failures'>): void {
    this.#onFetch({ url, failures: this.schedule.failures, ...event });
  }
}

function toFailure(error: unknown): Pick<KeyFetchEvent, 'ok' | 'reason'> {
  return { ok: false, reason: toReason(error) };
}

/** The message of `fetch` is only "fetch failed", so the reason includes the causes. */
function toReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof Error
    ? `${error.message}: ${toReason(error.cause)}`
    : error.message;
}
