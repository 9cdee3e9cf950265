import assert from 'node:assert/strict';
import type { ContractTests } from './contract-tests.js';
import { after, insert } from './records.js';

export const LAST_USE_TESTS: ContractTests = {
  'never replaces the time of the last use with an earlier one': async (store) => {
    const { id } = await insert(store);
    const other = await insert(store);
    const used = [
      [id, after(2)],
      [other.id, after(1)],
    ] as const;
    await store.touch(new Map(used));
    await store.touch(new Map([[id, after(1)]]));
    assert.deepEqual((await store.get(id))?.lastUsedAt, after(2));
    assert.deepEqual((await store.get(other.id))?.lastUsedAt, after(1));
  },

  'stores the last use of thousands of tokens, known and unknown': async (store) => {
    const known = [await insert(store), await insert(store), await insert(store)] as const;
    const unknown = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => [`absent-${from + i}`, after(1)] as const);
    const used = new Map<string, Date>([
      [known[0].id, after(1)],
      ...unknown(0, 1500),
      [known[1].id, after(2)],
      ...unknown(1500, 3000),
      [known[2].id, after(3)],
    ]);
    await store.touch(used);
    await store.touch(new Map());
    for (const [i, { id }] of known.entries()) {
      assert.deepEqual((await store.get(id))?.lastUsedAt, after(i + 1));
    }
  },

  'stores the last use of the same tokens concurrently, in any order': async (store) => {
    const tokens = await Promise.all(Array.from({ length: 50 }, () => insert(store)));
    const uses = tokens.map(({ id }) => [id, after(1)] as const);
    const touches = Array.from({ length: 10 }, (_, i) =>
      store.touch(new Map(i % 2 === 0 ? uses : [...uses].reverse())),
    );
    await Promise.all(touches);
    for (const { id } of tokens) assert.deepEqual((await store.get(id))?.lastUsedAt, after(1));
  },
};
