import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { listTableVersions, type SqlDatabase } from '@mandate/sql';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { CliError, EXIT } from '../cli-error.js';
import type { Io } from '../io.js';

/** Which database a command uses. */
export interface DatabaseOptions {
  /** The file of a SQLite database. */
  readonly database?: string | undefined;
}

const isUrl = (place: string): boolean => /^postgres(ql)?:/i.test(place);

/** The file of SQLite, or the URL of PostgreSQL. @throws CliError if none is given. */
export function toPlace(io: Io, { database }: DatabaseOptions): string {
  if (database !== undefined && isUrl(database)) {
    // Other users of the machine see the arguments of a process.
    throw new CliError(
      'a URL can hold a password: put it into MANDATE_DATABASE instead of --database',
    );
  }
  const place = database ?? io.env['MANDATE_DATABASE'];
  if (!place) {
    throw new CliError(
      'no database: use --database <file> for SQLite, or set MANDATE_DATABASE to a file or a postgres URL',
    );
  }
  return isUrl(place) ? place : resolve(io.directory, place);
}

/** Opens a database as it is: commands do not migrate tables in passing. */
export function openAsItIs(place: string): Promise<SqlDatabase> {
  return isUrl(place)
    ? openPostgres({ connectionString: place, migrate: false, onError: null })
    : openSqlite({ file: place, migrate: false });
}

/** Runs work on the database of a command, and closes it. @throws CliError if the tables are not current. */
export async function withDatabase<Result>(
  io: Io,
  options: DatabaseOptions,
  work: (database: SqlDatabase) => Promise<Result>,
): Promise<Result> {
  const place = toPlace(io, options);
  checkExists(place);
  const database = await openAsItIs(place).catch(throwUnreachable);
  try {
    await checkVersion(database);
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Opening a file that does not exist would create it. */
export function checkExists(place: string): void {
  if (isUrl(place) || existsSync(place)) return;
  throw new CliError(`${place} does not exist; mandate db migrate creates it`);
}

async function checkVersion(database: SqlDatabase): Promise<void> {
  const versions = await listTableVersions(database);
  if (versions.every(({ isApplied }) => isApplied)) return;
  throw new CliError(
    'the tables of the database are missing or not current: run mandate db migrate',
  );
}

/** The message of a driver can hold the URL, so only its code is shown. */
export function throwUnreachable(error: unknown): never {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  const shown = typeof code === 'string' && /^\w+$/.test(code) ? ` (${code})` : '';
  throw new CliError(`the database cannot be opened${shown}`, EXIT.failure);
}
