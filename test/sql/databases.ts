import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlDatabase } from '@mandate/sql';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { onTestFinished } from 'vitest';
import type { TestPostgres } from '../support/postgres.js';

/** An empty SQLite database, gone with the test. */
export async function openSqliteForTest(): Promise<SqlDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'mandate-issuer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return closeAfterwards(await openSqlite({ file: join(folder, 'issuer.db') }));
}

/** Opens an empty PostgreSQL database several times, as so many processes would. */
export async function openPostgresForTest(
  postgres: TestPostgres,
  times = 1,
): Promise<readonly SqlDatabase[]> {
  const connectionString = await postgres.createDatabase();
  const opened: SqlDatabase[] = [];
  for (let time = 0; time < times; time++) {
    opened.push(closeAfterwards(await openPostgres({ connectionString, timeoutMs: 15_000 })));
  }
  return opened;
}

function closeAfterwards(database: SqlDatabase): SqlDatabase {
  onTestFinished(() => database.close());
  return database;
}
