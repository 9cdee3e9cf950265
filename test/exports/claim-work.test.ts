import { PRESENCE_LANE } from '@mandate/exports/store';
import type { SqlDatabase } from '@mandate/sql';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { type RawBuilder, sql } from 'kysely';
import Database from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { DeliveryDriver } from '../../packages/exports/src/testing/delivery-driver.js';
import {
  createConnection,
  createDelivery,
  NOW_MS,
  SECOND_MS,
} from '../../packages/exports/src/testing/stored-records.js';
import { type OpenDatabase, toOpenDatabase } from '../../packages/sql/src/database/sql-database.js';
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

/** A database with one connection, so that what a session knows can be asked. */
async function openOneSession(): Promise<OpenDatabase> {
  const database = await openPostgres({
    connectionString: await postgres.createDatabase(),
    maxConnections: 1,
  });
  onTestFinished(() => database.close());
  return toOpenDatabase(database);
}

/** How a server runs a prepared statement: planned for these parameters, or for any. */
const MODES = ['force_custom_plan', 'force_generic_plan'];

test.each(MODES)(
  'on PostgreSQL, a claim reads as little of a long lane of presence updates as of a short one, with %s',
  async (mode) => {
    const count = async (length: number): Promise<number> => {
      const database = await openOneSession();
      await insertPresence(database, length);
      const { kysely } = database;
      await sql`analyze mandate_export_deliveries`.execute(kysely);
      await sql`set plan_cache_mode = ${sql.raw(mode)}`.execute(kysely);
      const claim = buildClaimStatement('postgres', CLAIM).compile(kysely);
      await sql`prepare claim as ${sql.raw(claim.sql)}`.execute(kysely);
      const { rows } = await sql<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>`
      explain (analyze, format json) execute claim (${sql.join(claim.parameters.map(toLiteral))})`.execute(
        kysely,
      );
      return countRowsRead(rows[0]?.['QUERY PLAN'][0].Plan as PlanNode);
    };
    const few = await count(20);
    const many = await count(5_000);
    expect(few).toBeGreaterThan(0);
    expect(many).toBeLessThanOrEqual(2 * few);
  },
);

/** Only what claims have as parameters. */
function toLiteral(value: unknown): RawBuilder<unknown> {
  return sql.lit(Array.isArray(value) ? `{${value.join(',')}}` : value);
}

test('on PostgreSQL, claims with any number of connections soon need no planning', async () => {
  const database = await openOneSession();
  const { store } = new DeliveryDriver(createSqlExportStore(database));
  const ids = Array.from({ length: 8 }, (_, i) => `connection-${i}`);
  for (const id of ids) {
    await store.insertConnection(createConnection({ id }));
    await store.insertDeliveries([createDelivery(`of-${id}`, { connectionId: id })]);
  }
  for (let claim = 0; claim < 40; claim++) {
    // Between 5 and 8 connections ahead are one statement.
    const connectionIds = ids.slice(0, 5 + (claim % 4));
    const ahead = { connectionIds, perConnection: 32 };
    await store.claimDeliveries({
      ...CLAIM,
      limit: 4,
      perConnection: 4,
      except: ids.slice(7),
      ahead,
    });
  }
  const { rows } = await sql<{ text: string; custom: string; generic: string }>`
    select statement as text, custom_plans as custom, generic_plans as generic
    from pg_prepared_statements`.execute(database.kysely);
  const claims = rows.filter(({ text }) => text.includes('update mandate_export_deliveries'));
  expect(claims).toHaveLength(1);
  // PostgreSQL plans for the parameters five times, and then compares the estimates.
  expect(claims[0]).toMatchObject({ custom: '5', generic: '35' });
});

test('on PostgreSQL, a connection keeps a bounded number of statements, however workers are configured', async () => {
  const database = await openOneSession();
  const { store } = new DeliveryDriver(createSqlExportStore(database));
  await store.insertConnection(createConnection());
  for (let limit = 1; limit <= 100; limit++) {
    await store.insertDeliveries([createDelivery(`${limit}`)]);
    const claimed = await store.claimDeliveries({ ...CLAIM, limit, perConnection: limit });
    expect(claimed.length).toBeLessThanOrEqual(limit);
  }
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from pg_prepared_statements`.execute(database.kysely);
  expect(Number(rows[0]?.count)).toBe(64);
});

test('on PostgreSQL, a claim writes to no index, even if it takes every delivery of a page', async () => {
  const database = await openOneSession();
  const { store } = new DeliveryDriver(createSqlExportStore(database));
  await store.insertConnection(createConnection());
  const deliveries = Array.from({ length: 40 }, (_, i) =>
    createDelivery(`${i}`, { engagementId: `${i}` }),
  );
  await store.insertDeliveries(deliveries);
  const counts = await database.kysely.transaction().execute(async (transaction) => {
    await buildClaimStatement('postgres', CLAIM).execute(transaction);
    const { rows } = await sql`
      select n_tup_upd as updated, n_tup_hot_upd as without_index from pg_stat_xact_user_tables
      where relname = 'mandate_export_deliveries'`.execute(transaction);
    return rows[0];
  });
  expect(counts).toEqual({ updated: '40', without_index: '40' });
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
