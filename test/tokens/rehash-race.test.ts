import type { SqlDatabase } from '@mandate/sql';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { expect, onTestFinished, test } from 'vitest';
import { createRecord, insert } from '../../packages/tokens/src/testing/records.js';
import { createDatabaseFile } from './open-store.js';

/** What a store asks of its database; the rest is not part of the public types. */
interface Asked extends SqlDatabase {
  findToken(column: string, hash: string): unknown;
  onNotify(listener: () => void): () => void;
}

test('a token that another process hashes again between two look-ups is found', async () => {
  const database = (await openSqlite({ file: await createDatabaseFile() })) as unknown as Asked;
  onTestFinished(() => database.close());
  const other = createSqlTokenStore(database);
  const record = createRecord();
  await insert(other, record, 'older hash');

  const racing = {
    dialect: database.dialect,
    onNotify: (listener: () => void) => database.onNotify(listener),
    async findToken(column: string, hash: string) {
      const row = database.findToken(column, hash);
      await other.rehash('older hash', 'newest hash');
      return row;
    },
  } as unknown as SqlDatabase;
  const found = await createSqlTokenStore(racing).find(['newest hash', 'older hash']);
  expect(found).toMatchObject({ record: { id: record.id }, hash: 'newest hash' });
});
