import { assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import { PRESENCE_LANE } from '../store/export-store.js';
import { createDeliveryDriver } from './delivery-driver.js';
import { createDelivery, NOW_MS, SECOND_MS } from './stored-records.js';

const HOUR_MS = 3600 * SECOND_MS;
const THIS_HOUR_MS = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS;

export const COUNT_TESTS = createTestGroup('a counted delivery', createDeliveryDriver, {
  async 'is counted by status, and by the hour in which it ended'(driver) {
    const { store } = driver;
    await driver.insertDue('a', 'b', 'c', 'd', 'e', 'f');
    await store.insertDeliveries([createDelivery('elsewhere', { connectionId: 'other' })]);
    await driver.claim();
    await driver.settle('a', { atMs: THIS_HOUR_MS - 1 });
    await driver.settle('b', { atMs: THIS_HOUR_MS });
    await driver.settle('c', { atMs: NOW_MS });
    await driver.kill('d');
    const died = { status: 'dead', failure: 'rejected' } as const;
    await driver.settle('e', { ...died, atMs: THIS_HOUR_MS - HOUR_MS });
    assertStored(await store.countDeliveries('crm', THIS_HOUR_MS - HOUR_MS), {
      pending: 1,
      dead: 2,
      oldestPendingMs: NOW_MS,
      hours: [
        { startMs: THIS_HOUR_MS - HOUR_MS, delivered: 1, dead: 1 },
        { startMs: THIS_HOUR_MS, delivered: 2, dead: 1 },
      ],
    });
    assertStored((await store.countDeliveries('crm', THIS_HOUR_MS)).hours, [
      { startMs: THIS_HOUR_MS, delivered: 2, dead: 1 },
    ]);
  },

  async 'is of the given connection'({ store }) {
    await store.insertDeliveries([createDelivery('a', { connectionId: 'other' })]);
    const none = { pending: 0, dead: 0, hours: [] };
    for (const id of ['crm', 'absent', 'crm\0']) {
      assertStored(await store.countDeliveries(id, 0), none);
    }
  },

  async 'is the oldest that waits, whether it belongs to an engagement or not'(driver) {
    const { store } = driver;
    const createdAt = (ms: number) => ({ createdAt: new Date(NOW_MS + ms) });
    await store.insertDeliveries([
      createDelivery('presence', { ...createdAt(2), engagementId: PRESENCE_LANE }),
      createDelivery('a', createdAt(3)),
      createDelivery('b', createdAt(4)),
    ]);
    const oldest = async () => (await store.countDeliveries('crm', 0)).oldestPendingMs;
    assertStored(await oldest(), NOW_MS + 2);
    await driver.claim();
    await driver.settle('presence');
    assertStored(await oldest(), NOW_MS + 3);
    await driver.kill('a');
    assertStored(await oldest(), NOW_MS + 4);
    await driver.settle('b');
    assertStored(await oldest(), undefined);
  },
});
