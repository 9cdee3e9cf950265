import type { DirectoryUser } from '@mandate/issuer/store';
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.js';

/** Selects one row for each membership, or one row without a group for a user without memberships. */
export function selectUsers(kysely: Kysely<Schema>) {
  return kysely
    .selectFrom('mandate_users')
    .leftJoin('mandate_memberships', 'mandate_memberships.user_id', 'mandate_users.id')
    .leftJoin('mandate_groups', 'mandate_groups.id', 'mandate_memberships.group_id')
    .select([
      ...(['mandate_users.id', 'mandate_users.username', 'mandate_groups.services'] as const),
      ...(['group_id', 'scopes', 'partner_user_id'] as const),
    ])
    .orderBy('mandate_users.id')
    .orderBy('group_id');
}

interface FoundRow {
  readonly id: string;
  readonly username: string;
  readonly services: string | null;
  readonly group_id: string | null;
  readonly scopes: string | null;
  readonly partner_user_id: string | null;
}

/** Groups the rows of {@link selectUsers} by user. */
export function toUsers(rows: readonly FoundRow[]): readonly DirectoryUser[] {
  const byId = new Map<string, FoundRow[]>();
  for (const row of rows) byId.set(row.id, [...(byId.get(row.id) ?? []), row]);
  return [...byId.values()].flatMap((own) => toUser(own) ?? []);
}

export function toUser(rows: readonly FoundRow[]): DirectoryUser | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const memberships = rows.flatMap(({ group_id, scopes, services, partner_user_id }) =>
    group_id === null || scopes === null
      ? []
      : {
          groupId: group_id,
          scopes: JSON.parse(scopes) as string[],
          services: JSON.parse(services ?? '[]') as string[],
          partnerUserId: partner_user_id ?? undefined,
        },
  );
  return { id: first.id, username: first.username, memberships };
}
