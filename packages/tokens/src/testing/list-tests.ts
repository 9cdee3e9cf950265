import assert from 'node:assert/strict';
import type { TokenFilter } from '../store/token-store.js';
import type { ContractTests } from './contract-tests.js';
import { after, collectPages, insert, NOW, toAudit } from './records.js';

const INVALID_CURSORS = [
  ...['', '.', 'x', '-1', '1e400', ' 1', '1.', '\0', '1.\0', 'NaN.x'],
  "1.' or 1=1 --",
];

export const LIST_TESTS: ContractTests = {
  'lists newest first, by each filter': async (store) => {
    const user = { permission: 'USER', userEmail: 'ada@example.com' } as const;
    const old = await insert(store, { createdAt: after(-60), permission: 'ANONYMOUS' });
    const ada = await insert(store, { ...user, createdAt: after(1), scopes: ['CHAT', 'SEARCH'] });
    const expired = await insert(store, { createdAt: after(2), expiresAt: NOW });
    const lasting = await insert(store, { createdAt: after(3), expiresAt: after(1) });
    const revoked = await insert(store, { createdAt: after(4), scopes: ['search', 'CHATTER'] });
    await store.revoke(toAudit(revoked.id, 'revoked'));
    const expected: readonly (readonly [TokenFilter, readonly { readonly id: string }[]])[] = [
      [{}, [revoked, lasting, expired, ada, old]],
      [{ permission: 'ANONYMOUS' }, [old]],
      [{ status: 'active' }, [lasting, ada, old]],
      [{ status: 'expired' }, [expired]],
      [{ status: 'revoked' }, [revoked]],
      [{ scope: 'CHAT' }, [ada]],
      [{ scope: 'search' }, [revoked]],
      [{ scope: '%' }, []],
      [{ userEmail: 'ada@example.com' }, [ada]],
      [{ userEmail: 'ADA@Example.com' }, [ada]],
      [{ userEmail: 'ada' }, []],
      [{ userEmail: '%@example.com' }, []],
      [{ permission: 'GLOBAL', status: 'active' }, [lasting]],
    ];
    for (const [filter, tokens] of expected) {
      const { items } = await store.list(filter, { limit: 10 }, NOW);
      const [actual, ids] = [items, tokens].map((list) => list.map(({ id }) => id));
      assert.deepEqual(actual, ids, `filter ${JSON.stringify(filter)}`);
    }
  },

  'searches descriptions case-insensitively and without wildcards': async (store) => {
    const texts = ['100% sure', '100 sure', 'snake_case', 'snakeXcase', 'back\\slash', 'ÉCOLE'];
    for (const description of texts) await insert(store, { description });
    const expected = {
      SURE: ['100 sure', '100% sure'],
      '0%': ['100% sure'],
      e_C: ['snake_case'],
      'k\\s': ['back\\slash'],
      école: ['ÉCOLE'],
      '': [...texts].sort(),
      "' or 1=1 --": [],
    };
    for (const [search, descriptions] of Object.entries(expected)) {
      const { items } = await store.list({ search }, { limit: 10 }, NOW);
      const actual = items.map(({ description }) => description).sort();
      assert.deepEqual(actual, descriptions, `search ${JSON.stringify(search)}`);
    }
  },

  'lists each token once if others are inserted between pages': async (store) => {
    const tokens = await Promise.all(
      Array.from({ length: 23 }, (_, i) => insert(store, { createdAt: after(i % 5) })),
    );
    const listed = await collectPages(
      (page) => store.list({}, page, NOW),
      5,
      () => insert(store, { createdAt: after(100) }),
    );
    const [actual, expected] = [listed, tokens].map((list) => list.map(({ id }) => id).sort());
    assert.deepEqual(actual, expected);
  },

  'counts the tokens that meet a filter': async (store) => {
    assert.deepEqual(await store.count({}, NOW), { count: 0, isExact: true });
    const { id } = await insert(store, { expiresAt: after(1) });
    await insert(store, { createdBy: 'root@example.com', expiresAt: NOW });
    await insert(store);
    await store.revoke(toAudit(id, 'revoked'));
    const expected: readonly (readonly [TokenFilter, number])[] = [
      [{}, 3],
      [{ status: 'active' }, 1],
      [{ isRevoked: false }, 2],
      [{ createdBy: 'root@example.com' }, 1],
      [{ expiresBefore: after(1) }, 1],
      [{ expiresBefore: after(2) }, 2],
      [{ userEmail: 'ada@example.com' }, 0],
      [{ search: 'nightly' }, 3],
    ];
    for (const [filter, count] of expected) {
      const actual = await store.count(filter, NOW);
      assert.deepEqual(actual, { count, isExact: true }, `filter ${JSON.stringify(filter)}`);
    }
  },

  'returns no next page after a last page that is full': async (store) => {
    for (let i = 0; i < 4; i++) await insert(store);
    const first = await store.list({}, { limit: 2 }, NOW);
    const second = await store.list({}, { limit: 2, cursor: first.nextCursor }, NOW);
    assert.notEqual(first.nextCursor, undefined);
    assert.equal(second.items.length, 2);
    assert.equal(second.nextCursor, undefined);
  },

  'rejects an invalid cursor with the code invalid': async (store) => {
    await insert(store);
    for (const cursor of INVALID_CURSORS) {
      const page = { limit: 10, cursor };
      const message = `cursor ${JSON.stringify(cursor)}`;
      await assert.rejects(async () => store.list({}, page, NOW), { code: 'invalid' }, message);
      await assert.rejects(async () => store.audit(undefined, page), { code: 'invalid' }, message);
    }
  },
};
