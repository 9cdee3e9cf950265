import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryExportStore, type ExportStore } from '@mandate/exports';
import { createSqlExportStore, openPostgres, openSqlite, type SqlDatabase } from '@mandate/sql';
import { onTestFinished } from 'vitest';
import type { TestPostgres } from '../support/postgres.js';

/** A way to get an empty store, gone with the test. */
export type OpenStore = () => Promise<ExportStore>;

/** A path for a database in a directory of its own. */
export async function createDatabaseFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mandate-exports-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return join(directory, 'exports.db');
}

/** Opens what is named: a URL or a file. */
export async function openExportStore(place: string): Promise<ExportStore> {
  const database: SqlDatabase = place.startsWith('postgres')
    ? await openPostgres({ connectionString: place, timeoutMs: 15_000 })
    : await openSqlite({ file: place });
  onTestFinished(() => database.close());
  return createSqlExportStore(database);
}

/** Every kind of store there is. */
export function listStores(postgres: TestPostgres): readonly (readonly [string, OpenStore])[] {
  return [
    ['memory', async () => createMemoryExportStore()],
    ['SQLite', async () => openExportStore(await createDatabaseFile())],
    ['PostgreSQL', async () => openExportStore(await postgres.createDatabase())],
  ];
}
