import { createMemoryExportStore } from '@mandate/exports';
import type { SqlTransaction } from '@mandate/sql/exports';
import { CamelCasePlugin, Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../support/postgres.js';
import { createDatabaseFile, openExportStore } from './open-store.js';
import { engagement } from './support/events.js';
import { createWorld, type World } from './support/world.js';

const postgres = await startPostgres();

/** An application with a table of its own in the database of the outbox, and one way to change it. */
interface Application {
  readonly world: World<SqlTransaction>;
  /** Stores an order in a transaction that does further work. It rolls back if the work rejects. */
  order(work: (transaction: SqlTransaction) => Promise<void>): Promise<void>;
  countOrders(): Promise<number>;
}

const NEVER = { pollIntervalMs: 3_600_000 };
const CREATE = 'create table orders (customer_name text)';
const INSERT = "insert into orders (customer_name) values ('Jordan')";

async function openWorld(place: string): Promise<World<SqlTransaction>> {
  const world = await createWorld<SqlTransaction>(NEVER, await openExportStore(place));
  await world.connect();
  return world;
}

async function useKysely(place: string, db: Kysely<unknown>): Promise<Application> {
  const world = await openWorld(place);
  onTestFinished(() => db.destroy());
  await sql.raw(CREATE).execute(db);
  return {
    world,
    order: (work) =>
      db.transaction().execute(async (transaction) => {
        await sql.raw(INSERT).execute(transaction);
        await work(transaction);
      }),
    async countOrders() {
      const { rows } = await sql`select * from orders`.execute(db);
      return rows.length;
    },
  };
}

async function useKyselyOnSqlite(): Promise<Application> {
  const place = await createDatabaseFile();
  // Opened at its first query, because the store rejects a file that another program created.
  const dialect = new SqliteDialect({ database: async () => new Database(place) });
  return useKysely(place, new Kysely({ dialect }));
}

async function useKyselyOnPostgres(): Promise<Application> {
  const connectionString = await postgres.createDatabase();
  const dialect = new PostgresDialect({ pool: new pg.Pool({ connectionString }) });
  // Its names differ from the columns of the outbox.
  return useKysely(connectionString, new Kysely({ dialect, plugins: [new CamelCasePlugin()] }));
}

async function usePg(connect: (connectionString: string) => Promise<pg.ClientBase>) {
  const connectionString = await postgres.createDatabase();
  const world = await openWorld(connectionString);
  const client = await connect(connectionString);
  await client.query(CREATE);
  const application: Application = {
    world,
    async order(work) {
      await client.query('begin');
      try {
        await client.query(INSERT);
        await work(client);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
    },
    async countOrders() {
      const { rows } = await client.query('select * from orders');
      return rows.length;
    },
  };
  return application;
}

const useClient = () =>
  usePg(async (connectionString) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  });

const usePoolClient = () =>
  usePg(async (connectionString) => {
    const pool = new pg.Pool({ connectionString });
    const client = await pool.connect();
    onTestFinished(async () => {
      client.release();
      await pool.end();
    });
    return client;
  });

describe.each([
  ['a Kysely transaction on SQLite', useKyselyOnSqlite],
  ['a Kysely transaction on PostgreSQL', useKyselyOnPostgres],
  ['a pg client', useClient],
  ['a client of a pg pool', usePoolClient],
])('an event that is enqueued in %s', (_, open) => {
  test('is delivered after the commit, without a poll', async () => {
    const { world, order, countOrders } = await open();
    world.worker.start();
    onTestFinished(() => world.worker.stop());
    await order(async (transaction) => {
      const ids = await world.outbox.enqueue(engagement('e-1'), { transaction });
      expect(ids).toHaveLength(1);
      // Other connections do not see it yet.
      expect(await world.deliveries()).toEqual([]);
    });
    await expect.poll(() => world.events).toMatchObject([{ type: 'delivered' }]);
    expect(await countOrders()).toBe(1);
  });

  test('is never delivered if the transaction rolls back', async () => {
    const { world, order, countOrders } = await open();
    const fault = new Error('the order is invalid');
    const rejected = order(async (transaction) => {
      await world.outbox.enqueue(engagement('e-1'), { transaction });
      throw fault;
    });
    await expect(rejected).rejects.toBe(fault);
    expect(await world.worker.runOnce()).toBe(0);
    expect([await world.deliveries(), await countOrders()]).toEqual([[], 0]);
    // It was not taken, so it can still be enqueued.
    await order((transaction) =>
      world.outbox.enqueue(engagement('e-1'), { transaction }).then(() => {}),
    );
    expect(await world.worker.runOnce()).toBe(1);
  });

  test('is stored once, and leaves the transaction usable if it is invalid', async () => {
    const { world, order, countOrders } = await open();
    await world.outbox.enqueue(engagement('e-1'));
    await order(async (transaction) => {
      await world.outbox.enqueue(engagement('e-1'), { transaction });
      await expect(world.outbox.enqueue({}, { transaction })).rejects.toThrow('export_type');
    });
    expect(await world.deliveries()).toHaveLength(1);
    expect(await countOrders()).toBe(1);
  });

  test('does not touch the rest of the transaction if it conflicts', async () => {
    const { world, order, countOrders } = await open();
    await world.connect({ id: 'second', name: 'second' });
    await world.outbox.enqueue(engagement('e-1'));
    await world.worker.runOnce();
    await order(async (transaction) => {
      // At once, so that the one that conflicts could undo the other.
      const rejected = world.outbox.enqueue(engagement('e-1', { source: 'x' }), { transaction });
      const taken = world.outbox.enqueue(engagement('e-2'), { transaction });
      await expect(rejected).rejects.toMatchObject({ code: 'conflict' });
      expect(await taken).toHaveLength(2);
    });
    expect(await world.worker.runOnce()).toBe(2);
    expect(await countOrders()).toBe(1);
  });
});

describe('enqueue throws, and stores nothing,', () => {
  test('for what is not an open transaction of PostgreSQL', async () => {
    const connectionString = await postgres.createDatabase();
    const world = await openWorld(connectionString);
    const pool = new pg.Pool({ connectionString });
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    const client = new pg.Client({ connectionString });
    await client.connect();
    onTestFinished(() => Promise.all([db.destroy(), client.end()]).then(() => {}));
    const enqueue = (transaction: unknown) =>
      world.outbox.enqueue(engagement('e-1'), { transaction: transaction as SqlTransaction });
    for (const invalid of [undefined, null, 'begin', {}, db, pool]) {
      await expect(enqueue(invalid)).rejects.toThrow(TypeError);
    }
    await expect(enqueue(client)).rejects.toThrow(/transaction block/);
    expect(await world.deliveries()).toEqual([]);
  });

  test('for what is not an open transaction of SQLite', async () => {
    const place = await createDatabaseFile();
    const world = await openWorld(place);
    const db = new Kysely<unknown>({
      dialect: new SqliteDialect({ database: new Database(place) }),
    });
    onTestFinished(() => db.destroy());
    const ended = await db.startTransaction().execute();
    await ended.commit().execute();
    for (const invalid of [db, { query: async () => {} }]) {
      const transaction = invalid as unknown as SqlTransaction;
      const rejected = world.outbox.enqueue(engagement('e-1'), { transaction });
      await expect(rejected).rejects.toThrow('must be an open Kysely transaction');
    }
    const late = world.outbox.enqueue(engagement('e-1'), { transaction: ended });
    await expect(late).rejects.toThrow('already committed');
    expect(await world.deliveries()).toEqual([]);
  });

  test('for an unknown option, and on a store that cannot use a transaction', async () => {
    const world = await createWorld({}, createMemoryExportStore());
    await world.connect();
    const enqueue = (options: object) =>
      world.outbox.enqueue(engagement('e-1'), options as { transaction: never });
    await expect(enqueue({ transacton: {} })).rejects.toThrow('did you mean "transaction"?');
    await expect(enqueue({ transaction: {} })).rejects.toThrow('this store cannot use');
    expect(await world.deliveries()).toEqual([]);
  });
});
