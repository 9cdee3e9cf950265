import { equal, ok } from 'node:assert/strict';
import { assertStored } from '@mandate/internal/assert-stored';
import { createTestGroup } from '@mandate/internal/store-tests';
import { PRESENCE_LANE } from '../store/export-store.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { createDeliveryDriver, type DeliveryDriver } from './delivery-driver.js';
import { createConnection, createDelivery, NOW_MS, SECOND_MS } from './stored-records.js';

/** Which states of a connection allow a claim. */
const STATES: readonly (readonly [string, Partial<StoredConnection>, boolean])[] = [
  ['is active', {}, true],
  ['is degraded', { status: 'degraded', reason: 'receiver_unavailable' }, true],
  ['is unauthorized', { status: 'unauthorized' }, false],
  ['needs reauthorization', { status: 'needs_reauthorization' }, false],
  ['is disabled', { status: 'disabled' }, false],
  ['is paused', { pausedUntilMs: NOW_MS + 1 }, false],
  ['is no longer paused', { pausedUntilMs: NOW_MS }, true],
];

const STATE_TESTS = Object.fromEntries(
  STATES.map(([state, changes, isClaimed]) => [
    `${isClaimed ? 'is' : 'is not'} returned if its connection ${state}`,
    async (driver: DeliveryDriver) => {
      await driver.insertDue('a');
      await driver.store.replaceConnection(createConnection({ version: 2, ...changes }));
      assertStored(await driver.claimIds(), isClaimed ? ['a'] : []);
      await driver.store.replaceConnection(createConnection({ version: 3 }));
      assertStored(await driver.claimIds(), isClaimed ? [] : ['a']);
    },
  ]),
);

export const CLAIM_TESTS = createTestGroup('a claimed delivery', createDeliveryDriver, {
  async 'is one of those that are due longest, up to the limit'(driver) {
    await driver.insertDue('a', 'b', 'c');
    const late = createDelivery('late', { nextAttemptAt: new Date(NOW_MS - SECOND_MS) });
    await driver.store.insertDeliveries([late]);
    assertStored(await driver.claimIds({ limit: 2 }), ['late', 'a']);
    assertStored(await driver.claimIds({ limit: 2 }), ['b', 'c']);
    assertStored(await driver.claimIds({ limit: 2 }), []);
  },

  async 'is returned with everything that is stored, unchanged'(driver) {
    await driver.store.insertDeliveries([createDelivery('a')]);
    assertStored(await driver.claim(), [createDelivery('a')]);
    assertStored(await driver.store.getDelivery('a'), createDelivery('a'));
  },

  async 'is due to the millisecond'(driver) {
    const soon = createDelivery('soon', { nextAttemptAt: new Date(NOW_MS + 1) });
    await driver.store.insertDeliveries([soon]);
    assertStored(await driver.claimIds(), []);
    assertStored(await driver.claimIds({ nowMs: NOW_MS + 1 }), ['soon']);
  },

  async 'can be claimed by another worker after its lease, and not before'(driver) {
    await driver.insertDue('a');
    const leaseUntilMs = NOW_MS + SECOND_MS;
    assertStored(await driver.claimIds({ leaseUntilMs }), ['a']);
    const other = { owner: 'other', leaseUntilMs: NOW_MS + 60 * SECOND_MS };
    assertStored(await driver.claimIds({ ...other, nowMs: leaseUntilMs - 1 }), []);
    assertStored(await driver.claimIds({ ...other, nowMs: leaseUntilMs + 1 }), ['a']);
  },

  async 'goes to one of several concurrent workers'(driver) {
    const ids = Array.from({ length: 60 }, (_, index) => `delivery ${index}`);
    await driver.insertDue(...ids);
    const claimed: string[] = [];
    for (let round = 0; claimed.length < ids.length; round++) {
      ok(round < 20, 'twenty rounds of claims did not return all deliveries');
      const owners = ['one', 'two', 'three', 'four'];
      const all = await Promise.all(owners.map((owner) => driver.claimIds({ owner, limit: 5 })));
      claimed.push(...all.flat());
    }
    equal(new Set(claimed).size, claimed.length);
    assertStored([...claimed].sort(), [...ids].sort());
  },

  ...STATE_TESTS,

  async 'is not returned without its connection'(driver) {
    await driver.store.insertDeliveries([createDelivery('a', { connectionId: 'absent' })]);
    assertStored(await driver.claimIds(), []);
  },

  async 'is not returned if its connection is excepted'(driver) {
    await driver.store.insertConnection(createConnection({ id: 'other' }));
    await driver.store.insertConnection(createConnection({ id: 'third' }));
    await driver.store.insertDeliveries([
      createDelivery('a'),
      createDelivery('b', { connectionId: 'other' }),
      createDelivery('c', { connectionId: 'third' }),
    ]);
    assertStored(await driver.claimIds({ except: ['crm', 'third', 'absent'] }), ['b']);
    assertStored(await driver.claimIds({ except: ["' or 1=1 --"], limit: 10 }), ['a', 'c']);
  },

  async 'is one of a limited number per connection, with room for other connections'(driver) {
    await driver.store.insertConnection(createConnection({ id: 'other' }));
    await driver.insertDue('a', 'b', 'c', 'd');
    await driver.store.insertDeliveries([
      createDelivery('e', { connectionId: 'other' }),
      createDelivery('f', { connectionId: 'other' }),
    ]);
    assertStored(await driver.claimIds({ limit: 3, perConnection: 2 }), ['a', 'b', 'e']);
    assertStored(await driver.claimIds({ limit: 3, perConnection: 1 }), ['c', 'f']);
  },

  async 'of a connection that is claimed ahead is returned beside the limit'(driver) {
    await driver.store.insertConnection(createConnection({ id: 'other' }));
    await driver.insertDue('a', 'b', 'c', 'd');
    await driver.store.insertDeliveries([
      createDelivery('e', { connectionId: 'other' }),
      createDelivery('f', { connectionId: 'other' }),
    ]);
    const ahead = { connectionIds: ['crm', 'absent'], perConnection: 3 };
    assertStored(await driver.claimIds({ limit: 1, ahead }), ['a', 'b', 'c', 'e']);
    assertStored(await driver.claimIds({ limit: 2, ahead }), ['d', 'f']);
    assertStored(await driver.claimIds({ limit: 2, ahead }), []);
  },

  async 'of a connection that is claimed ahead is skipped unless that is active and not paused'(
    driver,
  ) {
    await driver.insertDue('a', 'b');
    const ahead = { connectionIds: ['crm'], perConnection: 3 };
    const degraded = createConnection({ status: 'degraded', reason: 'receiver_unavailable' });
    await driver.store.replaceConnection({ ...degraded, version: 2 });
    assertStored(await driver.claimIds({ ahead }), []);
    const pausedUntilMs = NOW_MS + SECOND_MS;
    await driver.store.replaceConnection({ ...createConnection(), version: 3, pausedUntilMs });
    assertStored(await driver.claimIds({ ahead }), []);
    await driver.store.replaceConnection({ ...createConnection(), version: 4 });
    assertStored(await driver.claimIds({ ahead }), ['a', 'b']);
  },

  async 'of a connection that is claimed ahead is the first of its engagement'(driver) {
    const lane = { engagementId: 'one' };
    await driver.store.insertDeliveries([createDelivery('1', lane), createDelivery('2', lane)]);
    await driver.insertDue('a');
    const ahead = { connectionIds: ['crm'], perConnection: 3 };
    assertStored([...(await driver.claimIds({ ahead }))].sort(), ['1', 'a']);
    assertStored(await driver.claimIds({ ahead, owner: 'other' }), []);
    await driver.settle('1');
    assertStored(await driver.claimIds({ ahead }), ['2']);
  },

  async 'of a degraded connection is the one of its engagements inserted last'(driver) {
    const degraded = createConnection({ status: 'degraded', reason: 'receiver_unavailable' });
    await driver.store.replaceConnection({ ...degraded, version: 2 });
    await driver.store.insertDeliveries([createDelivery('a')]);
    await driver.insertDue('b', 'c');
    await driver.store.insertDeliveries([
      createDelivery('after a', { engagementId: 'engagement of a' }),
      createDelivery('later', { nextAttemptAt: new Date(NOW_MS + SECOND_MS) }),
    ]);
    await driver.store.insertDeliveries([createDelivery('p', { engagementId: PRESENCE_LANE })]);
    assertStored(await driver.claimIds(), ['c', 'p']);
    assertStored(await driver.claimIds({ owner: 'other' }), ['b']);
    await driver.store.replaceConnection({ ...createConnection(), version: 3 });
    assertStored(await driver.claimIds(), ['a']);
  },

  async 'is not held up by deliveries of a paused connection'(driver) {
    const pausedUntilMs = NOW_MS + SECOND_MS;
    await driver.store.insertConnection(createConnection({ id: 'paused', pausedUntilMs }));
    const paused = Array.from({ length: 50 }, (_, index) =>
      createDelivery(`paused ${index}`, { connectionId: 'paused', nextAttemptAt: new Date(0) }),
    );
    await driver.store.insertDeliveries([...paused, createDelivery('a')]);
    assertStored(await driver.claimIds({ limit: 1 }), ['a']);
  },
});
