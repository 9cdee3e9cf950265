import { createSqlTokenStore, migrate, openPostgres, openSqlite } from '@mandate/sql';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../support/postgres.js';
import { createDatabaseFile } from './open-store.js';
import { startChild } from './processes/child.js';
import { openDatabase } from './processes/open-database.js';
import { insert } from './records.js';

const postgres = await startPostgres();
const places = [
  ['SQLite', createDatabaseFile],
  ['PostgreSQL', postgres.createDatabase],
] as const;

test.each(places)('migrations of %s run again without doing anything', async (_, place) => {
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

test('with migrate: false the tables are left to an explicit call', async () => {
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
