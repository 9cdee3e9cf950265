import { equal } from 'node:assert/strict';
import { assertMembers, assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import type { StoredDelivery } from '../store/stored-delivery.js';
import { createDeliveryDriver, type DeliveryDriver } from './delivery-driver.js';
import { createConnection, createDelivery, NOW_MS, SECOND_MS } from './stored-records.js';

/** Other content of the event of `first`, or a revision of it. */
function createCorrection(id: string, overrides: Partial<StoredDelivery> = {}): StoredDelivery {
  const engagementId = 'one';
  const nextAttemptAt = new Date(NOW_MS + 1);
  return createDelivery(id, { dedupeKey: 'key', engagementId, nextAttemptAt, ...overrides });
}

const FIRST = createCorrection('first', { nextAttemptAt: new Date(NOW_MS) });
const SECOND = createCorrection('second');
const REVISION = createCorrection('revision', { dedupeKey: 'revised', revision: 2 });
const LATER_MS = NOW_MS + 3600 * SECOND_MS;

/** What became of the first one, and whether it can be replaced. */
const STATES: readonly (readonly [
  string,
  (driver: DeliveryDriver) => Promise<unknown>,
  boolean,
])[] = [
  ['was never claimed', async () => {}, true],
  ['is dead', (driver) => driver.claim().then(() => driver.kill('first')), true],
  ['is being sent', (driver) => driver.claim(), false],
  ['is retried', (driver) => driver.claim().then(() => driver.retry('first', NOW_MS)), false],
  ['was delivered', (driver) => driver.claim().then(() => driver.settle('first')), false],
];

const STATE_TESTS = Object.fromEntries(
  STATES.map(([state, reach, isReplaced]) => [
    `${isReplaced ? 'replaces' : 'conflicts with'} one that ${state}`,
    async (driver: DeliveryDriver) => {
      const { store } = driver;
      assertStored(await store.insertDeliveries([FIRST]), []);
      await reach(driver);
      const before = await store.getDelivery('first');
      assertStored(await store.insertDeliveries([SECOND]), isReplaced ? [] : ['second']);
      assertStored(await store.getDelivery('first'), isReplaced ? undefined : before);
      assertStored(await store.getDelivery('second'), isReplaced ? SECOND : undefined);
      if (!isReplaced) return;
      // The same again is not another correction.
      assertStored(await store.insertDeliveries([SECOND]), []);
      assertStored(await driver.claimIds(), []);
      assertStored(await driver.claimIds({ nowMs: NOW_MS + 1 }), ['second']);
      equal(await driver.settle('first'), false);
      equal(await driver.settle('second'), true);
    },
  ]),
);

export const CORRECTION_TESTS = createTestGroup('a corrected delivery', createDeliveryDriver, {
  ...STATE_TESTS,

  async 'keeps its place before later ones of its engagement'(driver) {
    const end = createCorrection('end', { dedupeKey: 'other', nextAttemptAt: new Date(NOW_MS) });
    await driver.store.insertDeliveries([FIRST, end]);
    await driver.store.insertDeliveries([SECOND]);
    assertStored(await driver.claimIds({ nowMs: LATER_MS }), ['second']);
    await driver.settle('second');
    assertStored(await driver.claimIds({ nowMs: LATER_MS }), ['end']);
  },

  async 'is not stored if another one of its call conflicts'(driver) {
    const { store } = driver;
    await store.insertConnection(createConnection({ id: 'other' }));
    const dead = createCorrection('dead', { dedupeKey: 'third' });
    await store.insertDeliveries([FIRST, createDelivery('x')]);
    await store.insertDeliveries([dead]);
    await driver.claim();
    await driver.settle('first');
    const fresh = createDelivery('fresh', { connectionId: 'other' });
    const again = createCorrection('again', { dedupeKey: 'third' });
    assertStored(await store.insertDeliveries([again, SECOND, fresh]), ['second']);
    for (const id of ['again', 'second', 'fresh']) equal(await store.getDelivery(id), undefined);
    assertMembers(await store.getDelivery('dead'), { status: 'pending' });
    assertStored(await store.insertDeliveries([again, fresh]), []);
  },

  async 'is one of several that are inserted at the same time'({ store }) {
    const ids = Array.from({ length: 10 }, (_, index) => `correction ${index}`);
    const others = ids.map((id) => store.insertDeliveries([createDelivery(`other ${id}`)]));
    const results = await Promise.all(
      ids.map((id) => store.insertDeliveries([createCorrection(id)])),
    );
    // None was claimed meanwhile, so each replaced the one before.
    assertStored(
      results,
      ids.map(() => []),
    );
    const { items } = await store.listDeliveries({ engagementId: 'one' }, { limit: 200 });
    equal(items.length, 1);
    assertStored(
      await Promise.all(others),
      ids.map(() => []),
    );
  },

  async 'conflicts, or is claimed instead of the original, while workers claim'(driver) {
    const { store } = driver;
    const keys = Array.from({ length: 60 }, (_, index) => `key ${index}`);
    const create = (dedupeKey: string, content: string) =>
      createDelivery(`${dedupeKey} ${content}`, { dedupeKey, engagementId: dedupeKey });
    await store.insertDeliveries(keys.map((key) => create(key, 'wrong')));
    const claimed: string[] = [];
    const claim = async (owner: string): Promise<void> => {
      for (let i = 0; i < 6; i++) claimed.push(...(await driver.claimIds({ owner, limit: 5 })));
    };
    const correct = async (key: string): Promise<string> => {
      const conflicts = await store.insertDeliveries([create(key, 'right')]);
      return conflicts.length === 0 ? `${key} right` : `${key} wrong`;
    };
    const work = Promise.all(['one', 'two'].map(claim));
    const expected = await Promise.all(keys.map(correct));
    await work;
    claimed.push(...(await driver.claimIds()));
    assertStored([...claimed].sort(), [...expected].sort());
  },

  async 'is delivered after the original if it is a revision'(driver) {
    const { store } = driver;
    await store.insertDeliveries([FIRST]);
    await driver.claim();
    assertStored(await store.insertDeliveries([REVISION]), []);
    assertStored(await store.getDelivery('revision'), REVISION);
    assertStored(await driver.claimIds({ nowMs: NOW_MS + 1 }), []);
    await driver.retry('first', NOW_MS + SECOND_MS);
    assertStored(await driver.claimIds({ nowMs: NOW_MS + 1 }), []);
    assertStored(await driver.claimIds({ nowMs: LATER_MS }), ['first']);
    await driver.settle('first');
    assertStored(await driver.claimIds({ nowMs: LATER_MS }), ['revision']);
  },

  async 'conflicts with a higher revision, also if the original is dead or gone'(driver) {
    const { store } = driver;
    await store.insertDeliveries([FIRST]);
    await driver.claim();
    await driver.kill('first');
    await store.insertDeliveries([REVISION]);
    const older = createCorrection('older', { dedupeKey: 'older', revision: 1 });
    const unseen = createCorrection('unseen', { dedupeKey: 'unseen' });
    for (const stale of [SECOND, older, unseen]) {
      assertStored(await store.insertDeliveries([stale]), [stale.id]);
      equal(await store.getDelivery(stale.id), undefined);
    }
    equal(await store.replayDelivery('first', NOW_MS), false);
    const elsewhere = [
      createCorrection('start', { dedupeKey: 'start', exportType: 'engagement_start' }),
      createCorrection('elsewhere', { dedupeKey: 'elsewhere', connectionId: 'other' }),
      createDelivery('another'),
      createCorrection('newer', { dedupeKey: 'newer', revision: 3 }),
    ];
    for (const one of elsewhere) assertStored(await store.insertDeliveries([one]), []);
  },
});
