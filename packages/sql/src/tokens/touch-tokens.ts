import { sql } from 'kysely';
import type { OpenDatabase } from '../database/sql-database.js';

/** A token's id, and when it was last used. */
export type Use = readonly [id: string, at: Date];

/** Far fewer than two parameters each may be of a statement; and no other change waits long for it. */
const TOUCHED_AT_ONCE = 1000;

/** Notes when tokens were last used: one statement for many of them, each a transaction of its own. */
export async function touchTokens(database: OpenDatabase, uses: readonly Use[]): Promise<void> {
  for (let start = 0; start < uses.length; start += TOUCHED_AT_ONCE) {
    await touchSome(database, uses.slice(start, start + TOUCHED_AT_ONCE));
  }
}

async function touchSome({ dialect, kysely }: OpenDatabase, uses: readonly Use[]): Promise<void> {
  const rows = uses.map(([id, at]) => sql`(cast(${id} as text), cast(${at.getTime()} as bigint))`);
  // An update locks rows as it meets them. Locked by id before, two processes that touch the same tokens
  // wait for each other in one order, and so never in a circle. SQLite lets one write at a time anyway.
  const isLocked = dialect === 'postgres';
  const lock = isLocked ? sql`order by id for no key update` : sql``;
  await sql`
    with used (id, at) as (values ${sql.join(rows)}),
    touched (id) as (select id from mandate_tokens where id in (select id from used) ${lock})
    update mandate_tokens set last_used_at = used.at
    from used, touched
    where mandate_tokens.id = used.id and touched.id = used.id
      and (last_used_at is null or last_used_at < used.at)`.execute(kysely);
}
