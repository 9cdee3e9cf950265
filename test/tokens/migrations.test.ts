import { migrate } from '@mandate/sql';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { insert } from '../../packages/tokens/src/testing/records.js';
import { runSql, startPostgres } from '../support/postgres.js';
import { createDatabaseFile } from './open-store.js';
import { startChild } from './processes/child.js';
import { openDatabase } from './processes/open-database.js';

const postgres = await startPostgres();

/** What migrations hold while they run. */
const KYSELY_LOCK = '3853314791062309107';

const places = [
  ['SQLite', createDatabaseFile],
  ['PostgreSQL', postgres.createDatabase],
] as const;

test.each(places)('migrations of %s can run again without effect', async (_, place) => {
  const database = await openDatabase(await place());
  onTestFinished(() => database.close());
  const store = createSqlTokenStore(database);
  const record = await insert(store);
  await migrate(database);
  expect(await store.get(record.id)).toEqual(record);
});

test.each(places)('four processes at once bring an empty %s up to date', async (_, place) => {
  for (let round = 0; round < 3; round++) {
    const where = await place();
    const starting = [1, 2, 3, 4].map(() => startChild('migrate-program.ts', [where]));
    const children = await Promise.all(starting);
    await Promise.all(children.map(({ firstLine }) => firstLine));
    for (const child of children) child.process.stdin?.end('go\n');
    const codes = await Promise.all(children.map(({ exit }) => exit));
    expect({ codes, errors: children.map(({ errors }) => errors()).join('') }).toEqual({
      codes: [0, 0, 0, 0],
      errors: '',
    });
  }
});

test('a migration waits for another process that migrates, for longer than a request may', async () => {
  const connectionString = await postgres.createDatabase();
  const other = new pg.Client({ connectionString });
  await other.connect();
  onTestFinished(() => other.end());
  await other.query(`select pg_advisory_lock(${KYSELY_LOCK})`);
  // The time-outs of the driver pass when the test says so.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const timeoutMs = 60_000;
  const opening = openPostgres({ connectionString, timeoutMs });
  opening.catch(() => {});
  const waiting = `select pid from pg_stat_activity where datname = current_database()
    and wait_event_type = 'Lock'`;
  await expect.poll(() => runSql(connectionString, waiting)).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2 * timeoutMs);
  await other.query(`select pg_advisory_unlock(${KYSELY_LOCK})`);
  const database = await opening;
  onTestFinished(() => database.close());
  await insert(createSqlTokenStore(database));
});

test('tables of a newer version are not migrated, and can be used', async () => {
  const connectionString = await postgres.createDatabase();
  await (await openPostgres({ connectionString, timeoutMs: 60_000 })).close();
  await runSql(connectionString, `insert into mandate_migration values ('999_newer', '2030')`);
  await expect(openPostgres({ connectionString, timeoutMs: 60_000 })).rejects.toThrow(/999_newer/);
  const database = await openPostgres({ connectionString, migrate: false, timeoutMs: 60_000 });
  onTestFinished(() => database.close());
  await insert(createSqlTokenStore(database));
});

test('with migrate: false, only an explicit call changes the tables', async () => {
  const opened = [
    await openSqlite({ file: await createDatabaseFile(), migrate: false }),
    await openPostgres({ connectionString: await postgres.createDatabase(), migrate: false }),
  ];
  for (const database of opened) {
    onTestFinished(() => database.close());
    const store = createSqlTokenStore(database);
    await expect(insert(store)).rejects.toThrow(/mandate_tokens/);
    await migrate(database);
    await insert(store);
  }
});
