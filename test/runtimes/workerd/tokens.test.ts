import type { ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../support/listen.js';
import { startWorker, type WorkerSettings } from '../../support/start-worker.js';

/** A Worker whose guard looks tokens up in a store over the network. */
async function start(settings: WorkerSettings) {
  let held: ServerResponse[] | undefined;
  const asked: (() => void)[] = [];
  const STORE_URL = await listen((_request, response) => {
    for (const tell of asked.splice(0)) tell();
    if (held === undefined) response.end('found');
    else held.push(response);
  });
  const program = new URL('./tokens-program.ts', import.meta.url);
  const bindings = { STORE_URL, ...settings.bindings };
  const worker = await startWorker(program, { ...settings, bindings });
  onTestFinished(() => worker.stop());
  const control = async (path: string): Promise<unknown> =>
    (await fetch(worker.origin + path)).json();
  const created = (await control('/create')) as { readonly secret: string; readonly id: string };
  return {
    ask: async (init: RequestInit = {}) => {
      const headers = { authorization: `Bearer ${created.secret}` };
      return (await fetch(`${worker.origin}/me`, { headers, ...init })).status;
    },
    hold: () => {
      held = [];
    },
    release: () => {
      for (const response of held ?? []) response.end('found');
      held = undefined;
    },
    /** Resolves when the store is asked next. */
    nextQuestion: () =>
      new Promise<void>((resolve) => {
        asked.push(resolve);
      }),
    /** Resolves when so many requests have reached the guard. */
    async arrival(count: number) {
      while (Number(await control('/arrived')) < count);
    },
    /** Resolves when the store knows that the token was used. */
    async lastUse() {
      while ((await control(`/last-used/${created.id}`)) === null);
    },
    worker,
  };
}

const CASES = ['2024-09-23', '2025-06-01', '2026-07-01'].flatMap((date) =>
  ['yes', 'no'].map((usesWaitUntil) => ({
    name: `${date}, waitUntil: ${usesWaitUntil}`,
    usesWaitUntil,
    settings: { date, flags: ['nodejs_compat'], bindings: { USES_WAIT_UNTIL: usesWaitUntil } },
  })),
);

describe.each(CASES)('issued tokens on a Worker of $name', ({ settings }) => {
  test('are looked up for two requests at a time', async () => {
    const { ask, hold, release, nextQuestion, arrival } = await start(settings);
    hold();
    const question = nextQuestion();
    const first = ask();
    await question;
    const second = ask();
    await arrival(2);
    release();
    expect(await Promise.all([first, second])).toEqual([200, 200]);
    expect(await ask()).toBe(200);
  });

  test('are looked up for a request while another caller gives up', async () => {
    const { ask, hold, release, nextQuestion, arrival } = await start(settings);
    hold();
    const question = nextQuestion();
    const caller = new AbortController();
    const first = ask({ signal: caller.signal }).catch(() => 'given up');
    await question;
    const second = ask();
    await arrival(2);
    caller.abort();
    expect(await first).toBe('given up');
    release();
    expect(await second).toBe(200);
  });

  test('are rejected while the store hangs, and accepted when it is back', async () => {
    const { ask, hold, release } = await start(settings);
    hold();
    expect(await Promise.all([ask(), ask()])).toEqual([503, 503]);
    expect(await ask()).toBe(503);
    release();
    expect(await Promise.all([ask(), ask()])).toEqual([200, 200]);
  });
});

test.each(CASES.filter(({ usesWaitUntil }) => usesWaitUntil === 'yes'))(
  'the last use of a token is written on a Worker of $name',
  async ({ settings }) => {
    const { ask, lastUse } = await start(settings);
    expect(await ask()).toBe(200);
    await lastUse();
  },
);
