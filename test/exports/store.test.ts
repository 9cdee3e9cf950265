import type { DeliveryOutcome } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../support/postgres.js';
import { listStores } from './open-store.js';
import { describeConnections } from './store-contract/connections.js';
import { describeDeliveries } from './store-contract/deliveries.js';
import { describeLogins } from './store-contract/logins.js';
import { createConnection, createDelivery, NOW_MS } from './stored.js';

const postgres = await startPostgres();

for (const [name, open] of listStores(postgres)) {
  describeConnections(name, open);
  describeLogins(name, open);
  describeDeliveries(name, open);
}

test('what was settled on PostgreSQL counts, even if those behind it cannot be put off', async () => {
  const connectionString = await postgres.createDatabase();
  const database = await openPostgres({ connectionString, timeoutMs: 1000 });
  const other = new pg.Client({ connectionString });
  onTestFinished(async () => {
    await other.end();
    await database.close();
  });
  const store = createSqlExportStore(database);
  await store.insertConnection(createConnection());
  const lane = { engagementId: 'one' };
  await store.insertDeliveries([createDelivery('first', lane), createDelivery('second', lane)]);
  const lease = { owner: 'worker', nowMs: NOW_MS, leaseUntilMs: NOW_MS + 1000 };
  await store.claimDeliveries({ ...lease, limit: 1, perConnection: 1, except: [] });
  await other.connect();
  await other.query("begin; update mandate_export_deliveries set owner = '' where id = 'second'");
  const outcome: DeliveryOutcome = {
    id: 'first',
    owner: 'worker',
    status: 'pending',
    failure: 'throttled',
    responseStatus: 429,
    nextAttemptAtMs: NOW_MS + 5000,
    countsAsAttempt: false,
    atMs: NOW_MS,
  };
  expect(await store.settleDelivery(outcome)).toBe(true);
});
