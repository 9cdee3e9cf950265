import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { gather } from '../../packages/sql/src/database/gather.js';

/** Calls that wait to be answered. */
function createDatabase() {
  const calls: { readonly items: readonly string[]; answer(error?: Error): void }[] = [];
  const ask = gather(
    (items: readonly string[]) =>
      new Promise<readonly string[]>((resolve, reject) => {
        const answer = (error?: Error) =>
          error === undefined ? resolve(items.map((item) => `${item}!`)) : reject(error);
        calls.push({ items, answer });
      }),
  );
  /** What was asked since the last look. */
  const look = async () => {
    await setImmediate();
    return calls.splice(0);
  };
  return { ask, look };
}

describe('what is asked for at the same time', () => {
  test('is one call, and each gets its own answer', async () => {
    const { ask, look } = createDatabase();
    const asked = ['a', 'b'].map(ask);
    const [first, ...others] = await look();
    const later = ask('c');
    first?.answer();
    expect([first?.items, others]).toEqual([['a', 'b'], []]);
    expect(await Promise.all(asked)).toEqual(['a!', 'b!']);
    const [second] = await look();
    second?.answer();
    expect(await later).toBe('c!');
  });

  test('is asked for alone if it fails, so that nobody gets the fault of another', async () => {
    const { ask, look } = createDatabase();
    const asked = Promise.allSettled(['a', 'bad', 'c'].map(ask));
    const fault = new Error('bad');
    for (const { answer } of await look()) answer(fault);
    for (const { items, answer } of await look()) answer(items[0] === 'bad' ? fault : undefined);
    expect(await asked).toEqual([
      { status: 'fulfilled', value: 'a!' },
      { status: 'rejected', reason: fault },
      { status: 'fulfilled', value: 'c!' },
    ]);
  });

  test('waits for a database that is down as long as one call does, and not as long as all', async () => {
    const { ask, look } = createDatabase();
    const asked = Promise.allSettled(Array.from({ length: 50 }, (_, i) => ask(`${i}`)));
    const timeOut = new Error('no answer');
    for (const expected of [1, 50]) {
      const calls = await look();
      expect(calls).toHaveLength(expected);
      for (const { answer } of calls) answer(timeOut);
    }
    expect(new Set((await asked).map(({ status }) => status))).toEqual(new Set(['rejected']));
  });
});
