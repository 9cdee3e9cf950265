import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExportStoreTests } from '@mandate/exports/testing';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { testTokenStore } from '@mandate/tokens/testing';

/** What becomes of the tests that a store must pass. */
export interface StoreResults {
  readonly passed: number;
  readonly failures: readonly string[];
}

/** What becomes of one open with each value of `driver`. */
export type DriverResults = Readonly<Record<string, string>>;

// `stores`: runs the tests of both stores. `drivers`: opens a file with each driver.
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

console.log(JSON.stringify(what === 'stores' ? await runStores() : await runDrivers()));
rmSync(folder, { recursive: true });
