import { equal } from 'node:assert/strict';
import { assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import { createDeliveryDriver } from './delivery-driver.js';
import { NOW_MS, SECOND_MS } from './stored-records.js';

export const REMOVE_TESTS = createTestGroup('a removed delivery', createDeliveryDriver, {
  async 'was delivered before the given time, and is one of a limited number'(driver) {
    const { store } = driver;
    await driver.insertDue('a', 'b', 'c', 'd', 'dead', 'pending');
    await driver.claim();
    for (const id of ['a', 'b', 'c']) await driver.settle(id, { atMs: NOW_MS });
    await driver.settle('d', { atMs: NOW_MS + SECOND_MS });
    await driver.kill('dead');
    const beforeMs = NOW_MS + SECOND_MS;
    equal(await store.removeDelivered(NOW_MS, 10), 0);
    equal(await store.removeDelivered(beforeMs, 2), 2);
    equal(await store.removeDelivered(beforeMs, 2), 1);
    equal(await store.removeDelivered(beforeMs, 2), 0);
    const left = await store.listDeliveries({}, { limit: 10 });
    assertStored(
      left.items.map(({ id }) => id),
      ['pending', 'dead', 'd'],
    );
    equal(await store.getDelivery('a'), undefined);
  },
});
