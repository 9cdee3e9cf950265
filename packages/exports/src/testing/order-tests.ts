import { equal } from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import { PRESENCE_LANE } from '../store/export-store.js';
import type { StoredDelivery } from '../store/stored-delivery.js';
import { createDeliveryDriver, type DeliveryDriver } from './delivery-driver.js';
import { createConnection, createDelivery, NOW_MS, SECOND_MS } from './stored-records.js';

const WORKERS = ['one', 'two', 'three', 'four'];

/** Inserts deliveries of one engagement. */
async function insertLane(
  { store }: DeliveryDriver,
  ids: readonly string[],
  overrides: Partial<StoredDelivery> = {},
): Promise<void> {
  await store.insertDeliveries(
    ids.map((id) => createDelivery(id, { engagementId: 'one', ...overrides })),
  );
}

export const ORDER_TESTS = createTestGroup('a delivery of an engagement', createDeliveryDriver, {
  async 'is claimed after the one before is settled, in the order of insertion'(driver) {
    await insertLane(driver, ['1', '2']);
    await insertLane(driver, ['3'], { nextAttemptAt: new Date(NOW_MS - SECOND_MS) });
    for (const id of ['1', '2', '3']) {
      assertStored(await driver.claimIds(), [id]);
      assertStored(await driver.claimIds({ owner: 'other' }), []);
      await driver.settle(id);
    }
    assertStored(await driver.claimIds(), []);
  },

  async 'waits for a retry of the first, and other engagements do not'(driver) {
    await insertLane(driver, ['1', '2']);
    await driver.claim();
    await driver.retry('1', NOW_MS + SECOND_MS);
    await insertLane(driver, ['3']);
    await driver.insertDue('other');
    await driver.store.insertConnection(createConnection({ id: 'second' }));
    await insertLane(driver, ['elsewhere'], { connectionId: 'second' });
    assertStored([...(await driver.claimIds())].sort(), ['elsewhere', 'other']);
    const nowMs = NOW_MS + SECOND_MS;
    for (const id of ['1', '2', '3']) {
      assertStored(await driver.claimIds({ nowMs }), [id]);
      await driver.settle(id, { atMs: nowMs });
    }
  },

  async 'waits for an earlier one that is not due yet'(driver) {
    await insertLane(driver, ['1'], { nextAttemptAt: new Date(NOW_MS + SECOND_MS) });
    await insertLane(driver, ['2']);
    assertStored(await driver.claimIds(), []);
    assertStored(await driver.claimIds({ nowMs: NOW_MS + SECOND_MS }), ['1']);
  },

  async 'does not wait for a dead one'(driver) {
    await insertLane(driver, ['1', '2']);
    await driver.claim();
    await driver.kill('1');
    assertStored(await driver.claimIds(), ['2']);
  },

  async 'waits for an earlier one whose lease has expired'(driver) {
    await insertLane(driver, ['1', '2']);
    const leaseUntilMs = NOW_MS + SECOND_MS;
    assertStored(await driver.claimIds({ leaseUntilMs }), ['1']);
    const nowMs = leaseUntilMs + 1;
    const other = { owner: 'other', nowMs, leaseUntilMs: nowMs + 1 };
    assertStored(await driver.claimIds(other), ['1']);
  },

  async 'is due as soon as the one before is settled, also after a retry at once'(driver) {
    const lanes = Array.from({ length: 60 }, (_, index) => `lane ${index}`);
    for (const engagementId of lanes) {
      const ids = ['first', 'second', 'third'].map((id) => `${engagementId} ${id}`);
      await insertLane(driver, ids, { engagementId });
    }
    const retried = new Set<string>();
    const settle = async (id: string, owner: string) => {
      const isRetried = retried.has(id);
      retried.add(id);
      const retry = { status: 'pending', nextAttemptAtMs: NOW_MS } as const;
      equal(await driver.settle(id, { owner, ...(isRetried ? {} : retry) }), true);
    };
    await Promise.all(
      WORKERS.map(async (owner) => {
        for (let idle = 0; idle < 20; idle++) {
          await setImmediate();
          const claimed = await driver.claimIds({ owner, limit: 10 });
          if (claimed.length > 0) idle = 0;
          await Promise.all(claimed.map((id) => settle(id, owner)));
        }
      }),
    );
    const left = await driver.store.listDeliveries({ status: 'pending' }, { limit: 200 });
    assertStored(left.items, []);
  },

  async 'keeps its place with several concurrent workers'(driver) {
    const lanes = ['x', 'y', PRESENCE_LANE];
    const ids = Array.from({ length: 10 }, (_, i) => lanes.map((lane) => `${lane}${i}`)).flat();
    for (const id of ids) await insertLane(driver, [id], { engagementId: id.slice(0, -1) });
    const settled: string[] = [];
    await Promise.all(
      WORKERS.map(async (owner) => {
        while (settled.length < ids.length) {
          // A store in this process may never leave a turn to the other workers.
          await setImmediate();
          for (const id of await driver.claimIds({ owner, limit: 2 })) {
            equal(await driver.settle(id, { owner }), true);
            settled.push(id);
          }
        }
      }),
    );
    equal(settled.length, ids.length);
    for (const lane of lanes) {
      const isOfLane = (id: string) => id.startsWith(lane);
      assertStored(settled.filter(isOfLane), ids.filter(isOfLane));
    }
  },
});
