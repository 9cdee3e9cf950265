import { equal } from 'node:assert/strict';
import { assertMembers, assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import { createClaimedDriver } from './delivery-driver.js';
import { NOW_MS, SECOND_MS } from './stored-records.js';

const HOUR_MS = 3600 * SECOND_MS;

export const SETTLE_TESTS = createTestGroup('a settled delivery', createClaimedDriver, {
  async 'that was delivered is not claimed again'(driver) {
    equal(await driver.settle('a', { atMs: NOW_MS + 5 }), true);
    assertMembers(await driver.store.getDelivery('a'), {
      status: 'delivered',
      attempts: 1,
      failure: undefined,
      responseStatus: 204,
      nextAttemptAt: undefined,
      deliveredAt: new Date(NOW_MS + 5),
    });
    assertStored(await driver.claimIds({ nowMs: NOW_MS + HOUR_MS }), []);
  },

  async 'that is dead keeps its failure and is not claimed again'(driver) {
    equal(await driver.kill('a'), true);
    assertMembers(await driver.store.getDelivery('a'), {
      status: 'dead',
      attempts: 1,
      failure: 'rejected',
      responseStatus: 400,
      nextAttemptAt: undefined,
      deliveredAt: undefined,
    });
    assertStored(await driver.claimIds({ nowMs: NOW_MS + HOUR_MS }), []);
  },

  async 'that is retried is due at the time of its outcome'(driver) {
    const nextAttemptAtMs = NOW_MS + SECOND_MS;
    equal(await driver.retry('a', nextAttemptAtMs), true);
    assertMembers(await driver.store.getDelivery('a'), {
      status: 'pending',
      attempts: 1,
      failure: 'throttled',
      responseStatus: 429,
      nextAttemptAt: new Date(nextAttemptAtMs),
    });
    assertStored(await driver.claimIds({ nowMs: nextAttemptAtMs - 1 }), []);
    assertStored(await driver.claimIds({ nowMs: nextAttemptAtMs }), ['a']);
  },

  async 'is due at a whole millisecond, rounded up'(driver) {
    equal(await driver.retry('a', NOW_MS + 0.25), true);
    assertMembers(await driver.store.getDelivery('a'), { nextAttemptAt: new Date(NOW_MS + 1) });
    assertStored(await driver.claimIds(), []);
    assertStored(await driver.claimIds({ nowMs: NOW_MS + 1 }), ['a']);
  },

  async 'drops its earlier failure, and counts only attempts that count'(driver) {
    await driver.retry('a', NOW_MS);
    await driver.claim();
    await driver.settle('a', {
      status: 'pending',
      nextAttemptAtMs: NOW_MS,
      countsAsAttempt: false,
      responseStatus: undefined,
    });
    const expected = { attempts: 1, failure: undefined, responseStatus: undefined };
    assertMembers(await driver.store.getDelivery('a'), expected);
    await driver.claim();
    await driver.settle('a');
    assertMembers(await driver.store.getDelivery('a'), { attempts: 2, failure: undefined });
  },

  async 'is unchanged by an owner without its lease'(driver) {
    const before = await driver.store.getDelivery('a');
    equal(await driver.settle('a', { owner: 'other' }), false);
    equal(await driver.settle('absent'), false);
    assertStored(await driver.store.getDelivery('a'), before);
  },

  async 'is unchanged by an owner whose lease another worker has taken over'(driver) {
    const nowMs = NOW_MS + 61 * SECOND_MS;
    const other = { owner: 'other', nowMs, leaseUntilMs: nowMs + 1 };
    assertStored(await driver.claimIds(other), ['a']);
    const before = await driver.store.getDelivery('a');
    equal(await driver.settle('a'), false);
    equal(await driver.kill('a'), false);
    equal(await driver.retry('a', NOW_MS), false);
    assertStored(await driver.store.getDelivery('a'), before);
    equal(await driver.settle('a', { owner: 'other' }), true);
  },

  async 'may be settled after its lease if no other worker has claimed it'(driver) {
    equal(await driver.settle('a', { atMs: NOW_MS + 61 * SECOND_MS }), true);
  },

  async 'is settled by exactly one of many concurrent calls'(driver) {
    const all = await Promise.all(Array.from({ length: 10 }, () => driver.settle('a')));
    equal(all.filter(Boolean).length, 1);
    equal(await driver.settle('a'), false);
    assertMembers(await driver.store.getDelivery('a'), { attempts: 1 });
  },

  async 'is settled although a concurrent call fails'(driver) {
    // Some databases reject text with a NUL, wherever it stands in a statement.
    const invalid = driver.settle('\0').catch(() => false);
    const delivered = driver.settle('a');
    const other = driver.settle('a', { owner: 'other' });
    assertStored(await Promise.all([invalid, delivered, other]), [false, true, false]);
    assertMembers(await driver.store.getDelivery('a'), { status: 'delivered', attempts: 1 });
  },

  async 'has no lease, so only the next claim can settle it again'(driver) {
    await driver.retry('a', NOW_MS);
    equal(await driver.settle('a'), false);
    assertStored(await driver.claimIds({ owner: 'other' }), ['a']);
    equal(await driver.settle('a', { owner: 'other' }), true);
  },
});
