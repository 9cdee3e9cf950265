import type { SigningKeyStore, StoredSigningKey } from '@mandate/issuer/store';
import { type SqlDatabase, toOpenDatabase } from '../database/sql-database.js';

/**
 * Creates a store for signing keys in a SQL database, through which several instances share them. Issuers with
 * different names may share a database.
 *
 * @param name names the set of keys. Default `default`.
 * @throws TypeError if the database is not open.
 *
 * @example
 * createSqlSigningKeyStore(database, 'presence');
 */
export function createSqlSigningKeyStore(database: SqlDatabase, name = 'default'): SigningKeyStore {
  const { kysely } = toOpenDatabase(database);
  return {
    async read() {
      const query = kysely.selectFrom('mandate_signing_keys').selectAll().where('id', '=', name);
      const row = await query.executeTakeFirst();
      const keys = row === undefined ? [] : (JSON.parse(row.keys) as StoredSigningKey[]);
      return { version: row?.version ?? 0, keys };
    },

    async replace(version, keys) {
      const row = { version: version + 1, keys: JSON.stringify(keys) };
      if (version === 0) {
        const { numInsertedOrUpdatedRows } = await kysely
          .insertInto('mandate_signing_keys')
          .values({ id: name, ...row })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst();
        return numInsertedOrUpdatedRows === 1n;
      }
      const { numUpdatedRows } = await kysely
        .updateTable('mandate_signing_keys')
        .set(row)
        .where('id', '=', name)
        .where('version', '=', version)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}
