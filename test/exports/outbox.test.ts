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

async function codeOf(refused: Promise<unknown>): Promise<string> {
  const error = await refused.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ExportError) return error.code;
  throw error ?? new Error('it was not refused');
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
    ['a start', engagementStart('e-1'), engagementStart('e-1', { source: 'api' })],
    ['an end', engagement('e-1'), engagement('e-1', { notes: 'added' })],
    [
      'an end by its other name',
      engagement('e-1'),
      engagement('e-1', { export_type: 'engagement_end' }),
    ],
    ['a transfer', engagementTransfer('e-1'), engagementTransfer('e-1')],
    ['a presence update', presenceUpdate(), presenceUpdate()],
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
