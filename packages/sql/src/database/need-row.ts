import { DirectoryError } from '@mandate/issuer/store';
import type { Kysely } from 'kysely';
import type { Schema } from './schema.js';

export async function needUser(transaction: Kysely<Schema>, id: string): Promise<void> {
  const query = transaction.selectFrom('mandate_users').select('id');
  if ((await query.where('id', '=', id).executeTakeFirst()) !== undefined) return;
  throw new DirectoryError('unknown_user', 'there is no such user');
}

export async function needGroup(transaction: Kysely<Schema>, id: string): Promise<void> {
  const query = transaction.selectFrom('mandate_groups').select('id');
  if ((await query.where('id', '=', id).executeTakeFirst()) !== undefined) return;
  throw new DirectoryError('unknown_group', 'there is no such group');
}
