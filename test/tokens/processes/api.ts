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
}

/** A running API process. */
export interface Api {
  search(token: string): Promise<Answer>;
  create(): Promise<Token>;
  /** Fulfilled when the process has acknowledged it. */
  revoke(id: string): Promise<void>;
  /** Sets how much later it is for the process's cache than at its start. Otherwise its time stands still. */
  setTime(sinceStartMs: number): Promise<void>;
  /** Whether the process receives the changes of others. */
  isConnected(): Promise<boolean>;
}

/**
 * Starts a process with the API of `api-program.ts` over a database's URL or file; it ends with the test.
 * With `timeoutMs` the test says what an outage is. By default a busy machine is not one.
 */
export async function startApi(place: string, timeoutMs = 60_000): Promise<Api> {
  const keys = JSON.stringify(toJwks(await fixtureKey()));
  const startMs = Date.now();
  const args = [place, keys, String(startMs), String(timeoutMs)];
  const child = await startChild('api-program.ts', args);
  onTestFinished(() => child.kill());
  const origin = `http://127.0.0.1:${await child.firstLine}`;
  return {
    async search(token) {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${origin}/search`, { headers });
      const body = (await response.json()) as { code?: string };
      const retryAfter = response.headers.get('retry-after');
      return { status: response.status, code: body.code, retryAfter };
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
    async setTime(sinceStartMs) {
      await fetch(`${origin}/clock/${startMs + sinceStartMs}`, { method: 'POST' });
    },
    isConnected: async () => (await fetch(`${origin}/connected`)).json() as Promise<boolean>,
  };
}

/** Asks until an answer is as it should be. If it never is, the time-out of the test ends it. */
export async function askUntil(
  ask: () => Promise<Answer>,
  isGood: (answer: Answer) => boolean,
): Promise<void> {
  while (!isGood(await ask()));
}

export const isServed = ({ status }: Answer): boolean => status === 200;
export const isRevoked = ({ code }: Answer): boolean => code === 'token_revoked';

/** `disconnectedCacheSeconds` by default: how long a cached token outlives the last connection. */
export const DISCONNECTED_CACHE_MS = 5000;

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
