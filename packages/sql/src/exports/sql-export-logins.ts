import { type ExportStore, MAX_LOGINS } from '@mandate/exports/store';
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Schema } from '../database/schema.js';

type LoginStore = Pick<ExportStore, 'insertLogin' | 'takeLogin'>;

export function createSqlExportLogins(kysely: Kysely<Schema>): LoginStore {
  return {
    async insertLogin(login, nowMs) {
      await kysely.transaction().execute(async (transaction) => {
        const expired = transaction.deleteFrom('mandate_export_logins');
        await expired.where('expires_at', '<', nowMs).execute();
        const newest = transaction
          .selectFrom('mandate_export_logins')
          .select('state_hash')
          .where('connection_id', '=', login.connectionId)
          .orderBy('expires_at', 'desc')
          .limit(MAX_LOGINS - 1);
        await transaction
          .deleteFrom('mandate_export_logins')
          .where('connection_id', '=', login.connectionId)
          .where('state_hash', 'not in', newest)
          .execute();
        await transaction.insertInto('mandate_export_logins').values(toRow(login)).execute();
      });
    },

    async takeLogin(stateHash) {
      const row = await kysely
        .deleteFrom('mandate_export_logins')
        .where('state_hash', '=', stateHash)
        .returningAll()
        .executeTakeFirst();
      return row && toLogin(row);
    },
  };
}

type Logins = Schema['mandate_export_logins'];
type Login = Parameters<LoginStore['insertLogin']>[0];

function toRow(login: Login): Insertable<Logins> {
  return {
    state_hash: login.stateHash,
    connection_id: login.connectionId,
    session_hash: login.sessionHash,
    sealed_verifier: login.sealedVerifier,
    by_admin: login.by,
    expires_at: login.expiresAtMs,
  };
}

function toLogin(row: Selectable<Logins>): Login {
  return {
    stateHash: row.state_hash,
    connectionId: row.connection_id,
    sessionHash: row.session_hash,
    sealedVerifier: row.sealed_verifier,
    by: row.by_admin,
    expiresAtMs: Number(row.expires_at),
  };
}
