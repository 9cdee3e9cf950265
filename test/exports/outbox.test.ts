import { createMemoryExportStore, ExportError } from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import {
  engagement,
  engagementStart,
  engagementTransfer,
  presenceUpdate,
  SITE,
} from './support/events.js';
import { answer } from './support/receiver.js';
import { createWorld } from './support/world.js';

/** The same content in another order of members, on every level. */
function reverse<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reverse) as Value;
  const members = Object.entries(value).map(([name, member]) => [name, reverse(member)] as const);
  return Object.fromEntries(members.toReversed()) as Value;
}

async function codeOf(rejected: Promise<unknown>): Promise<string> {
  const error = await rejected.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ExportError) return error.code;
  throw error ?? new Error('it was not rejected');
}

describe('an event goes', () => {
  test('to every authorized connection of its site, and to no other', async () => {
    const world = await createWorld();
    const statuses = ['unauthorized', 'active', 'degraded', 'needs_reauthorization', 'disabled'];
    for (const status of statuses as ['active']) {
      await world.connect({ id: status, name: status, status });
    }
    await world.connect({ id: 'other', siteId: 'site-2' });
    const ids = await world.outbox.enqueue(engagement('e-1'));
    const deliveries = await world.deliveries();
    expect(deliveries.map(({ connectionId }) => connectionId).sort()).toEqual([
      'active',
      'degraded',
      'needs_reauthorization',
    ]);
    expect([...ids].sort()).toEqual(deliveries.map(({ id }) => id).sort());
    expect(new Set(ids).size).toBe(3);
  });

  test('nowhere if no connection accepts it, and is not stored', async () => {
    const world = await createWorld();
    expect(await world.outbox.enqueue(engagement('e-1'))).toEqual([]);
    await world.connect();
    expect(await world.worker.runOnce()).toBe(0);
  });

  test('nowhere if it is invalid', async () => {
    const world = await createWorld();
    await world.connect();
    expect(await codeOf(world.outbox.enqueue({ site_id: SITE }))).toBe('invalid');
    expect(await world.deliveries()).toEqual([]);
  });

  test('nowhere if it cannot be stored, and enqueue throws', async () => {
    const store = createMemoryExportStore();
    const fault = new Error('the disk is full');
    store.insertDeliveries = () => Promise.reject(fault);
    const world = await createWorld({}, store);
    await world.connect();
    await expect(world.outbox.enqueue(engagement('e-1'))).rejects.toBe(fault);
  });

  test('to no other site, even if the store returns connections of other sites', async () => {
    const store = createMemoryExportStore();
    const world = await createWorld({}, store);
    await world.connect({ id: 'other', siteId: 'site-2' });
    const list = store.listConnections.bind(store);
    store.listConnections = () => list();
    expect(await world.outbox.enqueue(engagement('e-1'))).toEqual([]);
  });
});

describe('the same event', () => {
  test.each([
    ['a start', engagementStart('e-1'), reverse(engagementStart('e-1'))],
    ['an end', engagement('e-1'), reverse(engagement('e-1'))],
    ['a revision', engagement('e-1', { revision: 1 }), reverse(engagement('e-1', { revision: 1 }))],
    [
      'an end by its other name',
      engagement('e-1'),
      engagement('e-1', { export_type: 'engagement_end' }),
    ],
    ['a transfer', engagementTransfer('e-1'), reverse(engagementTransfer('e-1'))],
    ['a presence update', presenceUpdate(), reverse(presenceUpdate())],
  ])('is taken once: %s', async (_title, first, second) => {
    const world = await createWorld();
    await world.connect();
    const ids = await world.outbox.enqueue(first);
    expect(await world.outbox.enqueue(second)).toEqual(ids);
    await world.worker.runOnce();
    expect(await world.outbox.enqueue(second)).toEqual(ids);
    expect(await world.worker.runOnce()).toBe(0);
    expect(world.receiver.received).toHaveLength(1);
    expect(await world.outbox.readEvent(ids[0]!)).toEqual(first);
  });

  test.each([
    [
      'transfers',
      engagementTransfer('e-1'),
      engagementTransfer('e-1', { operator: { id: 'o-2' } }),
    ],
    ['presence updates', presenceUpdate(), presenceUpdate({ sent_at: '2026-01-06T15:58:00Z' })],
    ['types', engagementStart('e-1'), engagement('e-1')],
    ['engagements', engagement('e-1'), engagement('e-2')],
  ])('is not another one: %s', async (_title, first, second) => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(first);
    await world.outbox.enqueue(second);
    await world.worker.runOnce();
    expect(world.receiver.received.map(({ body }) => JSON.parse(body))).toEqual([first, second]);
  });
});

const wrong = engagement('e-1', { notes: 'wrong' });
const right = engagement('e-1', { notes: 'right' });

describe('a correction', () => {
  test('of a dead event replaces it, and is sent under an id of its own', async () => {
    const world = await createWorld();
    await world.connect();
    const [first = ''] = await world.outbox.enqueue(wrong);
    world.receiver.next(answer(422));
    await world.worker.runOnce();
    const [second = ''] = await world.outbox.enqueue(right);
    expect(second).not.toBe(first);
    expect(await codeOf(world.outbox.readEvent(first))).toBe('not_found');
    expect(await world.after(60)).toBe(1);
    expect(JSON.parse(world.receiver.received[1]?.body ?? '')).toEqual(right);
    expect(world.receiver.received[1]?.headers['webhook-id']).toBe(second);
    expect(await world.deliveries()).toMatchObject([{ id: second, status: 'delivered' }]);
    expect(await world.outbox.enqueue(right)).toEqual([second]);
  });

  test('of an event that was not attempted yet replaces it', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(wrong);
    const ids = await world.outbox.enqueue(right);
    await world.worker.runOnce();
    expect(world.receiver.received.map(({ body }) => JSON.parse(body))).toEqual([right]);
    expect(await world.deliveries()).toMatchObject([{ id: ids[0], status: 'delivered' }]);
  });

  test.each([
    ['delivered', answer(204)],
    ['retried', answer(500)],
  ])('of an event that is %s needs a revision, which follows the original', async (_, first) => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(wrong);
    world.receiver.next(first);
    await world.worker.runOnce();
    expect(await codeOf(world.outbox.enqueue(right))).toBe('conflict');
    const revision = { ...right, revision: 1 };
    const ids = await world.outbox.enqueue(revision);
    expect(await world.outbox.enqueue(revision)).toEqual(ids);
    await world.after(60);
    const sent = world.receiver.received.map(({ body }) => JSON.parse(body));
    expect(sent.at(-1)).toMatchObject({ revision: 1 });
    expect(sent.slice(0, -1).every((event) => event.notes === 'wrong')).toBe(true);
    expect(await world.deliveries()).toMatchObject([
      { status: 'delivered', revision: 0 },
      { status: 'delivered', revision: 1 },
    ]);
  });

  test('that is older than a revision is rejected, and the older event is not replayed', async () => {
    const world = await createWorld();
    await world.connect();
    const [dead = ''] = await world.outbox.enqueue(wrong);
    world.receiver.next(answer(422));
    await world.worker.runOnce();
    await world.outbox.enqueue({ ...right, revision: 2 });
    for (const stale of [right, { ...right, revision: 1 }]) {
      expect(await codeOf(world.outbox.enqueue(stale))).toBe('conflict');
    }
    expect(await codeOf(world.outbox.replay(dead))).toBe('conflict');
    await world.after(60);
    expect(JSON.parse(world.receiver.received.at(-1)?.body ?? '')).toMatchObject({ revision: 2 });
  });

  test('that conflicts at one connection is stored for none', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(wrong);
    await world.worker.runOnce();
    await world.connect({ id: 'new' });
    expect(await codeOf(world.outbox.enqueue(right))).toBe('conflict');
    expect(await world.deliveries()).toHaveLength(1);
    expect(await world.outbox.enqueue({ ...right, revision: 1 })).toHaveLength(2);
  });

  test.each([0, -1, 1.5, '1', true])('with the revision %j is invalid', async (revision) => {
    const world = await createWorld();
    await world.connect();
    expect(await codeOf(world.outbox.enqueue({ ...right, revision }))).toBe('invalid');
  });
});

describe('a connection with export types', () => {
  test('gets these and no other', async () => {
    const world = await createWorld();
    await world.connect({ exportTypes: ['engagement', 'user_presence_update'] });
    expect(await world.outbox.enqueue(engagementStart('e-1'))).toEqual([]);
    expect(await world.outbox.enqueue(engagementTransfer('e-1'))).toEqual([]);
    const end = { ...engagement('e-1'), export_type: 'engagement_end' };
    expect(await world.outbox.enqueue(end)).toHaveLength(1);
    expect(await world.outbox.enqueue(presenceUpdate())).toHaveLength(1);
  });
});

describe('a dead delivery', () => {
  test('can be replayed, with all its attempts', async () => {
    const world = await createWorld({ retryDelaysSeconds: [0, 5] });
    await world.connect();
    const [id = ''] = await world.outbox.enqueue(engagement('e-1'));
    world.receiver.next(answer(500), answer(500));
    await world.worker.runOnce();
    await world.after(60);
    expect(await world.deliveries()).toMatchObject([{ status: 'dead', attempts: 2 }]);
    expect(await world.outbox.replay(id)).toMatchObject({
      id,
      status: 'pending',
      attempts: 0,
      failure: undefined,
    });
    expect(await codeOf(world.outbox.replay(id))).toBe('conflict');
    await world.after(60);
    expect(await world.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
    expect(await codeOf(world.outbox.replay(id))).toBe('conflict');
    const ids = world.receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids)).toEqual(new Set([id]));
  });

  test('that does not exist is not found', async () => {
    const world = await createWorld();
    expect(await codeOf(world.outbox.replay('nothing'))).toBe('not_found');
    expect(await codeOf(world.outbox.readEvent('nothing'))).toBe('not_found');
  });
});

test('a list of deliveries holds no payload', async () => {
  const world = await createWorld();
  await world.connect();
  await world.outbox.enqueue(engagement('e-1'));
  const page = await world.outbox.listDeliveries({ status: 'pending' }, { limit: 1 });
  expect(page.items).toMatchObject([{ engagementId: 'e-1', exportType: 'engagement' }]);
  expect(JSON.stringify(page)).not.toContain('example.com');
});

test.each([0, 201, 1.5, Number.NaN])('a page of %d is rejected', async (limit) => {
  const world = await createWorld();
  expect(await codeOf(world.outbox.listDeliveries({}, { limit }))).toBe('invalid');
});
