import { chmod, readFile } from 'node:fs/promises';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenVerifier } from '@mandate/tokens';
import { expect, onTestFinished, test } from 'vitest';
import { collectPages, insert } from '../../../packages/tokens/src/testing/records.js';
import { judgeToken } from '../../support/judge-token.js';
import { createDatabaseFile } from '../open-store.js';
import { startChild } from './child.js';

test('if the disk is full, creating fails with a clear error and nothing acknowledged is lost', async () => {
  const file = await createDatabaseFile();
  const child = await startChild('full-program.ts', [file], 'ulimit -f 2000');
  const said = JSON.parse(await child.firstLine) as {
    readonly created: readonly string[];
    readonly errors: readonly string[];
    readonly listed: number;
  };
  await child.exit;
  expect(said.created.length).toBeGreaterThan(10);
  expect(said.errors).toHaveLength(3);
  for (const error of said.errors) expect(error).toMatch(/disk|full/);
  expect(said.listed).toBe(Math.min(200, said.created.length));

  const database = await openSqlite({ file });
  onTestFinished(() => database.close());
  const store = createSqlTokenStore(database);
  const verifier = createTokenVerifier({ store });
  for (const secret of said.created) {
    expect(await judgeToken(verifier, secret)).toMatchObject({ subject: 'ada@example.com' });
  }
  await verifier.close();
  const trail = await collectPages((page) => store.audit(undefined, page), 200);
  expect(trail).toHaveLength(said.created.length);
});

test('a read-only file is rejected with a clear error, and stays unchanged', async () => {
  const file = await createDatabaseFile();
  const database = await openSqlite({ file });
  await insert(createSqlTokenStore(database));
  await database.close();
  const before = await readFile(file);
  await chmod(file, 0o400);
  const isRoot = process.geteuid?.() === 0;
  // Root may write whatever the mode says.
  if (isRoot) process.seteuid?.(65534);
  try {
    await expect(openSqlite({ file })).rejects.toThrow(/EACCES|readonly/);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  expect(await readFile(file)).toEqual(before);
});
