import { migrate, type SqlDatabase } from '@mandate/sql';
import { createSqlExportStore } from '@mandate/sql/exports';
import {
  createSqlAttemptLimiter,
  createSqlDirectory,
  createSqlSigningKeyStore,
} from '@mandate/sql/issuer';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { describe, expect, test } from 'vitest';

// What a JavaScript program has that forgot to await.
const promise = Promise.resolve() as unknown as SqlDatabase;
const nothing = undefined as unknown as SqlDatabase;
const keyEncryptionKeys = [new Uint8Array(32)];

describe.each([
  ['createSqlTokenStore', createSqlTokenStore],
  ['createSqlExportStore', createSqlExportStore],
  ['createSqlSigningKeyStore', createSqlSigningKeyStore],
  ['createSqlDirectory', (db: SqlDatabase) => createSqlDirectory(db, { keyEncryptionKeys })],
  [
    'createSqlAttemptLimiter',
    (db: SqlDatabase) => createSqlAttemptLimiter(db, { attempts: 1, perSeconds: 1 }),
  ],
])('%s', (_name, create) => {
  test.each([
    ['the promise of a database', promise],
    ['nothing', nothing],
  ])('rejects %s at creation, with advice', (_what, database) => {
    expect(() => create(database)).toThrow(TypeError);
    expect(() => create(database)).toThrow('await it');
  });
});

test('migrate rejects the promise of a database', async () => {
  await expect(migrate(promise)).rejects.toThrow('await it');
});
