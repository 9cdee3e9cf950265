import { equal, notEqual, rejects } from 'node:assert/strict';
import { assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import type { DeliveryFilter } from '../model/delivery.js';
import { createDeliveryDriver, type DeliveryDriver } from './delivery-driver.js';
import { createDelivery, NOW_MS } from './stored-records.js';

/** Cursors that no page returns. */
const INVALID_CURSORS = ['', '.', 'x', '-1', '1e400', ' 1', '1.', '\0', '1\0', "1' or 1=1 --"];

const CURSOR_TESTS = Object.fromEntries(
  INVALID_CURSORS.map((cursor) => [
    `is not returned for the cursor ${JSON.stringify(cursor)}, which no page returned`,
    async ({ store }: DeliveryDriver) => {
      await store.insertDeliveries([createDelivery('a')]);
      const listed = store.listDeliveries({}, { limit: 10, cursor });
      await rejects(listed, { name: 'ExportError', code: 'invalid' });
    },
  ]),
);

export const LIST_TESTS = createTestGroup('a listed delivery', createDeliveryDriver, {
  async 'matches the filter, newest first'(driver) {
    const { engagementId } = createDelivery('a');
    await driver.insertDue('a', 'b', 'c');
    await driver.claim();
    await driver.settle('a');
    await driver.kill('b');
    await driver.store.insertDeliveries([createDelivery('d', { connectionId: 'other' })]);
    await driver.store.insertDeliveries([createDelivery('e', { engagementId })]);
    const expected: readonly (readonly [DeliveryFilter, readonly string[]])[] = [
      [{}, ['e', 'd', 'c', 'b', 'a']],
      [{ status: 'pending' }, ['e', 'd', 'c']],
      [{ status: 'dead' }, ['b']],
      [{ status: 'delivered' }, ['a']],
      [{ connectionId: 'crm' }, ['e', 'c', 'b', 'a']],
      [{ connectionId: 'other', status: 'dead' }, []],
      [{ engagementId }, ['e', 'a']],
      [{ engagementId, status: 'pending', connectionId: 'crm' }, ['e']],
      [{ engagementId: '%' }, []],
    ];
    for (const [filter, ids] of expected) {
      const { items } = await driver.store.listDeliveries(filter, { limit: 200 });
      assertStored([filter, items.map(({ id }) => id)], [filter, ids]);
    }
  },

  async 'has no event'({ store }) {
    await store.insertDeliveries([createDelivery('a')]);
    const { event: _, dedupeKey: __, ...delivery } = createDelivery('a');
    assertStored(await store.listDeliveries({}, { limit: 1 }), { items: [delivery] });
  },

  async 'is on exactly one page, whatever changes between two pages'(driver) {
    const { store } = driver;
    const ids = Array.from({ length: 23 }, (_, index) => `delivery ${index}`);
    await driver.insertDue(...ids);
    await driver.claim();
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page === 0 || cursor !== undefined; page++) {
      const { items, nextCursor } = await store.listDeliveries(
        { connectionId: 'crm' },
        { limit: 5, cursor },
      );
      seen.push(...items.map(({ id }) => id));
      cursor = nextCursor;
      await store.insertDeliveries([createDelivery(`new ${page}`)]);
      await driver.settle(`delivery ${page}`);
    }
    assertStored(seen, [...ids].reverse());
  },

  async 'is not found by ids with a NUL, which some databases cannot hold'({ store }) {
    await store.insertDeliveries([createDelivery('a')]);
    equal(await store.getDelivery('a\0'), undefined);
    equal(await store.replayDelivery('a\0', NOW_MS), false);
    for (const filter of [{ connectionId: 'crm\0' }, { engagementId: '\0' }]) {
      assertStored(await store.listDeliveries(filter, { limit: 10 }), { items: [] });
    }
  },

  async 'on a full last page is followed by no cursor'(driver) {
    await driver.insertDue('a', 'b', 'c', 'd');
    const first = await driver.store.listDeliveries({}, { limit: 2 });
    notEqual(first.nextCursor, undefined);
    const page = { limit: 2, cursor: first.nextCursor };
    const second = await driver.store.listDeliveries({}, page);
    equal(second.items.length, 2);
    equal(second.nextCursor, undefined);
  },

  ...CURSOR_TESTS,
});
