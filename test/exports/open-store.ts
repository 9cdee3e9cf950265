import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryExportStore, type ExportStore } from '@mandate/exports';
import type { SqlDatabase } from '@mandate/sql';
import { createSqlExportStore, type SqlTransaction } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { afterAll, onTestFinished } from 'vitest';
import { runSql, type TestPostgres } from '../support/postgres.js';

/** A way to get an empty store, gone with the test. */
export type OpenStore = () => Promise<ExportStore>;

/** A path for a database in a directory of its own. */
export async function createDatabaseFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mandate-exports-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return join(directory, 'exports.db');
}

/** Opens what is named: a URL or a file. */
export function openDatabase(place: string): Promise<SqlDatabase> {
  return place.startsWith('postgres')
    ? openPostgres({ connectionString: place, timeoutMs: 60_000 })
    : openSqlite({ file: place });
}

/** The same, closed with the test. */
export async function openExportStore(place: string): Promise<ExportStore<SqlTransaction>> {
  const database = await openDatabase(place);
  onTestFinished(() => database.close());
  return createSqlExportStore(database);
}

/** Every kind of store there is. To be called at the top of a test file. */
export function listStores(postgres: TestPostgres): readonly (readonly [string, OpenStore])[] {
  return [
    ['memory', async () => createMemoryExportStore()],
    ['SQLite', async () => openExportStore(await createDatabaseFile())],
    ['PostgreSQL', openOnOneDatabase(postgres)],
  ];
}

/** Emptying a database takes a tenth of the time that creating one takes. */
function openOnOneDatabase(postgres: TestPostgres): OpenStore {
  let opened: Promise<{ readonly url: string; readonly database: SqlDatabase }> | undefined;
  const create = async () => {
    const url = await postgres.createDatabase();
    return { url, database: await openDatabase(url) };
  };
  afterAll(async () => (await opened)?.database.close());
  return async () => {
    opened ??= create();
    const { url, database } = await opened;
    const tables = ['connections', 'logins', 'deliveries'].map((name) => `mandate_export_${name}`);
    await runSql(url, `truncate ${tables.join(', ')}`);
    return createSqlExportStore(database);
  };
}
