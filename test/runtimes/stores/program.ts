import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExportStoreTests } from '@mandate/exports/testing';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openSqlite, type SqliteSqlDatabase } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenAuthority } from '@mandate/tokens';
import { testTokenStore } from '@mandate/tokens/testing';

/** What becomes of the tests that a store must pass. */
export interface StoreResults {
  readonly passed: number;
  readonly failures: readonly string[];
}

/** What becomes of one open with each value of `driver`. */
export type DriverResults = Readonly<Record<string, string>>;

/** What becomes of writes while another connection holds the lock of the file. */
export interface LockResults {
  /** The code of the error of one that does not wait. */
  readonly impatient: unknown;
  /** Of one that waits until the lock is free. */
  readonly patient: string;
}

// `stores`: runs the tests of both stores. `drivers`: opens a file with each driver. `locks`: writes to a locked file.
const [what] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'mandate-stores-'));
let files = 0;
const nextFile = () => join(folder, `${files++}.db`);
const closing: (() => Promise<void>)[] = [];

async function open() {
  const database = await openSqlite({ file: nextFile() });
  closing.push(() => database.close());
  return database;
}

async function runStores(): Promise<StoreResults> {
  const tests: { readonly name: string; readonly run: () => Promise<void> }[] = [
    ...createExportStoreTests({ open: async () => createSqlExportStore(await open()) }),
  ];
  testTokenStore({
    describe: (_, define) => define(),
    test: (name, run) => tests.push({ name, run }),
    openStore: async () => createSqlTokenStore(await open()),
  });
  const failures: string[] = [];
  for (const { name, run } of tests) {
    try {
      await run();
    } catch (error) {
      failures.push(`${name}: ${String(error)}`);
    }
    for (const close of closing.splice(0)) await close();
  }
  return { passed: tests.length - failures.length, failures };
}

async function runDrivers(): Promise<DriverResults> {
  const results: Record<string, string> = {};
  for (const driver of ['node:sqlite', 'libsql', 'other'] as const) {
    const file = nextFile();
    try {
      const database = await openSqlite({ file, driver: driver as 'libsql' });
      await database.backup(`${file}.copy`);
      await database.close();
      results[driver] = existsSync(`${file}.copy`) ? 'opened' : 'no copy';
    } catch (error) {
      results[driver] = String(error);
    }
  }
  return results;
}

async function runLocks(): Promise<LockResults> {
  const file = nextFile();
  const impatient = await openSqlite({ file, busyTimeoutMs: 0 });
  const patient = await openSqlite({ file, busyTimeoutMs: 60_000 });
  const lock = connect(file);
  lock.exec('begin immediate');
  const code = await write(impatient).catch((error: { readonly code?: unknown }) => error.code);
  const waiting = write(patient);
  await new Promise((resolve) => setImmediate(resolve));
  lock.exec('commit');
  await waiting;
  const again = await write(impatient);
  lock.close();
  await Promise.all([impatient.close(), patient.close()]);
  return { impatient: code, patient: again };
}

/** Another connection through the same library. */
function connect(file: string): { exec(sql: string): void; close(): void } {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite' as 'node:fs') as unknown as {
    DatabaseSync: new (file: string) => ReturnType<typeof connect>;
  };
  return new DatabaseSync(file);
}

async function write(database: SqliteSqlDatabase): Promise<string> {
  const authority = createTokenAuthority({ store: createSqlTokenStore(database) });
  const admin = { subject: 'admin@example.com', isSuperAdmin: true };
  await authority.create({ description: 'a', permission: 'ANONYMOUS', scopes: ['A'] }, admin);
  return 'written';
}

const RUN: Readonly<Record<string, () => Promise<unknown>>> = {
  stores: runStores,
  drivers: runDrivers,
  locks: runLocks,
};
console.log(JSON.stringify(await RUN[what ?? '']?.()));
rmSync(folder, { recursive: true });
