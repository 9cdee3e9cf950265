import { PRESENCE_LANE } from '@mandate/exports/store';
import type { SqlDatabase } from '@mandate/sql';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { sql } from 'kysely';
import Database from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { DeliveryDriver } from '../../packages/exports/src/testing/delivery-driver.js';
import {
  createConnection,
  createDelivery,
  NOW_MS,
  SECOND_MS,
} from '../../packages/exports/src/testing/stored-records.js';
import { toOpenDatabase } from '../../packages/sql/src/database/sql-database.js';
import { buildClaimStatement } from '../../packages/sql/src/exports/claim-deliveries.js';
import { startPostgres } from '../support/postgres.js';
import { createDatabaseFile } from './open-store.js';

const postgres = await startPostgres();

const CLAIM = {
  ...{ owner: 'worker', nowMs: NOW_MS, leaseUntilMs: NOW_MS + 60 * SECOND_MS },
  ...{ limit: 100, perConnection: 100, except: [] },
};

/** A node of PostgreSQL's plan: https://www.postgresql.org/docs/current/using-explain.html */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** A row of SQLite's plan: https://sqlite.org/eqp.html */
interface Step {
  readonly parent: number;
  readonly detail: string;
}

/** The rows that a plan read from tables and indexes. */
function countRowsRead(node: PlanNode): number {
  const rows = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0);
  const own = node['Node Type'].includes('Scan') ? rows * node['Actual Loops'] : 0;
  return (node.Plans ?? []).reduce((sum, child) => sum + countRowsRead(child), own);
}

/** Stores presence updates for one connection. */
async function insertPresence(database: SqlDatabase, count: number): Promise<void> {
  const { store } = new DeliveryDriver(createSqlExportStore(database));
  await store.insertConnection(createConnection());
  const lane = { engagementId: PRESENCE_LANE, exportType: PRESENCE_LANE };
  await store.insertDeliveries(
    Array.from({ length: count }, (_, i) => createDelivery(`presence-${count}-${i}`, lane)),
  );
}

test('on PostgreSQL, a claim reads as little of a long lane of presence updates as of a short one', async () => {
  const count = async (length: number): Promise<number> => {
    const database = await openPostgres({ connectionString: await postgres.createDatabase() });
    onTestFinished(() => database.close());
    await insertPresence(database, length);
    const { kysely } = toOpenDatabase(database);
    await sql`analyze mandate_export_deliveries`.execute(kysely);
    const { rows } = await sql<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>`
      explain (analyze, format json) ${buildClaimStatement('postgres', CLAIM)}`.execute(kysely);
    return countRowsRead(rows[0]?.['QUERY PLAN'][0].Plan as PlanNode);
  };
  const few = await count(20);
  const many = await count(5_000);
  expect(few).toBeGreaterThan(0);
  expect(many).toBeLessThanOrEqual(2 * few);
});

test('on SQLite, a claim finds the first presence update by an index, without sorting the lane', async () => {
  const file = await createDatabaseFile();
  const database = await openSqlite({ file });
  onTestFinished(() => database.close());
  await insertPresence(database, 20);
  const { kysely } = toOpenDatabase(database);
  const statement = buildClaimStatement('sqlite', CLAIM).compile(kysely);
  const raw = new Database(file);
  onTestFinished(() => void raw.close());
  const rows = raw
    .prepare(`explain query plan ${statement.sql}`)
    .all(...statement.parameters) as readonly Step[];
  const first = rows.filter(({ detail }) => detail.includes(' earliest '));
  expect(first.length).toBeGreaterThan(0);
  for (const { detail, parent } of first) {
    expect(detail).toMatch(
      /^SEARCH earliest USING .*INDEX .*\(connection_id=\? AND engagement_id=\?\)/,
    );
    const beside = rows.filter((row) => row.parent === parent).map((row) => row.detail);
    expect(beside.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  }
});
