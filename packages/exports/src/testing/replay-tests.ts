import { equal } from 'node:assert/strict';
import { assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import type { ReplayFilter } from '../model/delivery.js';
import { createClaimedDriver } from './delivery-driver.js';
import { createConnection, createDelivery, NOW_MS, SECOND_MS } from './stored-records.js';

const HOUR_MS = 3600 * SECOND_MS;

export const REPLAY_TESTS = createTestGroup('a replayed delivery', createClaimedDriver, {
  async 'is pending and due at once, without its attempts'(driver) {
    const { store } = driver;
    await driver.kill('a');
    const nowMs = NOW_MS + 3600 * SECOND_MS;
    equal(await store.replayDelivery('a', nowMs), true);
    const replayed = createDelivery('a', { nextAttemptAt: new Date(nowMs) });
    assertStored(await store.getDelivery('a'), replayed);
    equal(await store.replayDelivery('a', nowMs), false);
    assertStored(await driver.claimIds({ nowMs }), ['a']);
    equal(await driver.settle('a'), true);
  },

  async 'was dead; any other is left unchanged'(driver) {
    const { store } = driver;
    equal(await store.replayDelivery('a', NOW_MS), false);
    assertStored(await driver.claimIds(), []);
    await driver.settle('a');
    const delivered = await store.getDelivery('a');
    equal(await store.replayDelivery('a', NOW_MS), false);
    assertStored(await store.getDelivery('a'), delivered);
    equal(await store.replayDelivery('absent', NOW_MS), false);
    equal(await store.replayDelivery('a\0', NOW_MS), false);
  },

  async 'is sent before later ones of its engagement'(driver) {
    await driver.kill('a');
    const { engagementId } = createDelivery('a');
    await driver.store.insertDeliveries([createDelivery('b', { engagementId })]);
    await driver.store.replayDelivery('a', NOW_MS + 1);
    assertStored(await driver.claimIds(), []);
    assertStored(await driver.claimIds({ nowMs: NOW_MS + 1 }), ['a']);
  },

  async 'is one of those that match, oldest first and up to a limit'(driver) {
    const { store } = driver;
    await store.insertConnection(createConnection({ id: 'other' }));
    const at = (hours: number) => ({ createdAt: new Date(NOW_MS + hours * HOUR_MS) });
    await driver.kill('a');
    await store.insertDeliveries([
      createDelivery('b', at(1)),
      createDelivery('c', { ...at(2), exportType: 'engagement_start' }),
      createDelivery('d', { ...at(3), connectionId: 'other' }),
      createDelivery('e', at(4)),
      createDelivery('f', at(4)),
    ]);
    await driver.claim();
    for (const id of ['b', 'c', 'd', 'e']) await driver.kill(id);
    await driver.settle('f');
    const nowMs = NOW_MS + 5 * HOUR_MS;
    const replay = async (filter: ReplayFilter, limit = 10) => {
      const count = await store.replayDeliveries(filter, { nowMs, limit });
      const { items } = await store.listDeliveries({ status: 'pending' }, { limit: 200 });
      const ids = items.map(({ id }) => id);
      const all = await driver.claimIds({ nowMs });
      for (const id of all) await driver.kill(id);
      return [count, [...ids].sort()];
    };
    assertStored(await replay({}, 2), [2, ['a', 'b']]);
    assertStored(await replay({ connectionId: 'other' }), [1, ['d']]);
    assertStored(await replay({ exportType: 'engagement_start' }), [1, ['c']]);
    const hour = (hours: number) => new Date(NOW_MS + hours * HOUR_MS);
    const range = { createdFrom: hour(1), createdBefore: hour(4) };
    assertStored(await replay(range), [3, ['b', 'c', 'd']]);
    assertStored(await replay({ ...range, connectionId: 'crm' }), [2, ['b', 'c']]);
    assertStored(await replay({ failure: 'throttled' }), [0, []]);
    assertStored(await replay({ failure: 'rejected', createdFrom: hour(4) }), [1, ['e']]);
    assertStored(await replay({ connectionId: 'crm\0' }), [0, []]);
  },

  async 'is not older than a revision, alone or with others'(driver) {
    const { store } = driver;
    const { engagementId } = createDelivery('a');
    await driver.kill('a');
    await store.insertDeliveries([createDelivery('b', { engagementId, revision: 1 })]);
    equal(await store.replayDelivery('a', NOW_MS), false);
    equal(await store.replayDeliveries({}, { nowMs: NOW_MS, limit: 10 }), 0);
    await driver.claim();
    await driver.kill('b');
    equal(await store.replayDeliveries({}, { nowMs: NOW_MS, limit: 10 }), 1);
    assertStored(await driver.claimIds(), ['b']);
  },

  async 'is replayed by exactly one of many concurrent calls'(driver) {
    await driver.kill('a');
    const calls = Array.from({ length: 10 }, () => driver.store.replayDelivery('a', NOW_MS));
    equal((await Promise.all(calls)).filter(Boolean).length, 1);
  },
});
