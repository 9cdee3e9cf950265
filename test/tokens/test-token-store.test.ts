import { createMemoryTokenStore, type TokenStore } from '@mandate/tokens';
import { testTokenStore } from '@mandate/tokens/testing';
import { describe, expect, test } from 'vitest';
import { startChild } from './processes/child.js';

type Change = (store: TokenStore) => Partial<TokenStore>;

/** Runs the contract against the store in memory with a fault, without a test runner. */
async function listFailures(change: Change): Promise<readonly string[]> {
  const tests: [string, () => Promise<void>][] = [];
  testTokenStore({
    describe: (_name, define) => define(),
    test: (name, run) => tests.push([name, run]),
    openStore: () => {
      const store = createMemoryTokenStore();
      const methods = ['insert', 'find', 'get', 'list', 'count', 'revoke', 'rotate'] as const;
      const others = ['describe', 'rehash', 'touch', 'audit', 'onChange', 'isConnected'] as const;
      const bound = [...methods, ...others].map((name) => [name, store[name].bind(store)]);
      return { ...(Object.fromEntries(bound) as TokenStore), ...change(store) };
    },
  });
  const failures: string[] = [];
  for (const [name, run] of tests) await run().catch(() => failures.push(name));
  return failures;
}

describe('the contract of token stores', () => {
  test('is fulfilled by the store in memory', async () => {
    expect(await listFailures(() => ({}))).toEqual([]);
  });

  test.each<[string, Change, string]>([
    [
      'does not filter by user',
      (store) => ({
        list: (filter, ...rest) => store.list({ ...filter, userEmail: undefined }, ...rest),
      }),
      'lists newest first, by each filter',
    ],
    [
      'finds a secret from before two rotations',
      (store) => ({ find: async (hashes) => (await store.find(hashes)) ?? store.find(['second']) }),
      'ends the first secret with a second rotation',
    ],
    [
      'revokes twice',
      (store) => ({ revoke: (audit) => store.revoke(audit).then(() => true) }),
      'revokes once, and keeps the time of the first revocation',
    ],
    [
      'stores no last use',
      () => ({ touch: async () => {} }),
      'never replaces the time of the last use with an earlier one',
    ],
    [
      'rehashes nothing',
      () => ({ rehash: async () => {} }),
      'replaces a current and a previous hash',
    ],
    [
      'does not call listeners',
      () => ({ onChange: () => () => {} }),
      'calls listeners before a revocation or rotation is fulfilled, until removed',
    ],
    [
      'ignores the cursor',
      (store) => ({ list: (filter, { limit }, now) => store.list(filter, { limit }, now) }),
      'rejects an invalid cursor with the code invalid',
    ],
  ])('is not fulfilled by a store that %s', async (_fault, change, expected) => {
    expect(await listFailures(change)).toContain(expected);
  });

  test('closes each store, also after a failed test', async () => {
    const opened: TokenStore[] = [];
    const closed: TokenStore[] = [];
    const runs: (() => Promise<void>)[] = [];
    testTokenStore({
      describe: (_name, define) => define(),
      test: (_name, run) => runs.push(run),
      openStore: () => {
        const store = createMemoryTokenStore();
        opened.push(store);
        if (opened.length === 1) store.get = async () => undefined;
        return store;
      },
      closeStore: (store) => void closed.push(store),
    });
    await Promise.allSettled(runs.map((run) => run()));
    expect(closed).toHaveLength(runs.length);
    expect(new Set(closed)).toEqual(new Set(opened));
  });

  test('runs under node:test', async () => {
    const passing = await startChild('contract-program.ts', ['sound']);
    expect(await passing.exit).toBe(0);
    const failing = await startChild('contract-program.ts', ['faulty']);
    expect(await failing.exit).toBe(1);
  });

  test('rejects unknown and missing options', () => {
    const options = { describe, test, openStore: createMemoryTokenStore };
    expect(() => testTokenStore({ ...options, open: 1 } as never)).toThrow('unknown option "open"');
    expect(() => testTokenStore({ ...options, openStore: undefined } as never)).toThrow(
      'testTokenStore: openStore must be a function',
    );
  });
});
