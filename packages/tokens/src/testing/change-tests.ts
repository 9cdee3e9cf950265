import assert from 'node:assert/strict';
import { assertMembers } from './assert-members.js';
import type { ContractTests } from './contract-tests.js';
import { after, collectPages, insert, NOW, toAudit, toReplacement } from './records.js';

export const CHANGE_TESTS: ContractTests = {
  'revokes once, and keeps the time of the first revocation': async (store) => {
    const { id } = await insert(store);
    assert.equal(await store.revoke(toAudit(id, 'revoked', after(1))), true);
    assert.equal(await store.revoke(toAudit(id, 'revoked', after(2))), false);
    assert.deepEqual((await store.get(id))?.revokedAt, after(1));
    assert.deepEqual((await store.find([`hash of ${id}`]))?.record.revokedAt, after(1));
  },

  'finds both secrets after a rotation, the old one as the previous': async (store) => {
    const { id } = await insert(store);
    assert.equal(
      await store.rotate(toAudit(id, 'rotated'), toReplacement('second', after(60))),
      true,
    );
    const old = await store.find([`hash of ${id}`]);
    assertMembers(old, { isPrevious: true });
    assertMembers(old?.record, { previousExpiresAt: after(60) });
    const current = await store.find(['second']);
    assertMembers(current, { isPrevious: false });
    assertMembers(current?.record, { id });
  },

  'replaces the last four characters of the secret with a rotation': async (store) => {
    const { id, lastFour } = await insert(store);
    const replacement = toReplacement('second', after(60));
    assert.notEqual(replacement.lastFour, lastFour);
    await store.rotate(toAudit(id, 'rotated'), replacement);
    assert.equal((await store.get(id))?.lastFour, replacement.lastFour);
  },

  'replaces the description, also of a revoked token, and nothing else': async (store) => {
    const { id } = await insert(store);
    await store.revoke(toAudit(id, 'revoked'));
    const before = await store.get(id);
    assert.equal(await store.describe(toAudit(id, 'described', after(1)), 'ÉCOLE'), true);
    assertMembers(await store.get(id), { ...before, description: 'ÉCOLE' });
    const { items } = await store.list({ search: 'école' }, { limit: 10 }, NOW);
    assert.deepEqual(
      items.map((token) => token.id),
      [id],
    );
    const trail = await store.audit(id, { limit: 1 });
    assert.deepEqual(trail.items, [toAudit(id, 'described', after(1))]);
  },

  'ends the first secret with a second rotation': async (store) => {
    const { id } = await insert(store);
    await store.rotate(toAudit(id, 'rotated'), toReplacement('second', after(60)));
    await store.rotate(toAudit(id, 'rotated'), toReplacement('third', after(90)));
    assert.equal(await store.find([`hash of ${id}`]), undefined);
    assertMembers(await store.find(['second']), { isPrevious: true });
    assertMembers(await store.find(['third']), { isPrevious: false });
  },

  'rotates neither a revoked nor an expired token': async (store) => {
    const revoked = await insert(store);
    await store.revoke(toAudit(revoked.id, 'revoked'));
    const expired = await insert(store, { expiresAt: NOW });
    for (const { id } of [revoked, expired]) {
      assert.equal(
        await store.rotate(toAudit(id, 'rotated'), toReplacement('second', after(60))),
        false,
      );
    }
    assert.equal(await store.find(['second']), undefined);
  },

  'replaces a current and a previous hash': async (store) => {
    const { id } = await insert(store);
    await store.rotate(toAudit(id, 'rotated'), toReplacement('current', after(60)));
    await store.rehash('current', 'current again');
    await store.rehash(`hash of ${id}`, 'previous again');
    assert.equal(await store.find(['current', `hash of ${id}`]), undefined);
    assertMembers(await store.find(['current again']), { isPrevious: false });
    assertMembers(await store.find(['previous again']), { isPrevious: true });
  },

  'lists the audit trail of each change, newest first, in pages': async (store) => {
    const { id } = await insert(store);
    const other = await insert(store);
    await store.rotate(toAudit(id, 'rotated', after(1)), toReplacement('second', after(60)));
    await store.revoke(toAudit(id, 'revoked', after(2)));
    await store.revoke(toAudit(id, 'revoked', after(3)));
    const changes = [toAudit(id, 'revoked', after(2)), toAudit(id, 'rotated', after(1))];
    const own = await collectPages((page) => store.audit(id, page), 2);
    assert.deepEqual(own, [...changes, toAudit(id)]);
    const all = await collectPages(
      (page) => store.audit(undefined, page),
      1,
      () => insert(store),
    );
    assert.deepEqual(all, [...changes, toAudit(other.id), toAudit(id)]);
  },

  'ends in one state after 50 concurrent rotations and revocations': async (store) => {
    const { id } = await insert(store);
    const hashes = Array.from({ length: 49 }, (_, i) => `secret ${i}`);
    const rotations = hashes.map((hash) =>
      store.rotate(toAudit(id, 'rotated'), toReplacement(hash, after(60))),
    );
    const revocations = [1, 2, 3].map(() => store.revoke(toAudit(id, 'revoked')));
    const rotated = (await Promise.all(rotations)).filter(Boolean);
    assert.equal((await Promise.all(revocations)).filter(Boolean).length, 1);

    const trail = await collectPages((page) => store.audit(id, page), 50);
    assert.equal(trail.filter(({ action }) => action === 'rotated').length, rotated.length);
    assert.equal(trail[0]?.action, 'revoked');
    const all = [`hash of ${id}`, ...hashes].map(async (hash) => store.find([hash]));
    const found = (await Promise.all(all)).filter((one) => one !== undefined);
    const previous = found.filter(({ isPrevious }) => isPrevious);
    assert.equal(found.length - previous.length, 1);
    assert.equal(previous.length, rotated.length > 0 ? 1 : 0);
    assert.ok(found.every(({ record }) => record.revokedAt !== undefined));
  },
};
