import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { listTableVersions, migrate, type SqlDatabase } from '@mandate/sql';
import { openSqlite, type SqliteSqlDatabase } from '@mandate/sql/sqlite';
import type { Command } from 'commander';
import { CliError, EXIT, type ExitCode } from '../cli-error.js';
import {
  checkExists,
  type DatabaseOptions,
  openAsItIs,
  throwUnreachable,
  toPlace,
} from '../database/open-database.js';
import type { Io } from '../io.js';
import { print, printList } from '../output/print.js';
import { addStoreCommand, type StoreOptions } from '../store-command.js';

interface Options extends StoreOptions {
  readonly dryRun?: boolean;
}

/** Commands about the tables themselves. */
export function addDatabase(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const db = program.command('db').description('migrate and back up the database');
  const add = (usage: string, description: string) => addStoreCommand(db, usage, description);
  add('migrate', 'migrate the tables to the newest version; creates a SQLite file that is missing')
    .option('--dry-run', 'print what would be done, and change nothing')
    .action(async (options: Options) => {
      const pending =
        options.dryRun === true ? await listPending(io, options) : await run(io, options);
      const verb = options.dryRun === true ? 'would apply' : 'applied';
      const lines =
        pending.length === 0
          ? ['the tables are current']
          : pending.map((name) => `${verb} ${name}`);
      print(io, options, {
        value: { [options.dryRun === true ? 'pending' : 'applied']: pending },
        lines,
      });
    });
  add('version', 'list the versions of the tables').action(async (options: Options) => {
    const rows = await withRaw(io, options, listTableVersions);
    const columns = {
      version: ({ name }: (typeof rows)[number]) => name,
      applied: ({ isApplied }: (typeof rows)[number]) => (isApplied ? 'yes' : 'no'),
    };
    printList(io, options, { rows, columns });
    end(rows.every(({ isApplied }) => isApplied) ? EXIT.ok : EXIT.negative);
  });
  add('backup <file>', 'copy a SQLite database while servers use it').action(
    (file: string, options: Options) => backUp(io, resolve(io.directory, file), options),
  );
}

/** Opens the database whatever the state of its tables is. */
async function withRaw<Result>(
  io: Io,
  options: DatabaseOptions,
  work: (database: SqlDatabase) => Promise<Result>,
): Promise<Result> {
  const place = toPlace(io, options);
  checkExists(place);
  const database = await openAsItIs(place).catch(throwUnreachable);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

async function toPending(database: SqlDatabase): Promise<readonly string[]> {
  const versions = await listTableVersions(database);
  return versions.filter(({ isApplied }) => !isApplied).map(({ name }) => name);
}

const isFile = (place: string): boolean => !/^postgres(ql)?:/i.test(place);

async function listPending(io: Io, options: Options): Promise<readonly string[]> {
  const place = toPlace(io, options);
  if (isFile(place) && !existsSync(place)) return [`the creation of ${place}`];
  return withRaw(io, options, toPending);
}

async function run(io: Io, options: Options): Promise<readonly string[]> {
  const place = toPlace(io, options);
  if (isFile(place) && !existsSync(place)) {
    const database = await openSqlite({ file: place });
    const versions = await listTableVersions(database);
    await database.close();
    return versions.map(({ name }) => name);
  }
  return withRaw(io, options, async (database) => {
    const pending = await toPending(database);
    await migrate(database);
    return pending;
  });
}

async function backUp(io: Io, file: string, options: Options): Promise<void> {
  if (!isFile(toPlace(io, options))) {
    throw new CliError('backup is for SQLite; use pg_dump for PostgreSQL');
  }
  if (existsSync(file)) throw new CliError(`${file} exists already`);
  await withRaw(io, options, (database) => (database as SqliteSqlDatabase).backup(file));
  print(io, options, { value: { file }, lines: [`wrote ${file}`] });
}
