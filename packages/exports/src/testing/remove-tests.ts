import { equal } from 'node:assert/strict';
import { assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import { createDeliveryDriver } from './delivery-driver.js';
import { createDelivery, NOW_MS, SECOND_MS } from './stored-records.js';

export const REMOVE_TESTS = createTestGroup('a removed delivery', createDeliveryDriver, {
  async 'was delivered before the given time, and is one of a limited number'(driver) {
    const { store } = driver;
    await driver.insertDue('a', 'b', 'c', 'd', 'dead', 'pending');
    await driver.claim();
    for (const id of ['a', 'b', 'c']) await driver.settle(id, { atMs: NOW_MS });
    await driver.settle('d', { atMs: NOW_MS + SECOND_MS });
    await driver.kill('dead');
    const beforeMs = NOW_MS + SECOND_MS;
    equal(await store.removeEnded(NOW_MS, 10), 0);
    equal(await store.removeEnded(beforeMs, 2), 2);
    equal(await store.removeEnded(beforeMs, 2), 1);
    equal(await store.removeEnded(beforeMs, 2), 0);
    const left = await store.listDeliveries({}, { limit: 10 });
    assertStored(
      left.items.map(({ id }) => id),
      ['pending', 'dead', 'd'],
    );
    equal(await store.getDelivery('a'), undefined);
  },

  async 'is dead and superseded by a revision, which is removed after it'(driver) {
    const { store } = driver;
    const { engagementId } = createDelivery('first');
    await driver.insertDue('first');
    await driver.claim();
    await driver.kill('first');
    await store.insertDeliveries([createDelivery('revision', { engagementId, revision: 1 })]);
    await driver.claim();
    await driver.settle('revision');
    equal(await store.removeEnded(NOW_MS, 10), 0);
    equal(await store.removeEnded(NOW_MS + 1, 1), 1);
    equal(await store.getDelivery('first'), undefined);
    equal((await store.getDelivery('revision'))?.status, 'delivered');
    equal(await store.removeEnded(NOW_MS + 1, 1), 1);
  },
});
