import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { batchCalls } from '../../packages/sql/src/database/batch-calls.js';

/** A database whose calls wait until the test answers them. */
function createDatabase() {
  const calls: { readonly items: readonly string[]; answer(error?: Error): void }[] = [];
  const ask = batchCalls(
    (items: readonly string[]) =>
      new Promise<readonly string[]>((resolve, reject) => {
        const answer = (error?: Error) =>
          error === undefined ? resolve(items.map((item) => `${item}!`)) : reject(error);
        calls.push({ items, answer });
      }),
  );
  /** Takes the calls since the last time. */
  const takeCalls = async () => {
    await setImmediate();
    return calls.splice(0);
  };
  return { ask, takeCalls };
}

describe('items that are requested at the same time', () => {
  test('share one call, and each gets its own answer', async () => {
    const { ask, takeCalls } = createDatabase();
    const asked = ['a', 'b'].map(ask);
    const [first, ...others] = await takeCalls();
    const later = ask('c');
    first?.answer();
    expect([first?.items, others]).toEqual([['a', 'b'], []]);
    expect(await Promise.all(asked)).toEqual(['a!', 'b!']);
    const [second] = await takeCalls();
    second?.answer();
    expect(await later).toBe('c!');
  });

  test('are retried alone if the call fails, so that one does not fail the others', async () => {
    const { ask, takeCalls } = createDatabase();
    const asked = Promise.allSettled(['a', 'bad', 'c'].map(ask));
    const fault = new Error('bad');
    for (const { answer } of await takeCalls()) answer(fault);
    for (const { items, answer } of await takeCalls())
      answer(items[0] === 'bad' ? fault : undefined);
    expect(await asked).toEqual([
      { status: 'fulfilled', value: 'a!' },
      { status: 'rejected', reason: fault },
      { status: 'fulfilled', value: 'c!' },
    ]);
  });

  test('are retried in parallel, so that an outage takes one time-out and not one for each', async () => {
    const { ask, takeCalls } = createDatabase();
    const asked = Promise.allSettled(Array.from({ length: 50 }, (_, i) => ask(`${i}`)));
    const timeOut = new Error('no answer');
    for (const expected of [1, 50]) {
      const calls = await takeCalls();
      expect(calls).toHaveLength(expected);
      for (const { answer } of calls) answer(timeOut);
    }
    expect(new Set((await asked).map(({ status }) => status))).toEqual(new Set(['rejected']));
  });
});
