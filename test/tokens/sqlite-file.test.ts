import { copyFile, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { migrate } from '@mandate/sql';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import type { TokenChange } from '@mandate/tokens';
import Database from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { after, insert, toAudit } from '../../packages/tokens/src/testing/records.js';
import { createDatabaseFile, openSqliteStore } from './open-store.js';

test('the database and its journal files are for their owner alone', async () => {
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  const file = await createDatabaseFile();
  await insert(await openSqliteStore(file));
  for (const suffix of ['', '-wal', '-shm']) {
    const { mode } = await stat(file + suffix);
    expect([suffix, (mode & 0o777).toString(8)]).toEqual([suffix, '600']);
  }
});

test('a file that is not a database is rejected, and left unchanged', async () => {
  const file = await createDatabaseFile();
  await writeFile(file, 'these are not pages\n'.repeat(100));
  await expect(openSqlite({ file })).rejects.toThrow(/not a database/);
  expect(await readFile(file, 'utf8')).toContain('these are not pages');
});

test.each([':memory:', '', undefined])('%j is not a file, and is rejected', async (file) => {
  await expect(openSqlite({ file: file as string })).rejects.toThrow(TypeError);
});

test.each([
  ['removed', (file: string) => rm(file)],
  [
    'replaced',
    async (file: string) => {
      await copyFile(file, `${file}.copy`);
      await rename(`${file}.copy`, file);
    },
  ],
])(
  'a file that was %s is no longer changed, because the changes would end with the process',
  async (_, take) => {
    const file = await createDatabaseFile();
    const store = await openSqliteStore(file);
    const { id } = await insert(store);
    await take(file);
    await expect(insert(store)).rejects.toThrow('the database file was removed or replaced');
    await expect(store.revoke(toAudit(id, 'revoked'))).rejects.toThrow('removed or replaced');
    expect((await store.find([`hash of ${id}`]))?.record).toMatchObject({ id });
  },
);

test('a name that looks like a URL names a file as well', async () => {
  const directory = dirname(await createDatabaseFile());
  const before = process.cwd();
  process.chdir(directory);
  onTestFinished(() => process.chdir(before));
  await insert(await openSqliteStore('file:tokens.db'));
  expect((await readdir(directory)).sort()).toEqual([
    'file:tokens.db',
    'file:tokens.db-shm',
    'file:tokens.db-wal',
  ]);
  expect((await stat('file:tokens.db')).mode & 0o777).toBe(0o600);
});

test('the error names a missing directory', async () => {
  const file = `${await createDatabaseFile()}/deeper/tokens.db`;
  await expect(openSqlite({ file })).rejects.toThrow(/deeper/);
});

test('a second store on the file sees every change at once, without a notification', async () => {
  const file = await createDatabaseFile();
  const first = await openSqliteStore(file);
  const second = await openSqliteStore(file);
  const record = await insert(first);
  expect(await second.get(record.id)).toEqual(record);
  expect(second.isConnected()).toBe(false);
  await second.revoke({ tokenId: record.id, action: 'revoked', by: 'x', at: record.createdAt });
  expect((await first.get(record.id))?.revokedAt).toEqual(record.createdAt);
});

test('while another process holds the lock, only changes wait, one after the other', async () => {
  const file = await createDatabaseFile();
  const store = await openSqliteStore(file);
  const record = await insert(store);
  const other = new Database(file);
  onTestFinished(() => void other.close());
  other.exec('begin immediate');
  const changes = [1, 2, 3].map((at) => store.revoke(toAudit(record.id, 'revoked', after(at))));
  // The process continues: it answers requests, and the holder of the lock in it releases the lock.
  expect(await store.get(record.id)).toEqual(record);
  expect(await store.find([`hash of ${record.id}`])).toMatchObject({ record: { id: record.id } });
  other.exec('rollback');
  expect(await Promise.all(changes)).toEqual([true, false, false]);
  expect((await store.get(record.id))?.revokedAt).toEqual(after(1));
});

describe('once another process held the lock for too long', () => {
  async function start() {
    const file = await createDatabaseFile();
    const database = await openSqlite({ file, busyTimeoutMs: 20 });
    onTestFinished(() => database.close());
    const store = createSqlTokenStore(database);
    const { id } = await insert(store);
    const other = new Database(file, { timeout: 20 });
    onTestFinished(() => void other.close());
    /** What happens while it holds the lock. */
    const whileLocked = async (work: () => Promise<unknown>) => {
      other.exec('begin immediate');
      await expect(work()).rejects.toThrow('database is locked');
      other.exec('rollback');
    };
    const read = () =>
      other.prepare('select revoked_at, last_used_at from mandate_tokens').get() as object;
    return { store, id, other, whileLocked, read, file };
  }

  test.each(['a change', 'a note'] as const)(
    '%s fails, and later changes are made',
    async (what) => {
      const { store, id, whileLocked, read } = await start();
      await whileLocked(() =>
        what === 'a change'
          ? store.revoke(toAudit(id, 'revoked', after(1)))
          : store.touch(new Map([[id, after(1)]])),
      );
      expect(read()).toMatchObject({ revoked_at: null, last_used_at: null });
      expect(await store.revoke(toAudit(id, 'revoked', after(2)))).toBe(true);
      expect(read()).toMatchObject({ revoked_at: after(2).getTime() });
    },
  );

  test('later writes are visible to every process, and the lock is released', async () => {
    const { store, id, other, whileLocked, read } = await start();
    await whileLocked(() => store.touch(new Map([[id, after(1)]])));
    await store.touch(new Map([[id, after(2)]]));
    expect(read()).toMatchObject({ last_used_at: after(2).getTime() });
    other.exec('begin immediate; rollback');
  });

  test('the store opens as soon as the lock is free', async () => {
    const { file, whileLocked } = await start();
    const open = () => openSqlite({ file, busyTimeoutMs: 20 });
    await whileLocked(async () => migrate(await open()));
    await (await open()).close();
  });
});

test('a database that only looked tokens up, or was never used, can be closed as well', async () => {
  const file = await createDatabaseFile();
  await (await openSqlite({ file })).close();
  const database = await openSqlite({ file, migrate: false });
  await database.close();
  expect(() => createSqlTokenStore(database).find(['absent'])).toThrow(/not open/);
});

test('two stores of one database share changes: each receives the revocations of the other at once', async () => {
  const database = await openSqlite({ file: await createDatabaseFile() });
  onTestFinished(() => database.close());
  const [here, there] = [createSqlTokenStore(database), createSqlTokenStore(database)];
  const record = await insert(here);
  const received: TokenChange[] = [];
  there.onChange((change) => received.push(change));
  await here.revoke(toAudit(record.id, 'revoked'));
  expect(received).toEqual([record.id]);
});

test('a revocation that another process made first ends the token in this process as well', async () => {
  const file = await createDatabaseFile();
  const [here, there] = [await openSqliteStore(file), await openSqliteStore(file)];
  const record = await insert(here);
  const received: TokenChange[] = [];
  here.onChange((change) => received.push(change));
  expect(await there.revoke(toAudit(record.id, 'revoked'))).toBe(true);
  expect(await here.revoke(toAudit(record.id, 'revoked'))).toBe(false);
  expect(received).toEqual([record.id]);
});
