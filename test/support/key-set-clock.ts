import { AuthError } from '@mandate/core';
import { createKeySet, type KeySet, type VerificationKey } from '@mandate/core/jwt';
import type { SigningKey } from './tokens.js';
import { toJwks } from './tokens.js';

/** What became of one look-up of a key. */
export interface Lookup {
  readonly kid: string;
  readonly arrivedAtMs: number;
  /** The fetches that had started when it arrived. */
  readonly startedBefore: number;
  outcome: 'waiting' | 'found' | 'unknown' | 'unavailable';
  /** The fetches that had started when it was answered. */
  startedAfter: number;
  retryAfterSeconds: number | undefined;
}

/**
 * A key set in a time of its own, with a key server whose answers take `latencyMs` and say what was
 * published when they were asked for. Nothing in it waits for real time.
 */
export class KeySetClock {
  nowMs = Date.UTC(2030, 0, 1);
  published: readonly SigningKey[] = [];
  latencyMs = 0;
  /** Whether the next fetch fails. */
  fails: () => boolean = () => false;
  /** When each fetch started. */
  readonly startsMs: number[] = [];
  readonly keys: KeySet;
  #pending: { readonly dueAtMs: number; answer(): void }[] = [];
  #answered = 0;
  #reported = 0;

  constructor(random: () => number = () => 0) {
    this.keys = createKeySet({
      url: 'https://issuer.example/jwks.json',
      now: () => this.nowMs,
      random,
      fetch: () => this.#fetch(),
      onFetch: () => this.#reported++,
    });
  }

  #fetch(): Promise<Response> {
    this.startsMs.push(this.nowMs);
    const response = this.fails() ? undefined : Response.json(toJwks(...this.published));
    return new Promise((resolve, reject) => {
      const answer = () => (response ? resolve(response) : reject(new Error('no connection')));
      this.#pending.push({ dueAtMs: this.nowMs + this.latencyMs, answer });
    });
  }

  /** Moves the clock on; the key server answers on the way. */
  async moveTo(timeMs: number): Promise<void> {
    for (;;) {
      const next = this.#pending[0];
      if (next === undefined || next.dueAtMs > timeMs) break;
      this.#pending.shift();
      this.nowMs = Math.max(this.nowMs, next.dueAtMs);
      next.answer();
      this.#answered++;
      while (this.#reported < this.#answered) await turn();
      // The requests that waited for it continue, perhaps with another fetch.
      await turn();
    }
    this.nowMs = Math.max(this.nowMs, timeMs);
  }

  lookUp(kid: string): Lookup {
    const lookup: Lookup = {
      kid,
      arrivedAtMs: this.nowMs,
      startedBefore: this.startsMs.length,
      outcome: 'waiting',
      startedAfter: this.startsMs.length,
      retryAfterSeconds: undefined,
    };
    const accept = (keys: readonly VerificationKey[]) => {
      lookup.outcome = keys.length > 0 ? 'found' : 'unknown';
      lookup.startedAfter = this.startsMs.length;
    };
    const reject = (error: unknown) => {
      if (!(error instanceof AuthError) || error.code !== 'verifier_unavailable') throw error;
      lookup.outcome = 'unavailable';
      lookup.retryAfterSeconds = error.retryAfterSeconds;
    };
    const keys = this.keys.find({ alg: 'ES256', kid });
    if (keys instanceof Promise) keys.then(accept, reject);
    else accept(keys);
    return lookup;
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** The most of these times that lie in any one minute. */
export function countPerMinute(timesMs: readonly number[]): number {
  const counts = timesMs.map(
    (from) => timesMs.filter((at) => at >= from && at < from + 60_000).length,
  );
  return Math.max(0, ...counts);
}
