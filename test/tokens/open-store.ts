import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlDatabase } from '@mandate/sql';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createMemoryTokenStore, type TokenStore } from '@mandate/tokens';
import { onTestFinished } from 'vitest';
import type { TestPostgres } from '../support/postgres.js';

/** A way to get an empty store, gone with the test. */
export type OpenStore = () => Promise<TokenStore>;

/** A path for a database in a directory of its own. */
export async function createDatabaseFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mandate-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return join(directory, 'tokens.db');
}

export async function openSqliteStore(file?: string): Promise<TokenStore> {
  return toStore(await openSqlite({ file: file ?? (await createDatabaseFile()) }));
}

export async function openPostgresStore(connectionString: string): Promise<TokenStore> {
  return toStore(await openPostgres({ connectionString, timeoutMs: 60_000 }));
}

/** Every kind of store there is. */
export function listStores(postgres: TestPostgres): readonly (readonly [string, OpenStore])[] {
  return [
    ['memory', async () => createMemoryTokenStore()],
    ['SQLite', () => openSqliteStore()],
    ['PostgreSQL', async () => openPostgresStore(await postgres.createDatabase())],
  ];
}

function toStore(database: SqlDatabase): TokenStore {
  onTestFinished(() => database.close());
  return createSqlTokenStore(database);
}
