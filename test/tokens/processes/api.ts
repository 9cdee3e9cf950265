import { onTestFinished } from 'vitest';
import { fixtureKey, toJwks } from '../../support/tokens.js';
import { startChild } from './child.js';

export interface Token {
  readonly id: string;
  readonly secret: string;
}

/** What a request was answered. */
export interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfter: string | null;
  readonly durationMs: number;
}

/** A running API process. */
export interface Api {
  search(token: string): Promise<Answer>;
  create(): Promise<Token>;
  /** Fulfilled when the process has acknowledged it. */
  revoke(id: string): Promise<void>;
}

/** Starts a process with the API of `api-program.ts` over a database's URL or file; it ends with the test. */
export async function startApi(place: string): Promise<Api> {
  const keys = JSON.stringify(toJwks(await fixtureKey()));
  const child = await startChild('api-program.ts', [place, keys]);
  onTestFinished(() => child.kill());
  const origin = `http://127.0.0.1:${await child.firstLine}`;
  return {
    async search(token) {
      const startedAt = performance.now();
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${origin}/search`, { headers });
      const body = (await response.json()) as { code?: string };
      return {
        status: response.status,
        code: body.code,
        retryAfter: response.headers.get('retry-after'),
        durationMs: performance.now() - startedAt,
      };
    },
    async create() {
      const response = await fetch(`${origin}/create`, { method: 'POST' });
      if (response.status !== 200) throw new Error(`create: ${await response.text()}`);
      return (await response.json()) as Token;
    },
    async revoke(id) {
      const response = await fetch(`${origin}/revoke/${id}`, { method: 'POST' });
      if (response.status !== 200) throw new Error(`revoke: ${await response.text()}`);
      await response.arrayBuffer();
    },
  };
}

/**
 * How many times slower than a quiet machine one may be. Limits in real time are multiplied by it: they
 * find what never happens. When exactly it must happen is tested with an injected clock.
 */
export const SLOWNESS = 10;

/** Milliseconds until an answer is as it should be; an error if it never is. */
export async function waitFor(
  ask: () => Promise<Answer>,
  isGood: (answer: Answer) => boolean,
  limitMs: number,
): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const answer = await ask();
    const passedMs = performance.now() - startedAt;
    if (isGood(answer)) return passedMs;
    if (passedMs > SLOWNESS * limitMs) {
      throw new Error(`after ${passedMs.toFixed(0)} ms still ${answer.status} ${answer.code}`);
    }
  }
}

export const isRevoked = ({ code }: Answer): boolean => code === 'token_revoked';

/** Runs a function for every item, that many at a time. */
export async function forEachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  run: (item: Item) => Promise<unknown>,
): Promise<void> {
  const left = [...items];
  const work = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
