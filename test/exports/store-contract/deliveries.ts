import type {
  Delivery,
  DeliveryClaim,
  DeliveryOutcome,
  ExportStore,
  StoredConnection,
  StoredDelivery,
} from '@mandate/exports';
import { PRESENCE_LANE } from '@mandate/exports/store';
import { beforeEach, describe, expect, test } from 'vitest';
import type { OpenStore } from '../open-store.js';
import {
  createConnection,
  createDelivery,
  insertDue,
  NOW_MS,
  readPages,
  SECOND_MS,
} from '../stored.js';

/** What every store does with deliveries. */
export function describeDeliveries(name: string, open: OpenStore): void {
  describe(`deliveries in the ${name} store`, () => {
    let store: ExportStore;
    beforeEach(async () => {
      store = await open();
      await store.insertConnection(createConnection());
    });

    const claim = (overrides: Partial<DeliveryClaim> = {}) =>
      store.claimDeliveries({
        owner: 'worker',
        nowMs: NOW_MS,
        leaseUntilMs: NOW_MS + 60 * SECOND_MS,
        limit: 100,
        perConnection: 100,
        except: [],
        ...overrides,
      });
    const claimIds = async (overrides: Partial<DeliveryClaim> = {}) =>
      (await claim(overrides)).map(({ id }) => id);
    const settle = (id: string, overrides: Partial<DeliveryOutcome> = {}) =>
      store.settleDelivery({
        id,
        owner: 'worker',
        status: 'delivered',
        failure: undefined,
        responseStatus: 204,
        nextAttemptAtMs: undefined,
        countsAsAttempt: true,
        atMs: NOW_MS,
        ...overrides,
      });
    const retry = (id: string, nextAttemptAtMs: number) =>
      settle(id, { status: 'pending', nextAttemptAtMs, failure: 'throttled', responseStatus: 429 });
    const kill = (id: string) =>
      settle(id, { status: 'dead', failure: 'rejected', responseStatus: 400 });

    describe('inserted', () => {
      test('come back as they were, with the text of the event to the letter', async () => {
        const event = ' {"é":"\'quoted\' \\\\ % _ 漢字 🔑", "n": 1.0}\n';
        const full = createDelivery('full', {
          event,
          attempts: 3,
          failure: 'throttled',
          responseStatus: 429,
          nextAttemptAt: new Date(NOW_MS + 1),
        });
        const bare = createDelivery('bare', { nextAttemptAt: new Date(NOW_MS) });
        await store.insertDeliveries([full, bare]);
        expect(await store.getDelivery('full')).toEqual(full);
        expect(await store.getDelivery('bare')).toEqual(bare);
        expect(await store.getDelivery('absent')).toBeUndefined();
        await store.insertDeliveries([]);
      });

      test('leave one of their id as it is, and the rest is stored', async () => {
        await insertDue(store, ['a']);
        await claim();
        await settle('a');
        const before = await store.getDelivery('a');
        const again = createDelivery('b', { event: '"again"' });
        await store.insertDeliveries([
          createDelivery('a', { event: '"other"' }),
          createDelivery('b'),
          again,
        ]);
        expect(await store.getDelivery('a')).toEqual(before);
        expect(await store.getDelivery('b')).toEqual(createDelivery('b'));
        expect(await claimIds()).toEqual(['b']);
      });

      test('are all refused if one is not pending', async () => {
        for (const status of ['delivered', 'dead'] as const) {
          const deliveries = [createDelivery('a'), createDelivery('b', { status })];
          await expect(store.insertDeliveries(deliveries)).rejects.toThrow(TypeError);
        }
        expect(await store.getDelivery('a')).toBeUndefined();
      });

      test('by many at once are there once, each caller in its order', async () => {
        const lists = Array.from({ length: 10 }, (_, i) =>
          ['common', `${i} first`, `${i} second`].map((id) =>
            createDelivery(id, { engagementId: id === 'common' ? id : `${i}` }),
          ),
        );
        await Promise.all(lists.map((list) => store.insertDeliveries(list)));
        const first = await claimIds();
        expect([...first].sort()).toEqual(['common', ...lists.map((_, i) => `${i} first`)].sort());
        await Promise.all(first.map((id) => settle(id)));
        expect((await claimIds()).sort()).toEqual(lists.map((_, i) => `${i} second`));
      });

      test('at the same time as one that is refused are stored', async () => {
        const bad = createDelivery('bad', { event: undefined as never });
        const inserted = [createDelivery('a'), bad, createDelivery('b')].map((delivery) =>
          store.insertDeliveries([delivery]).catch(() => {}),
        );
        await Promise.all(inserted);
        expect(await store.getDelivery('a')).toEqual(createDelivery('a'));
        expect(await store.getDelivery('b')).toEqual(createDelivery('b'));
      });

      test('five hundred at once are stored and claimed', async () => {
        const ids = Array.from({ length: 500 }, (_, i) => `delivery ${i}`);
        await insertDue(store, ids);
        expect(await claimIds({ limit: 1000, perConnection: 1000 })).toEqual(ids);
      });
    });

    describe('claimed', () => {
      test('are those longest due, and no more than asked for', async () => {
        await insertDue(store, ['a', 'b', 'c']);
        const late = createDelivery('late', { nextAttemptAt: new Date(NOW_MS - SECOND_MS) });
        await store.insertDeliveries([late]);
        expect(await claimIds({ limit: 2 })).toEqual(['late', 'a']);
        expect(await claimIds({ limit: 2 })).toEqual(['b', 'c']);
        expect(await claimIds({ limit: 2 })).toEqual([]);
      });

      test('come with everything that is stored, as it was before', async () => {
        await store.insertDeliveries([createDelivery('a')]);
        expect(await claim()).toEqual([createDelivery('a')]);
        expect(await store.getDelivery('a')).toEqual(createDelivery('a'));
      });

      test('are due, to the millisecond', async () => {
        const soon = createDelivery('soon', { nextAttemptAt: new Date(NOW_MS + 1) });
        await store.insertDeliveries([soon]);
        expect(await claimIds()).toEqual([]);
        expect(await claimIds({ nowMs: NOW_MS + 1 })).toEqual(['soon']);
      });

      test('may be claimed by another once the lease is over, and not before', async () => {
        await insertDue(store, ['a']);
        const leaseUntilMs = NOW_MS + SECOND_MS;
        expect(await claimIds({ leaseUntilMs })).toEqual(['a']);
        const other = { owner: 'other', leaseUntilMs: NOW_MS + 60 * SECOND_MS };
        expect(await claimIds({ ...other, nowMs: leaseUntilMs - 1 })).toEqual([]);
        expect(await claimIds({ ...other, nowMs: leaseUntilMs + 1 })).toEqual(['a']);
      });

      test('go each to one of several workers', async () => {
        const ids = Array.from({ length: 60 }, (_, i) => `delivery ${i}`);
        await insertDue(store, ids);
        const claimed: string[] = [];
        for (let round = 0; claimed.length < ids.length; round++) {
          expect(round).toBeLessThan(20);
          const owners = ['one', 'two', 'three', 'four'];
          const all = await Promise.all(owners.map((owner) => claimIds({ owner, limit: 5 })));
          claimed.push(...all.flat());
        }
        expect(new Set(claimed).size).toBe(claimed.length);
        expect([...claimed].sort()).toEqual([...ids].sort());
      });

      test.each([
        ['active', {}, true],
        ['degraded', { status: 'degraded', reason: 'receiver_unavailable' }, true],
        ['unauthorized', { status: 'unauthorized' }, false],
        ['needs_reauthorization', { status: 'needs_reauthorization' }, false],
        ['disabled', { status: 'disabled' }, false],
        ['paused', { pausedUntilMs: NOW_MS + 1 }, false],
        ['no longer paused', { pausedUntilMs: NOW_MS }, true],
      ] satisfies [string, Partial<StoredConnection>, boolean][])(
        'of a connection that is %s, or not',
        async (_, connection, areClaimed) => {
          await insertDue(store, ['a']);
          await store.replaceConnection(createConnection({ version: 2, ...connection }));
          expect(await claimIds()).toEqual(areClaimed ? ['a'] : []);
          await store.replaceConnection(createConnection({ version: 3 }));
          expect(await claimIds()).toEqual(areClaimed ? [] : ['a']);
        },
      );

      test('are not those of a connection that is not there', async () => {
        await store.insertDeliveries([createDelivery('a', { connectionId: 'absent' })]);
        expect(await claimIds()).toEqual([]);
      });

      test('are not those of connections that are busy enough', async () => {
        await store.insertConnection(createConnection({ id: 'other' }));
        await store.insertConnection(createConnection({ id: 'third' }));
        await store.insertDeliveries([
          createDelivery('a'),
          createDelivery('b', { connectionId: 'other' }),
          createDelivery('c', { connectionId: 'third' }),
        ]);
        expect(await claimIds({ except: ['crm', 'third', 'absent'] })).toEqual(['b']);
        expect(await claimIds({ except: ["' or 1=1 --"], limit: 10 })).toEqual(['a', 'c']);
      });

      test('are so many of one connection, and leave room for those of others', async () => {
        await store.insertConnection(createConnection({ id: 'other' }));
        await insertDue(store, ['a', 'b', 'c', 'd']);
        await store.insertDeliveries([
          createDelivery('e', { connectionId: 'other' }),
          createDelivery('f', { connectionId: 'other' }),
        ]);
        expect(await claimIds({ limit: 3, perConnection: 2 })).toEqual(['a', 'b', 'e']);
        expect(await claimIds({ limit: 3, perConnection: 1 })).toEqual(['c', 'f']);
      });

      test('are, of the engagements of a degraded connection, only the one inserted last', async () => {
        const connection = createConnection({ status: 'degraded', reason: 'receiver_unavailable' });
        await store.replaceConnection({ ...connection, version: 2 });
        await store.insertDeliveries([createDelivery('a')]);
        await insertDue(store, ['b', 'c']);
        await store.insertDeliveries([
          createDelivery('after a', { engagementId: 'engagement of a' }),
          createDelivery('later', { nextAttemptAt: new Date(NOW_MS + SECOND_MS) }),
        ]);
        await store.insertDeliveries([createDelivery('p', { engagementId: PRESENCE_LANE })]);
        expect(await claimIds()).toEqual(['c', 'p']);
        expect(await claimIds({ owner: 'other' })).toEqual(['b']);
        await store.replaceConnection({ ...createConnection(), version: 3 });
        expect(await claimIds()).toEqual(['a']);
      });

      test('are not held up by those of a connection that takes none', async () => {
        await store.insertConnection(
          createConnection({ id: 'paused', pausedUntilMs: NOW_MS + SECOND_MS }),
        );
        const held = Array.from({ length: 50 }, (_, i) =>
          createDelivery(`held ${i}`, { connectionId: 'paused', nextAttemptAt: new Date(0) }),
        );
        await store.insertDeliveries([...held, createDelivery('a')]);
        expect(await claimIds({ limit: 1 })).toEqual(['a']);
      });
    });

    describe('of one engagement', () => {
      const insertLane = (ids: readonly string[], overrides: Partial<StoredDelivery> = {}) =>
        store.insertDeliveries(
          ids.map((id) => createDelivery(id, { engagementId: 'one', ...overrides })),
        );

      test('are claimed one at a time, as they were inserted', async () => {
        await insertLane(['1', '2']);
        await insertLane(['3'], { nextAttemptAt: new Date(NOW_MS - SECOND_MS) });
        for (const id of ['1', '2', '3']) {
          expect(await claimIds()).toEqual([id]);
          expect(await claimIds({ owner: 'other' })).toEqual([]);
          await settle(id);
        }
        expect(await claimIds()).toEqual([]);
      });

      test('wait while the first is to be tried again, and no others do', async () => {
        await insertLane(['1', '2']);
        await claim();
        await retry('1', NOW_MS + SECOND_MS);
        await insertLane(['3']);
        await insertDue(store, ['other']);
        await store.insertConnection(createConnection({ id: 'second' }));
        await insertLane(['elsewhere'], { connectionId: 'second' });
        expect([...(await claimIds())].sort()).toEqual(['elsewhere', 'other']);
        const nowMs = NOW_MS + SECOND_MS;
        for (const id of ['1', '2', '3']) {
          expect(await claimIds({ nowMs })).toEqual([id]);
          await settle(id, { atMs: nowMs });
        }
      });

      test('wait for one that is not due yet', async () => {
        await insertLane(['1'], { nextAttemptAt: new Date(NOW_MS + SECOND_MS) });
        await insertLane(['2']);
        expect(await claimIds()).toEqual([]);
        expect(await claimIds({ nowMs: NOW_MS + SECOND_MS })).toEqual(['1']);
      });

      test('do not wait for a dead one', async () => {
        await insertLane(['1', '2']);
        await claim();
        await kill('1');
        expect(await claimIds()).toEqual(['2']);
      });

      test('wait for one whose lease is over, and which is first', async () => {
        await insertLane(['1', '2']);
        const leaseUntilMs = NOW_MS + SECOND_MS;
        expect(await claimIds({ leaseUntilMs })).toEqual(['1']);
        const nowMs = leaseUntilMs + 1;
        expect(await claimIds({ owner: 'other', nowMs, leaseUntilMs: nowMs + 1 })).toEqual(['1']);
      });

      test('are presence updates, however many: they cost no more than a few', async () => {
        const lane = { engagementId: PRESENCE_LANE, exportType: PRESENCE_LANE };
        const insertMany = async (connectionId: string, count: number) => {
          await store.insertConnection(createConnection({ id: connectionId }));
          const one = (i: number) =>
            createDelivery(`${connectionId}-${i}`, { ...lane, connectionId });
          await store.insertDeliveries(Array.from({ length: count }, (_, i) => one(i)));
        };
        await insertMany('few', 20);
        await insertMany('many', 30_000);
        const measure = async (connectionId: string, except: string): Promise<number> => {
          const start = performance.now();
          for (let i = 0; i < 10; i++) {
            expect(await claimIds({ except: [except] })).toEqual([`${connectionId}-${i}`]);
            expect(await claimIds({ except: [except] })).toEqual([]);
            await settle(`${connectionId}-${i}`);
          }
          expect(await claimIds({ except: [except] })).toEqual([`${connectionId}-10`]);
          await retry(`${connectionId}-10`, NOW_MS + SECOND_MS);
          return performance.now() - start;
        };
        await insertDue(store, ['other']);
        await claim({ except: ['few', 'many'] });
        const few = await measure('few', 'many');
        const many = await measure('many', 'few');
        // They are more than a thousand times as many. The store in memory looks at everything.
        if (name !== 'memory') expect(many).toBeLessThan(4 * few + 200);
        const nowMs = NOW_MS + SECOND_MS;
        expect((await claimIds({ nowMs })).sort()).toEqual(['few-10', 'many-10']);
      });

      test('are due as soon as the first has gone, also if it was given back and taken at once', async () => {
        const lanes = Array.from({ length: 60 }, (_, i) => `lane ${i}`);
        for (const engagementId of lanes) {
          const one = (id: string) => createDelivery(`${engagementId} ${id}`, { engagementId });
          await store.insertDeliveries([one('first'), one('second'), one('third')]);
        }
        const givenBack = new Set<string>();
        const work = async (owner: string) => {
          for (let idle = 0; idle < 20; idle++) {
            await new Promise(setImmediate);
            const claimed = await claim({ owner, limit: 10 });
            if (claimed.length > 0) idle = 0;
            await Promise.all(
              claimed.map(async ({ id }) => {
                const isBack = givenBack.size === givenBack.add(id).size;
                const nextAttemptAtMs = isBack ? undefined : NOW_MS;
                const status = isBack ? 'delivered' : 'pending';
                expect(await settle(id, { owner, status, nextAttemptAtMs })).toBe(true);
              }),
            );
          }
        };
        await Promise.all(['one', 'two', 'three', 'four'].map(work));
        const left = await store.listDeliveries({ status: 'pending' }, { limit: 200 });
        expect(left.items).toEqual([]);
      });

      test('keep their order under several workers at once', async () => {
        const lanes = ['x', 'y', PRESENCE_LANE];
        const ids = Array.from({ length: 10 }, (_, i) => lanes.map((lane) => `${lane}${i}`)).flat();
        for (const id of ids) {
          await store.insertDeliveries([createDelivery(id, { engagementId: id.slice(0, -1) })]);
        }
        const settled: string[] = [];
        const work = async (owner: string) => {
          while (settled.length < ids.length) {
            // A store may need a turn of the event loop, and one that does not would never leave any.
            await new Promise(setImmediate);
            for (const { id } of await claim({ owner, limit: 2 })) {
              expect(await settle(id, { owner })).toBe(true);
              settled.push(id);
            }
          }
        };
        await Promise.all(['one', 'two', 'three', 'four'].map(work));
        expect(settled).toHaveLength(ids.length);
        for (const lane of lanes) {
          const order = settled.filter((id) => id.startsWith(lane));
          expect(order).toEqual(ids.filter((id) => id.startsWith(lane)));
        }
      });
    });

    describe('settled', () => {
      beforeEach(async () => {
        await insertDue(store, ['a']);
        await claim();
      });
      const read = async (): Promise<Partial<StoredDelivery> | undefined> => store.getDelivery('a');

      test('as delivered say when, and are not claimed again', async () => {
        expect(await settle('a', { atMs: NOW_MS + 5 })).toBe(true);
        expect(await read()).toMatchObject({
          status: 'delivered',
          attempts: 1,
          failure: undefined,
          responseStatus: 204,
          nextAttemptAt: undefined,
          deliveredAt: new Date(NOW_MS + 5),
        });
        expect(await claimIds({ nowMs: NOW_MS + 3600 * SECOND_MS })).toEqual([]);
      });

      test('as dead say why, and are not claimed again', async () => {
        expect(await kill('a')).toBe(true);
        expect(await read()).toMatchObject({
          status: 'dead',
          attempts: 1,
          failure: 'rejected',
          responseStatus: 400,
          nextAttemptAt: undefined,
          deliveredAt: undefined,
        });
        expect(await claimIds({ nowMs: NOW_MS + 3600 * SECOND_MS })).toEqual([]);
      });

      test('as pending are due when the outcome says', async () => {
        const nextAttemptAtMs = NOW_MS + SECOND_MS;
        expect(await retry('a', nextAttemptAtMs)).toBe(true);
        expect(await read()).toMatchObject({
          status: 'pending',
          attempts: 1,
          failure: 'throttled',
          responseStatus: 429,
          nextAttemptAt: new Date(nextAttemptAtMs),
        });
        expect(await claimIds({ nowMs: nextAttemptAtMs - 1 })).toEqual([]);
        expect(await claimIds({ nowMs: nextAttemptAtMs })).toEqual(['a']);
      });

      test('are due at a whole millisecond, and not before what was said', async () => {
        expect(await retry('a', NOW_MS + 0.25)).toBe(true);
        expect(await read()).toMatchObject({ nextAttemptAt: new Date(NOW_MS + 1) });
        expect(await claimIds()).toEqual([]);
        expect(await claimIds({ nowMs: NOW_MS + 1 })).toEqual(['a']);
      });

      test('forget the failure before, and count only attempts that count', async () => {
        await retry('a', NOW_MS);
        await claim();
        await settle('a', {
          status: 'pending',
          nextAttemptAtMs: NOW_MS,
          countsAsAttempt: false,
          responseStatus: undefined,
        });
        expect(await read()).toMatchObject({
          attempts: 1,
          failure: undefined,
          responseStatus: undefined,
        });
        await claim();
        await settle('a');
        expect(await read()).toMatchObject({ attempts: 2, failure: undefined });
      });

      test('without the lease change nothing', async () => {
        const before = await store.getDelivery('a');
        expect(await settle('a', { owner: 'other' })).toBe(false);
        expect(await settle('absent')).toBe(false);
        expect(await store.getDelivery('a')).toEqual(before);
      });

      test('after another took over the lease change nothing', async () => {
        const nowMs = NOW_MS + 61 * SECOND_MS;
        expect(await claimIds({ owner: 'other', nowMs, leaseUntilMs: nowMs + 1 })).toEqual(['a']);
        const before = await store.getDelivery('a');
        expect(await settle('a')).toBe(false);
        expect(await kill('a')).toBe(false);
        expect(await retry('a', NOW_MS)).toBe(false);
        expect(await store.getDelivery('a')).toEqual(before);
        expect(await settle('a', { owner: 'other' })).toBe(true);
      });

      test('count although late, if nobody took over the lease', async () => {
        expect(await settle('a', { atMs: NOW_MS + 61 * SECOND_MS })).toBe(true);
      });

      test('are settled once, whoever tries again', async () => {
        const all = await Promise.all(Array.from({ length: 10 }, () => settle('a')));
        expect(all.filter(Boolean)).toHaveLength(1);
        expect(await settle('a')).toBe(false);
        expect(await read()).toMatchObject({ attempts: 1 });
      });

      test('suffer from no fault of another that is settled at the same time', async () => {
        // PostgreSQL refuses text with this character, wherever it stands in a statement.
        const other = settle('\0').catch(() => false);
        const delivered = settle('a');
        const again = settle('a', { owner: 'other' });
        expect(await Promise.all([other, delivered, again])).toEqual([false, true, false]);
        expect(await read()).toMatchObject({ status: 'delivered', attempts: 1 });
      });

      test('end the lease: what is to be tried again is settled by who claims it', async () => {
        await retry('a', NOW_MS);
        expect(await settle('a')).toBe(false);
        expect(await claimIds({ owner: 'other' })).toEqual(['a']);
        expect(await settle('a', { owner: 'other' })).toBe(true);
      });
    });

    describe('replayed', () => {
      beforeEach(async () => {
        await insertDue(store, ['a']);
        await claim();
      });

      test('are pending again, due at once, their attempts forgotten', async () => {
        await kill('a');
        const nowMs = NOW_MS + 3600 * SECOND_MS;
        expect(await store.replayDelivery('a', nowMs)).toBe(true);
        expect(await store.getDelivery('a')).toEqual(
          createDelivery('a', { nextAttemptAt: new Date(nowMs) }),
        );
        expect(await store.replayDelivery('a', nowMs)).toBe(false);
        expect(await claimIds({ nowMs })).toEqual(['a']);
        expect(await settle('a')).toBe(true);
      });

      test('only if they are dead', async () => {
        expect(await store.replayDelivery('a', NOW_MS)).toBe(false);
        expect(await claimIds()).toEqual([]);
        await settle('a');
        const delivered = await store.getDelivery('a');
        expect(await store.replayDelivery('a', NOW_MS)).toBe(false);
        expect(await store.getDelivery('a')).toEqual(delivered);
        expect(await store.replayDelivery('absent', NOW_MS)).toBe(false);
      });

      test('go before later ones of their engagement', async () => {
        await kill('a');
        const engagementId = createDelivery('a').engagementId;
        await store.insertDeliveries([createDelivery('b', { engagementId })]);
        await store.replayDelivery('a', NOW_MS + 1);
        expect(await claimIds()).toEqual([]);
        expect(await claimIds({ nowMs: NOW_MS + 1 })).toEqual(['a']);
      });

      test('by exactly one of many that try at once', async () => {
        await kill('a');
        const all = await Promise.all(
          Array.from({ length: 10 }, () => store.replayDelivery('a', NOW_MS)),
        );
        expect(all.filter(Boolean)).toHaveLength(1);
      });
    });

    describe('listed', () => {
      const listIds = async (filter: Parameters<ExportStore['listDeliveries']>[0]) =>
        (await store.listDeliveries(filter, { limit: 200 })).items.map(({ id }) => id);

      test('newest first, by every filter', async () => {
        await insertDue(store, ['a', 'b', 'c']);
        await claim();
        await settle('a');
        await kill('b');
        await store.insertDeliveries([createDelivery('d', { connectionId: 'other' })]);
        const { engagementId } = createDelivery('a');
        await store.insertDeliveries([createDelivery('e', { engagementId })]);

        expect(await listIds({})).toEqual(['e', 'd', 'c', 'b', 'a']);
        expect(await listIds({ status: 'pending' })).toEqual(['e', 'd', 'c']);
        expect(await listIds({ status: 'dead' })).toEqual(['b']);
        expect(await listIds({ status: 'delivered' })).toEqual(['a']);
        expect(await listIds({ connectionId: 'crm' })).toEqual(['e', 'c', 'b', 'a']);
        expect(await listIds({ connectionId: 'other', status: 'dead' })).toEqual([]);
        expect(await listIds({ engagementId })).toEqual(['e', 'a']);
        expect(await listIds({ engagementId, status: 'pending', connectionId: 'crm' })).toEqual([
          'e',
        ]);
        expect(await listIds({ engagementId: '%' })).toEqual([]);
      });

      test('without what they carry', async () => {
        await store.insertDeliveries([createDelivery('a')]);
        const { event: _, ...delivery } = createDelivery('a');
        expect(await store.listDeliveries({}, { limit: 1 })).toEqual({
          items: [delivery],
          nextCursor: undefined,
        });
      });

      test('every one once, whatever happens between two pages', async () => {
        const ids = Array.from({ length: 23 }, (_, i) => `delivery ${i}`);
        await insertDue(store, ids);
        await claim();
        let page = 0;
        const seen: readonly Delivery[] = await readPages(
          (request) => store.listDeliveries({ connectionId: 'crm' }, request),
          5,
          async () => {
            await store.insertDeliveries([createDelivery(`new ${page}`)]);
            await settle(`delivery ${page}`);
            page++;
          },
        );
        expect(seen.map(({ id }) => id)).toEqual([...ids].reverse());
      });

      test('none by an id that cannot be one', async () => {
        await store.insertDeliveries([createDelivery('a')]);
        expect(await store.getDelivery('a\0')).toBeUndefined();
        expect(await store.replayDelivery('a\0', NOW_MS)).toBe(false);
        for (const filter of [{ connectionId: 'crm\0' }, { engagementId: '\0' }]) {
          expect(await store.listDeliveries(filter, { limit: 10 })).toEqual({ items: [] });
        }
      });

      test('no next page after a last one that is full', async () => {
        await insertDue(store, ['a', 'b', 'c', 'd']);
        const first = await store.listDeliveries({}, { limit: 2 });
        const second = await store.listDeliveries({}, { limit: 2, cursor: first.nextCursor });
        expect(first.nextCursor).toBeDefined();
        expect(second.items).toHaveLength(2);
        expect(second.nextCursor).toBeUndefined();
      });

      test.each(['', '.', 'x', '-1', '1e400', ' 1', '1.', '\0', '1\0', "1' or 1=1 --"])(
        'nothing for the cursor %j, which no page gave out',
        async (cursor) => {
          await insertDue(store, ['a']);
          const listing = store.listDeliveries({}, { limit: 10, cursor });
          await expect(listing).rejects.toMatchObject({ name: 'ExportError', code: 'invalid' });
        },
      );
    });

    describe('removed', () => {
      test('are those delivered before, and at most so many', async () => {
        await insertDue(store, ['a', 'b', 'c', 'd', 'dead', 'pending']);
        await claim();
        for (const id of ['a', 'b', 'c']) await settle(id, { atMs: NOW_MS });
        await settle('d', { atMs: NOW_MS + SECOND_MS });
        await kill('dead');
        const before = NOW_MS + SECOND_MS;
        expect(await store.removeDelivered(NOW_MS, 10)).toBe(0);
        expect(await store.removeDelivered(before, 2)).toBe(2);
        expect(await store.removeDelivered(before, 2)).toBe(1);
        expect(await store.removeDelivered(before, 2)).toBe(0);
        const left = await store.listDeliveries({}, { limit: 10 });
        expect(left.items.map(({ id }) => id)).toEqual(['pending', 'dead', 'd']);
        expect(await store.getDelivery('a')).toBeUndefined();
      });
    });
  });
}
