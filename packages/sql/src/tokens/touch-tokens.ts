import { sql } from 'kysely';
import type { OpenDatabase } from '../database/sql-database.js';

/** The id of a token, and when it was last used. */
export type TokenUse = readonly [id: string, at: Date];

/** Far below the limit of parameters of a statement, and few enough not to delay other changes. */
const TOKENS_PER_STATEMENT = 1000;

/** Stores when tokens were last used, with one statement for many tokens, each a transaction of its own. */
export async function touchTokens(
  database: OpenDatabase,
  uses: readonly TokenUse[],
): Promise<void> {
  for (let start = 0; start < uses.length; start += TOKENS_PER_STATEMENT) {
    await touchBatch(database, uses.slice(start, start + TOKENS_PER_STATEMENT));
  }
}

async function touchBatch(
  { dialect, kysely }: OpenDatabase,
  uses: readonly TokenUse[],
): Promise<void> {
  const rows = uses.map(([id, at]) => sql`(cast(${id} as text), cast(${at.getTime()} as bigint))`);
  // An update locks rows in any order. Lock them by id first, so that two processes that touch the same tokens
  // cannot deadlock. SQLite allows one writer at a time anyway.
  const needsLock = dialect === 'postgres';
  const lock = needsLock ? sql`order by id for no key update` : sql``;
  await sql`
    with used (id, at) as (values ${sql.join(rows)}),
    touched (id) as (select id from mandate_tokens where id in (select id from used) ${lock})
    update mandate_tokens set last_used_at = used.at, used_order = used.at
    from used, touched
    where mandate_tokens.id = used.id and touched.id = used.id
      and (last_used_at is null or last_used_at < used.at)`.execute(kysely);
}
