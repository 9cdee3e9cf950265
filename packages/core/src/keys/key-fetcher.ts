import { MAX_TIMER_MS } from '@mandate/internal/check-number';
import { notify } from '@mandate/internal/notify';
import { fetchKeys } from './fetch-keys.js';
import { FetchSchedule } from './fetch-schedule.js';
import type { PublicKey } from './jwk.js';
import type { CheckedKeySetOptions, KeyFetchEvent } from './key-set-options.js';
import { settlesWithin } from './settles-within.js';

/** How much longer than its deadline a fetch may take, because timers fire late in a busy process. */
const TIMER_SLACK_MS = 1_000;

interface Fetch {
  readonly serial: number;
  readonly startedAtMs: number;
  readonly done: Promise<void>;
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
  /** After this time, a fetch never settles: the request that started it has ended, and its timer with it. */
  readonly #lostAfterMs: number;
  #started = 0;
  #accepted = 0;
  #inFlight: Fetch | undefined;
  #losesFetches = false;

  constructor(options: CheckedKeySetOptions, host: KeyFetcherHost) {
    this.schedule = new FetchSchedule(options.random);
    this.#options = options;
    this.#host = host;
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
  getInFlight(nowMs: number): Fetch | undefined {
    const fetch = this.#inFlight;
    if (fetch !== undefined && nowMs - fetch.startedAtMs >= this.#lostAfterMs) this.#lose(fetch);
    return this.#inFlight;
  }

  /** Waits for a fetch that another request started, but no longer than a fetch can take. Never rejects. */
  async join(fetch: Fetch): Promise<void> {
    if (!(await settlesWithin(fetch.done, this.#lostAfterMs))) this.#lose(fetch);
  }

  /** Starts a fetch. The promise never rejects. */
  start(nowMs: number): Promise<void> {
    this.schedule.start(nowMs);
    const serial = ++this.#started;
    const done = this.#fetch(serial, nowMs).finally(() => {
      this.#losesFetches = false;
      if (this.#inFlight?.serial === serial) this.#inFlight = undefined;
    });
    this.#inFlight = { serial, startedAtMs: nowMs, done };
    return done;
  }

  #lose(fetch: Fetch): void {
    if (this.#inFlight !== fetch) return;
    this.#inFlight = undefined;
    this.#losesFetches = true;
  }

  async #fetch(serial: number, startedAtMs: number): Promise<void> {
    const { url, fetch } = this.#options;
    try {
      const keys = await fetchKeys(url, fetch, this.#options);
      // A fetch that counts as lost may settle after a later fetch.
      if (serial > this.#accepted) {
        this.#accepted = serial;
        this.schedule.succeed();
        this.#host.accept(keys, startedAtMs);
      }
      this.#report({ ok: true, keys: keys.length });
    } catch (error) {
      if (serial > this.#accepted) this.schedule.fail(this.#host.elapsedMs());
      this.#report({ ok: false, reason: toReason(error) });
    }
  }

  #report(event: Omit<KeyFetchEvent, 'url' | 'failures'>): void {
    const { url, onFetch } = this.#options;
    if (onFetch === undefined) return;
    notify(onFetch, { url, failures: this.schedule.failures, ...event });
  }
}

/** The message of `fetch` is only "fetch failed", so the reason includes that of its cause. */
function toReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
