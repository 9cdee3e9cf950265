import { DirectoryError } from '@mandate/issuer/store';
import type { Kysely } from 'kysely';
import type { Schema } from './schema.js';

/** @throws DirectoryError `unknown_user` */
export async function checkUserExists(transaction: Kysely<Schema>, id: string): Promise<void> {
  const query = transaction.selectFrom('mandate_users').select('id');
  if ((await query.where('id', '=', id).executeTakeFirst()) !== undefined) return;
  throw new DirectoryError('unknown_user', 'the user is unknown');
}

/** @throws DirectoryError `unknown_group` */
export async function checkGroupExists(transaction: Kysely<Schema>, id: string): Promise<void> {
  const query = transaction.selectFrom('mandate_groups').select('id');
  if ((await query.where('id', '=', id).executeTakeFirst()) !== undefined) return;
  throw new DirectoryError('unknown_group', 'the group is unknown');
}
