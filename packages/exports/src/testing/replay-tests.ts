import { equal } from 'node:assert/strict';
import { assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import { createClaimedDriver } from './delivery-driver.js';
import { createDelivery, NOW_MS, SECOND_MS } from './stored-records.js';

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

  async 'is replayed by exactly one of many concurrent calls'(driver) {
    await driver.kill('a');
    const calls = Array.from({ length: 10 }, () => driver.store.replayDelivery('a', NOW_MS));
    equal((await Promise.all(calls)).filter(Boolean).length, 1);
  },
});
