import { createExports, createMemoryExportStore, type ExportEvent } from '@mandate/exports';
import { expect, test } from 'vitest';
import { engagement, SITE } from '../exports/support/events.js';
import { answer, createReceiver } from '../exports/support/receiver.js';
import { Collected } from './collected.js';

const NOW_MS = Date.UTC(2030, 0, 1);

/** Exports to a webhook without OAuth whose receiver answers with a status. */
async function createConnected(collected: Collected, clock: { ms: number }, status: number) {
  const receiver = await createReceiver();
  receiver.always(answer(status));
  const crmExports = createExports({
    store: createMemoryExportStore(),
    keys: [new Uint8Array(32)],
    callbackUrl: 'https://app.example.com/callback',
    allowLoopback: true,
    now: () => clock.ms,
    onEvent: collected.telemetry.onEvent,
    onError: null,
  });
  await crmExports.connections.create({
    preset: 'generic',
    grantType: 'none',
    name: 'Events',
    siteId: SITE,
    destination: { kind: 'webhook', url: `${receiver.origin}/events` },
  });
  return crmExports;
}

test('events of exports are counted by outcome, failure and kind', async () => {
  const collected = new Collected();
  // As createExports calls it.
  const onEvent: (event: ExportEvent) => void = collected.telemetry.onEvent;
  const delivery = {
    deliveryId: 'd1',
    connectionId: 'c1',
    exportType: 'engagement',
    attempts: 1,
    responseStatus: 200,
  };
  onEvent({ type: 'delivered', ...delivery, afterMs: 1500 });
  onEvent({ type: 'failed', ...delivery, failure: 'throttled', nextAttemptAt: new Date() });
  onEvent({ type: 'paused', connectionId: 'c1', reason: 'quota_exceeded', until: new Date() });
  onEvent({ type: 'recovered', connectionId: 'c1', reason: undefined });
  const counts = await collected.read('mandate.deliveries');
  expect(Object.keys(counts).map((key) => Object.values(JSON.parse(key)))).toEqual([
    ['engagement', 'delivered', 'none'],
    ['engagement', 'failed', 'throttled'],
  ]);
  expect(Object.values(await collected.read('mandate.delivery.delay'))).toEqual([
    { count: 1, sum: 1.5 },
  ]);
  expect(Object.keys(await collected.read('mandate.connection.changes'))).toHaveLength(2);
  expect(await collected.all()).not.toMatch(/d1|c1/);
});

test('a delivery and a retry are counted as they happen', async () => {
  const clock = { ms: NOW_MS };
  for (const [status, outcome] of [
    [200, 'delivered'],
    [503, 'failed'],
  ] as const) {
    const collected = new Collected();
    const crmExports = await createConnected(collected, clock, status);
    await crmExports.enqueue(engagement('e-1'));
    await crmExports.worker.runOnce();
    expect(Object.keys(await collected.read('mandate.deliveries')).join()).toContain(outcome);
  }
});

test('the oldest waiting delivery and how many wait are observed', async () => {
  const clock = { ms: NOW_MS };
  const collected = new Collected(() => clock.ms);
  const crmExports = await createConnected(collected, clock, 503);
  const end = collected.telemetry.observeExports(crmExports);
  expect(await collected.read('mandate.deliveries.oldest_age')).toEqual({ '{}': 0 });
  await crmExports.enqueue(engagement('e-1'));
  clock.ms += 90_000;
  await crmExports.enqueue(engagement('e-2'));
  expect(await collected.read('mandate.deliveries.oldest_age')).toEqual({ '{}': 90 });
  expect(await collected.read('mandate.deliveries.waiting')).toEqual({ '{}': 2 });
  expect(await collected.read('mandate.deliveries.dead')).toEqual({ '{}': 0 });
  end();
  clock.ms += 90_000;
  expect(await collected.read('mandate.deliveries.oldest_age')).toEqual({ '{}': 90 });
});
