import type { ExportStore } from '@mandate/exports';
import type { Kysely } from 'kysely';
import { batchCalls } from '../database/batch-calls.js';
import { isStorable } from '../database/is-storable.js';
import type { Schema } from '../database/schema.js';
import { toConnection, toRow } from './connection-row.js';

type ConnectionStore = Pick<
  ExportStore,
  'insertConnection' | 'getConnection' | 'listConnections' | 'replaceConnection'
>;

export function createSqlExportConnections(kysely: Kysely<Schema>): ConnectionStore {
  const select = () => kysely.selectFrom('mandate_export_connections').selectAll();
  return {
    async insertConnection(connection) {
      await kysely.insertInto('mandate_export_connections').values(toRow(connection)).execute();
    },

    // Every attempt loads its connection, and many attempts begin at the same time.
    getConnection: batchCalls(async (ids) => {
      const wanted = [...new Set(ids)].filter(isStorable);
      const rows = wanted.length === 0 ? [] : await select().where('id', 'in', wanted).execute();
      const connections = new Map(rows.map((row) => [row.id, toConnection(row)]));
      return ids.map((id) => connections.get(id));
    }),

    async listConnections(siteId) {
      const query = siteId === undefined ? select() : select().where('site_id', '=', siteId);
      const connections = (await query.execute()).map(toConnection);
      // Sort here, because the order of text depends on the database and its collation.
      return connections.sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
    },

    async replaceConnection(connection) {
      const { numUpdatedRows } = await kysely
        .updateTable('mandate_export_connections')
        .set(toRow(connection))
        .where('id', '=', connection.id)
        .where('version', '=', connection.version - 1)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
