import type { ExportStore } from '@mandate/exports';
import { expect, test } from 'vitest';
import { createDelivery } from '../../../packages/exports/src/testing/stored-records.js';
import { startPostgres } from '../../support/postgres.js';
import { openExportStore } from '../open-store.js';
import { createCrmWorld } from '../support/crm-world.js';
import { engagement } from '../support/events.js';
import { REAL_TIME } from './clock.js';
import { startCutProxy } from './cut-proxy.js';
import { countPrinted, startWorker, waitFor } from './start-worker.js';

const postgres = await startPostgres();
const EXPORTS = 30;
/** A worker keeps a quarter of its slots for other connections, so 10 of 14 are left for this one. */
const options = { concurrency: 14, maxPerConnection: 20, pollIntervalMs: 20 };

async function enqueue(store: ExportStore, connectionId: string, count = EXPORTS): Promise<void> {
  const at = new Date();
  await store.insertDeliveries(
    Array.from({ length: count }, (_, i) =>
      createDelivery(`${connectionId} ${i}`, {
        connectionId,
        engagementId: `engagement-${i}`,
        event: JSON.stringify(engagement(`engagement-${i}`)),
        createdAt: at,
        nextAttemptAt: at,
      }),
    ),
  );
}

const now = Date.now;

test('thirty exports at once in three processes cause exactly one refresh', async () => {
  const place = await postgres.createDatabase();
  const store = await openExportStore(place);
  const { crm, authorize, readStored } = await createCrmWorld({ store, now });
  const id = await authorize();
  const workers = await Promise.all([1, 2, 3].map(() => startWorker(place, options)));
  crm.killSessions();
  await enqueue(store, id);
  // All requests are sent before the first answer that the session has ended.
  const countRefused = () => crm.requests.filter(({ status }) => status === 401).length;
  crm.beforeAnswer = () => waitFor(() => countRefused() === EXPORTS);
  for (const worker of workers) worker.go();
  await waitFor(() => crm.records.size === EXPORTS);

  expect(countRefused()).toBe(EXPORTS);
  const countDelivered = () => workers.map(({ lines }) => countPrinted(lines, 'delivered'));
  await waitFor(() => countDelivered().reduce((sum, count) => sum + count) === EXPORTS);
  expect(countDelivered()).toEqual([10, 10, 10]);
  expect(crm.count('refresh_token')).toBe(1);
  expect(crm.grants.map(({ isRevoked }) => isRevoked)).toEqual([false]);
  expect(crm.writes).toHaveLength(EXPORTS);
  expect(await readStored(id)).toMatchObject({ status: 'active', refreshOwner: undefined });
});

test('a process killed before it stored new tokens: reported, events kept, delivered after a new log-in', async () => {
  const place = await postgres.createDatabase();
  const store = await openExportStore(place);
  const { crm, authorize, logIn, readStored } = await createCrmWorld({ store, now });
  const id = await authorize();
  await enqueue(store, id, 3);
  crm.killSessions();

  const proxy = await startCutProxy(place);
  const doomed = await startWorker(proxy.url, options);
  let persisting: Promise<void> | undefined;
  crm.beforeAnswer = async ({ kind }) => {
    if (kind === 'refresh_token') persisting = proxy.swallow();
  };
  doomed.go();
  await waitFor(() => persisting !== undefined);
  await persisting;
  await doomed.kill();
  crm.beforeAnswer = undefined;
  expect(crm.grants[0]?.isRevoked).toBe(false);

  // An hour later, when the leases of the process that is gone are over.
  const clock = { ...REAL_TIME, aheadMs: 3600_000 };
  const next = await startWorker(place, options, clock);
  next.go();
  await waitFor(async () => (await readStored(id)).status === 'needs_reauthorization');
  expect(await readStored(id)).toMatchObject({ reason: 'grant_uncertain' });
  expect(crm.records.size).toBe(0);
  await logIn(id);
  await waitFor(() => crm.records.size === 3);
});

test('a process killed before the provider answered: another one refreshes the tokens', async () => {
  const place = await postgres.createDatabase();
  const store = await openExportStore(place);
  const { crm, authorize, readStored } = await createCrmWorld({ store, now });
  const id = await authorize();
  await enqueue(store, id, 3);
  crm.killSessions();
  crm.fail('token', 'hang');

  const doomed = await startWorker(place, options);
  doomed.go();
  await waitFor(() => crm.requests.some(({ error }) => error === 'fault'));
  await doomed.kill();
  expect(await readStored(id)).toMatchObject({ refreshOwner: expect.any(String) });

  const clock = { ...REAL_TIME, aheadMs: 3600_000 };
  const next = await startWorker(place, options, clock);
  next.go();
  await waitFor(() => crm.records.size === 3);
  expect(await readStored(id)).toMatchObject({ status: 'active', refreshOwner: undefined });
});
