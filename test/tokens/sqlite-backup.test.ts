import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import Database from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { insert } from '../../packages/tokens/src/testing/records.js';
import { createDatabaseFile } from './open-store.js';

async function open(file: string) {
  const database = await openSqlite({ file });
  onTestFinished(() => database.close());
  return { database, store: createSqlTokenStore(database) };
}

describe('a back-up', () => {
  test('of a database that is in use has everything that was stored', async () => {
    const file = await createDatabaseFile();
    const { database, store } = await open(file);
    const { id } = await insert(store);
    await database.backup(`${file}.backup`);
    const later = await insert(store);
    const copy = await open(`${file}.backup`);
    expect(await copy.store.get(id)).toMatchObject({ id });
    expect(await copy.store.get(later.id)).toBeUndefined();
    expect((await stat(`${file}.backup`)).mode & 0o777).toBe(0o600);
  });

  test('never replaces a file', async () => {
    const file = await createDatabaseFile();
    const { database } = await open(file);
    await writeFile(`${file}.backup`, 'something else');
    await expect(database.backup(`${file}.backup`)).rejects.toThrow('EEXIST');
    await expect(database.backup(file)).rejects.toThrow('EEXIST');
    expect(await readFile(`${file}.backup`, 'utf8')).toBe('something else');
  });

  test('that fails leaves no file', async () => {
    const file = await createDatabaseFile();
    const { database } = await open(file);
    await expect(database.backup(`${file}/no-folder/backup`)).rejects.toThrow();
    await database.close();
    await expect(database.backup(`${file}.backup`)).rejects.toThrow();
    expect(await readdir(dirname(file))).not.toContain('tokens.db.backup');
  });

  test.each(['', ':memory:', undefined])('needs the path of a file, not %j', async (target) => {
    const { database } = await open(await createDatabaseFile());
    await expect(database.backup(target as string)).rejects.toThrow(TypeError);
  });
});

describe('an existing file without our tables', () => {
  test.each<[string, (file: string) => Promise<void> | void]>([
    [
      'of another program',
      (file) => {
        const database = new Database(file);
        database.exec('create table notes (text)');
        database.close();
      },
    ],
    ['that is empty', (file) => writeFile(file, '')],
  ])('%s is an error, and stays as it is', async (_case, create) => {
    const file = await createDatabaseFile();
    await create(file);
    const before = await readFile(file);
    await expect(openSqlite({ file })).rejects.toThrow('exists, but has no tables of Mandate');
    expect(await readFile(file)).toEqual(before);
  });
});

test('a missing file is created whole, also by several at once', async () => {
  const file = await createDatabaseFile();
  const opened = await Promise.all(Array.from({ length: 5 }, () => open(file)));
  const { id } = await insert((opened[0] as (typeof opened)[0]).store);
  for (const { store } of opened) expect(await store.get(id)).toMatchObject({ id });
  const names = await readdir(dirname(file));
  expect(names.filter((name) => !/(?:-wal|-shm)$/.test(name))).toHaveLength(1);
});
