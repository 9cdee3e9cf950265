import assert from 'node:assert/strict';
import { assertEqual, assertMembers } from './assert-members.js';
import type { ContractTests } from './contract-tests.js';
import { after, createRecord, insert, NOW, toAudit, toReplacement } from './records.js';

export const LOOKUP_TESTS: ContractTests = {
  'returns a token as it was inserted, by id and by hash': async (store) => {
    const full = {
      description: "é 'quoted' \\ % _ \n 漢字 🔑",
      permission: 'USER',
      scopes: ['SEARCH', 'CHAT', '\\"'],
      groups: ['crm', '12345'],
      userEmail: 'ada@example.com',
      expiresAt: after(60),
      allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'],
    } as const;
    for (const overrides of [{}, full]) {
      const record = await insert(store, overrides);
      assertEqual(await store.get(record.id), record);
      const found = await store.find(['absent', `hash of ${record.id}`]);
      const { description, lastFour, createdAt, lastUsedAt, ...grant } = record;
      assertMembers(found, { hash: `hash of ${record.id}`, isPrevious: false });
      assertMembers(found?.record, grant);
    }
  },

  'finds and changes nothing for an unknown token': async (store) => {
    assert.equal(await store.get('absent'), undefined);
    assert.equal(await store.find(['absent']), undefined);
    assert.equal(await store.find([]), undefined);
    assert.equal(await store.revoke(toAudit('absent', 'revoked')), false);
    assert.equal(await store.describe(toAudit('absent', 'described'), 'new'), false);
    assert.equal(
      await store.rotate(toAudit('absent', 'rotated'), toReplacement('new', NOW)),
      false,
    );
    await store.rehash('absent', 'new');
    await store.touch(new Map([['absent', NOW]]));
    const { items, nextCursor } = await store.audit(undefined, { limit: 10 });
    assert.deepEqual(items, []);
    assert.equal(nextCursor, undefined);
  },

  'rejects a second token with the same id or hash, and stores nothing of it': async (store) => {
    const record = await insert(store);
    const other = createRecord();
    const hash = `hash of ${record.id}`;
    await assert.rejects(async () => store.insert(record, 'other', toAudit(record.id)));
    await assert.rejects(async () => store.insert(other, hash, toAudit(other.id)));
    const { items } = await store.audit(undefined, { limit: 10 });
    assert.equal(items.length, 1, 'the audit trail has an entry of a rejected token');
    assert.equal(await store.get(other.id), undefined);
  },
};
