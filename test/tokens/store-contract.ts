import type { TokenChange, TokenFilter, TokenStore } from '@mandate/tokens';
import { beforeEach, describe, expect, test } from 'vitest';
import type { OpenStore } from './open-store.js';
import { after, createRecord, insert, NOW, readPages, toAudit } from './records.js';

/** What every store does. */
export function describeStore(name: string, open: OpenStore): void {
  describe(`the ${name} store`, () => {
    let store: TokenStore;
    beforeEach(async () => {
      store = await open();
    });

    test('gives a token back as it was inserted, by id and by hash', async () => {
      const full = {
        description: "é 'quoted' \\ % _ \n 漢字 🔑",
        permission: 'USER',
        scopes: ['SEARCH', 'CHAT', '\\"'],
        userEmail: 'ada@example.com',
        expiresAt: after(60),
        allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'],
      } as const;
      for (const overrides of [{}, full]) {
        const record = await insert(store, overrides);
        expect(await store.get(record.id)).toEqual(record);
        const found = await store.find(['absent', `hash of ${record.id}`]);
        const { description, createdAt, lastUsedAt, ...grant } = record;
        expect(found).toMatchObject({ hash: `hash of ${record.id}`, isPrevious: false });
        expect(found?.record).toMatchObject(grant);
      }
    });

    test('knows nothing of a token that is not there', async () => {
      expect(await store.get('absent')).toBeUndefined();
      expect(await store.find(['absent'])).toBeUndefined();
      expect(await store.find([])).toBeUndefined();
      expect(await store.revoke(toAudit('absent', 'revoked'))).toBe(false);
      expect(await store.rotate(toAudit('absent', 'rotated'), 'new', NOW)).toBe(false);
      await store.rehash('absent', 'new');
      await store.touch(new Map([['absent', NOW]]));
      expect(await store.audit(undefined, { limit: 10 })).toEqual({
        items: [],
        nextCursor: undefined,
      });
    });

    test('refuses a second token of an id or a hash, and keeps nothing of it', async () => {
      const record = await insert(store);
      const other = createRecord();
      const hash = `hash of ${record.id}`;
      await expect(store.insert(record, 'other', toAudit(record.id))).rejects.toThrow();
      await expect(store.insert(other, hash, toAudit(other.id))).rejects.toThrow();
      expect((await store.audit(undefined, { limit: 10 })).items).toHaveLength(1);
      expect(await store.get(other.id)).toBeUndefined();
    });

    describe('lists', () => {
      test('newest first, by every filter', async () => {
        const old = await insert(store, { createdAt: after(-60), permission: 'ANONYMOUS' });
        const user = await insert(store, {
          createdAt: after(1),
          permission: 'USER',
          userEmail: 'ada@example.com',
          scopes: ['CHAT', 'SEARCH'],
        });
        const expired = await insert(store, { createdAt: after(2), expiresAt: NOW });
        const lasting = await insert(store, { createdAt: after(3), expiresAt: after(1) });
        const revoked = await insert(store, { createdAt: after(4), scopes: ['search', 'CHATTER'] });
        await store.revoke(toAudit(revoked.id, 'revoked'));
        const list = async (filter: TokenFilter) =>
          (await store.list(filter, { limit: 10 }, NOW)).items.map(({ id }) => id);

        expect(await list({})).toEqual([revoked, lasting, expired, user, old].map(({ id }) => id));
        expect(await list({ permission: 'ANONYMOUS' })).toEqual([old.id]);
        expect(await list({ status: 'active' })).toEqual([lasting.id, user.id, old.id]);
        expect(await list({ status: 'expired' })).toEqual([expired.id]);
        expect(await list({ status: 'revoked' })).toEqual([revoked.id]);
        expect(await list({ scope: 'CHAT' })).toEqual([user.id]);
        expect(await list({ scope: 'search' })).toEqual([revoked.id]);
        expect(await list({ scope: '%' })).toEqual([]);
        expect(await list({ userEmail: 'ada@example.com' })).toEqual([user.id]);
        expect(await list({ userEmail: 'ada' })).toEqual([]);
        expect(await list({ userEmail: 'ADA@Example.com' })).toEqual([user.id]);
        expect(await list({ userEmail: '%@example.com' })).toEqual([]);
        expect(await list({ permission: 'GLOBAL', status: 'active' })).toEqual([lasting.id]);
      });

      test('by text in the description, in any case and with no character special', async () => {
        const texts = ['100% sure', '100 sure', 'snake_case', 'snakeXcase', 'back\\slash', 'ÉCOLE'];
        for (const description of texts) await insert(store, { description });
        const search = async (text: string) => {
          const { items } = await store.list({ search: text }, { limit: 10 }, NOW);
          return items.map(({ description }) => description).sort();
        };

        expect(await search('SURE')).toEqual(['100 sure', '100% sure']);
        expect(await search('0%')).toEqual(['100% sure']);
        expect(await search('e_C')).toEqual(['snake_case']);
        expect(await search('k\\s')).toEqual(['back\\slash']);
        expect(await search('école')).toEqual(['ÉCOLE']);
        expect(await search('')).toHaveLength(6);
        expect(await search("' or 1=1 --")).toEqual([]);
      });

      test('every token once, whatever is inserted between two pages', async () => {
        const before = await Promise.all(
          Array.from({ length: 23 }, (_, i) => insert(store, { createdAt: after(i % 5) })),
        );
        const seen = await readPages(
          (page) => store.list({}, page, NOW),
          5,
          () => insert(store, { createdAt: after(100) }),
        );
        const ids = seen.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect([...ids].sort()).toEqual(before.map(({ id }) => id).sort());
      });

      test('no next page after a last one that is full', async () => {
        for (let i = 0; i < 4; i++) await insert(store);
        const first = await store.list({}, { limit: 2 }, NOW);
        const second = await store.list({}, { limit: 2, cursor: first.nextCursor }, NOW);
        expect(first.nextCursor).toBeDefined();
        expect(second.items).toHaveLength(2);
        expect(second.nextCursor).toBeUndefined();
      });

      test.each(['', '.', 'x', '-1', '1e400', ' 1', '1.', '\0', '1.\0', 'NaN.x', "1.' or 1=1 --"])(
        'nothing for the cursor %j, which no page gave out',
        async (cursor) => {
          await insert(store);
          const page = { limit: 10, cursor };
          await expect(store.list({}, page, NOW)).rejects.toMatchObject({ code: 'invalid' });
          await expect(store.audit(undefined, page)).rejects.toMatchObject({ code: 'invalid' });
        },
      );
    });

    test('revokes once, and keeps the time of it', async () => {
      const { id } = await insert(store);
      expect(await store.revoke(toAudit(id, 'revoked', after(1)))).toBe(true);
      expect(await store.revoke(toAudit(id, 'revoked', after(2)))).toBe(false);
      expect((await store.get(id))?.revokedAt).toEqual(after(1));
      expect((await store.find([`hash of ${id}`]))?.record.revokedAt).toEqual(after(1));
    });

    describe('rotates', () => {
      test('so that both secrets are found, the old one as the previous', async () => {
        const { id } = await insert(store);
        expect(await store.rotate(toAudit(id, 'rotated'), 'second', after(60))).toBe(true);
        const old = await store.find([`hash of ${id}`]);
        expect(old).toMatchObject({ isPrevious: true, record: { previousExpiresAt: after(60) } });
        expect(await store.find(['second'])).toMatchObject({ isPrevious: false, record: { id } });
      });

      test('twice in the overlap, which ends the first secret', async () => {
        const { id } = await insert(store);
        await store.rotate(toAudit(id, 'rotated'), 'second', after(60));
        await store.rotate(toAudit(id, 'rotated'), 'third', after(90));
        expect(await store.find([`hash of ${id}`])).toBeUndefined();
        expect(await store.find(['second'])).toMatchObject({ isPrevious: true });
        expect(await store.find(['third'])).toMatchObject({ isPrevious: false });
      });

      test('neither a revoked nor an expired token', async () => {
        const revoked = await insert(store);
        await store.revoke(toAudit(revoked.id, 'revoked'));
        const expired = await insert(store, { expiresAt: NOW });
        for (const { id } of [revoked, expired]) {
          expect(await store.rotate(toAudit(id, 'rotated'), 'second', after(60))).toBe(false);
        }
        expect(await store.find(['second'])).toBeUndefined();
      });
    });

    test('replaces a hash by another of the same secret, current or previous', async () => {
      const { id } = await insert(store);
      await store.rotate(toAudit(id, 'rotated'), 'current', after(60));
      await store.rehash('current', 'current again');
      await store.rehash(`hash of ${id}`, 'previous again');
      expect(await store.find(['current', `hash of ${id}`])).toBeUndefined();
      expect(await store.find(['current again'])).toMatchObject({ isPrevious: false });
      expect(await store.find(['previous again'])).toMatchObject({ isPrevious: true });
    });

    test('never moves the time of the last use back', async () => {
      const { id } = await insert(store);
      const other = await insert(store);
      await store.touch(
        new Map([
          [id, after(2)],
          [other.id, after(1)],
        ]),
      );
      await store.touch(new Map([[id, after(1)]]));
      expect((await store.get(id))?.lastUsedAt).toEqual(after(2));
      expect((await store.get(other.id))?.lastUsedAt).toEqual(after(1));
    });

    test('notes the last use of more tokens than fit into one statement, known or not', async () => {
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
        expect((await store.get(id))?.lastUsedAt).toEqual(after(i + 1));
      }
    });

    test('lets many note the same tokens at once, in whatever order they used them', async () => {
      const tokens = await Promise.all(Array.from({ length: 50 }, () => insert(store)));
      const uses = tokens.map(({ id }) => [id, after(1)] as const);
      const touches = Array.from({ length: 10 }, (_, i) =>
        store.touch(new Map(i % 2 === 0 ? uses : [...uses].reverse())),
      );
      await Promise.all(touches);
      for (const { id } of tokens) expect((await store.get(id))?.lastUsedAt).toEqual(after(1));
    });

    test('keeps an audit trail of every change, newest first, in pages', async () => {
      const { id } = await insert(store);
      const other = await insert(store);
      await store.rotate(toAudit(id, 'rotated', after(1)), 'second', after(60));
      await store.revoke(toAudit(id, 'revoked', after(2)));
      await store.revoke(toAudit(id, 'revoked', after(3)));
      const trail = [
        toAudit(id, 'revoked', after(2)),
        toAudit(id, 'rotated', after(1)),
        toAudit(id),
      ];
      expect(await readPages((page) => store.audit(id, page), 2)).toEqual(trail);
      const all = await readPages(
        (page) => store.audit(undefined, page),
        1,
        () => insert(store),
      );
      expect(all).toEqual([...trail.slice(0, 2), toAudit(other.id), toAudit(id)]);
    });

    test('tells of every change that takes something away, until nobody listens', async () => {
      const heard: TokenChange[] = [];
      const { id } = await insert(store);
      const stop = store.onChange((change) => heard.push(change));
      await store.rotate(toAudit(id, 'rotated'), 'second', after(60));
      expect(heard).toContain(id);
      heard.length = 0;
      await store.revoke(toAudit(id, 'revoked'));
      expect(heard).toContain(id);
      heard.length = 0;
      stop();
      const other = await insert(store);
      await store.revoke(toAudit(other.id, 'revoked'));
      expect(heard).toEqual([]);
    });

    test('tells everybody, and changes what it is asked to, even if one who listens fails', async () => {
      const heard: TokenChange[] = [];
      const { id } = await insert(store);
      store.onChange(() => {
        throw new Error('the listener failed');
      });
      store.onChange(async () => {
        throw new Error('the listener failed later');
      });
      store.onChange((change) => heard.push(change));
      expect(await store.rotate(toAudit(id, 'rotated'), 'second', after(60))).toBe(true);
      expect(await store.revoke(toAudit(id, 'revoked'))).toBe(true);
      expect(heard.filter((change) => change === id).length).toBeGreaterThanOrEqual(2);
    });

    test('ends in one state after 50 rotations and revocations at once', async () => {
      const { id } = await insert(store);
      const hashes = Array.from({ length: 49 }, (_, i) => `secret ${i}`);
      const rotations = hashes.map((hash) =>
        store.rotate(toAudit(id, 'rotated'), hash, after(60)).then((done) => (done ? hash : '')),
      );
      const revocations = [1, 2, 3].map(() => store.revoke(toAudit(id, 'revoked')));
      const done = (await Promise.all(rotations)).filter((hash) => hash !== '');
      const revoked = (await Promise.all(revocations)).filter(Boolean);

      expect(revoked).toHaveLength(1);
      const trail = await readPages((page) => store.audit(id, page), 50);
      expect(trail.filter(({ action }) => action === 'rotated')).toHaveLength(done.length);
      expect(trail[0]?.action).toBe('revoked');
      const found = await Promise.all(
        [`hash of ${id}`, ...hashes].map((hash) => store.find([hash])),
      );
      const alive = found.filter((one) => one !== undefined);
      expect(alive.filter(({ isPrevious }) => !isPrevious)).toHaveLength(1);
      expect(alive.filter(({ isPrevious }) => isPrevious)).toHaveLength(done.length > 0 ? 1 : 0);
      expect(alive.every(({ record }) => record.revokedAt !== undefined)).toBe(true);
    });
  });
}
