import { equal, rejects } from 'node:assert/strict';
import { assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import { createDeliveryDriver } from './delivery-driver.js';
import { createDelivery, NOW_MS } from './stored-records.js';

export const INSERT_TESTS = createTestGroup('an inserted delivery', createDeliveryDriver, {
  async 'is returned unchanged, with the exact text of its event'({ store }) {
    const event = ' {"é":"\'quoted\' \\\\ % _ 漢字 🔑", "n": 1.0}\n';
    const full = createDelivery('full', {
      event,
      attempts: 3,
      failure: 'throttled',
      responseStatus: 429,
      nextAttemptAt: new Date(NOW_MS + 1),
    });
    const bare = createDelivery('bare');
    await store.insertDeliveries([full, bare]);
    assertStored(await store.getDelivery('full'), full);
    assertStored(await store.getDelivery('bare'), bare);
    equal(await store.getDelivery('absent'), undefined);
    await store.insertDeliveries([]);
  },

  async 'does not change one with the same id, and the others are inserted'(driver) {
    const { store } = driver;
    await driver.insertDue('a');
    await driver.claim();
    await driver.settle('a');
    const before = await store.getDelivery('a');
    const again = [createDelivery('a', { event: '"other"' }), createDelivery('b')];
    assertStored(await store.insertDeliveries([...again, createDelivery('b')]), []);
    assertStored(await store.getDelivery('a'), before);
    assertStored(await store.getDelivery('b'), createDelivery('b'));
    assertStored(await driver.claimIds(), ['b']);
  },

  async 'is rejected with all others of its call if one is not pending'({ store }) {
    for (const status of ['delivered', 'dead'] as const) {
      const deliveries = [createDelivery('a'), createDelivery('b', { status })];
      await rejects(store.insertDeliveries(deliveries), TypeError);
    }
    equal(await store.getDelivery('a'), undefined);
  },

  async 'is stored once by concurrent calls, and each call keeps its order'(driver) {
    const lists = Array.from({ length: 10 }, (_, index) => [
      createDelivery('common', { engagementId: 'common' }),
      createDelivery(`${index} first`, { engagementId: `${index}` }),
      createDelivery(`${index} second`, { engagementId: `${index}` }),
    ]);
    await Promise.all(lists.map((list) => driver.store.insertDeliveries(list)));
    const first = await driver.claimIds();
    assertStored(
      [...first].sort(),
      ['common', ...lists.map((_, index) => `${index} first`)].sort(),
    );
    await Promise.all(first.map((id) => driver.settle(id)));
    assertStored(
      [...(await driver.claimIds())].sort(),
      lists.map((_, index) => `${index} second`),
    );
  },

  async 'is stored although a concurrent call is rejected'({ store }) {
    const invalid = createDelivery('invalid', { event: undefined as never });
    const inserted = [createDelivery('a'), invalid, createDelivery('b')].map((delivery) =>
      store.insertDeliveries([delivery]).catch(() => {}),
    );
    await Promise.all(inserted);
    assertStored(await store.getDelivery('a'), createDelivery('a'));
    assertStored(await store.getDelivery('b'), createDelivery('b'));
  },

  async 'may be one of five hundred of the same call'(driver) {
    const ids = Array.from({ length: 500 }, (_, index) => `delivery ${index}`);
    await driver.insertDue(...ids);
    assertStored(await driver.claimIds({ limit: 1000, perConnection: 1000 }), ids);
  },
});
