import type { DeliveryOutcome } from '@mandate/exports';
import { PRESENCE_LANE } from '@mandate/exports/store';
import { createExportStoreTests } from '@mandate/exports/testing';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DeliveryDriver } from '../../packages/exports/src/testing/delivery-driver.js';
import {
  createConnection,
  createDelivery,
  NOW_MS,
  SECOND_MS,
} from '../../packages/exports/src/testing/stored-records.js';
import { startPostgres } from '../support/postgres.js';
import { listStores } from './open-store.js';

const postgres = await startPostgres();

describe.each(listStores(postgres))('the %s store', (_, open) => {
  for (const { name, run } of createExportStoreTests({ open })) test(name, run);

  test('claims presence updates one by one, from a long lane too', async () => {
    const driver = new DeliveryDriver(await open());
    const lane = { engagementId: PRESENCE_LANE, exportType: PRESENCE_LANE };
    const insertMany = async (connectionId: string, count: number) => {
      await driver.store.insertConnection(createConnection({ id: connectionId }));
      const ids = Array.from({ length: count }, (_, index) => `${connectionId}-${index}`);
      const deliveries = ids.map((id) => createDelivery(id, { ...lane, connectionId }));
      await driver.store.insertDeliveries(deliveries);
    };
    await driver.store.insertConnection(createConnection());
    await insertMany('few', 20);
    await insertMany('many', 2_000);
    const deliver = async (connectionId: string, except: string): Promise<void> => {
      for (let i = 0; i < 10; i++) {
        expect(await driver.claimIds({ except: [except] })).toEqual([`${connectionId}-${i}`]);
        expect(await driver.claimIds({ except: [except] })).toEqual([]);
        await driver.settle(`${connectionId}-${i}`);
      }
      expect(await driver.claimIds({ except: [except] })).toEqual([`${connectionId}-10`]);
      await driver.retry(`${connectionId}-10`, NOW_MS + SECOND_MS);
    };
    await driver.insertDue('other');
    await driver.claim({ except: ['few', 'many'] });
    await deliver('few', 'many');
    await deliver('many', 'few');
    const nowMs = NOW_MS + SECOND_MS;
    expect([...(await driver.claimIds({ nowMs }))].sort()).toEqual(['few-10', 'many-10']);
  });
});

test('an outcome counts on PostgreSQL although the deliveries behind it are locked', async () => {
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
