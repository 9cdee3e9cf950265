import type { SqlDatabase } from '@mandate/sql';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import type { TokenFilter } from '@mandate/tokens';
import { CompiledQuery, type Kysely, type RootOperationNode, sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Schema } from '../../packages/sql/src/database/schema.js';
import { toOpenDatabase } from '../../packages/sql/src/database/sql-database.js';
import { countTokens, listTokens } from '../../packages/sql/src/tokens/token-list.js';
import { startPostgres } from '../support/postgres.js';
import { createDatabaseFile } from '../tokens/open-store.js';

const NOW = new Date(1_000_000);
const TOKENS = 20_000;
const FILTERS: readonly TokenFilter[] = [
  {},
  { permission: 'USER' },
  { status: 'active' },
  { status: 'expired' },
  { status: 'revoked' },
  { isRevoked: false },
  { scope: 'ABSENT' },
  { search: 'absent' },
  { userEmail: 'user@example.com' },
  { createdBy: 'admin' },
  { userEmail: 'user@example.com', createdBy: 'other' },
  { expiresBefore: new Date(500) },
];

const postgres = await startPostgres();
const DATABASES: readonly (readonly [string, () => Promise<SqlDatabase>])[] = [
  ['SQLite', async () => openSqlite({ file: await createDatabaseFile() })],
  [
    'PostgreSQL',
    async () =>
      openPostgres({ connectionString: await postgres.createDatabase(), timeoutMs: 60_000 }),
  ],
];

async function fill(kysely: Kysely<Schema>): Promise<void> {
  await sql`
    with recursive n (i) as (select 1 union all select i + 1 from n where i < ${sql.lit(TOKENS)})
    insert into mandate_tokens (id, description, search_text, permission, scopes, token_groups,
      user_email, user_key, created_by, created_at, expires_order, used_order, allowed_addresses, hash, last_four)
    select 'id-' || i, 'x', 'x', 'GLOBAL', '["SEARCH"]', '[]', 'user@example.com', 'user@example.com',
      'admin', i, i, i, '[]', 'hash-' || i, 'abcd' from n`.execute(kysely);
  await sql`analyze`.execute(kysely);
}

/** Runs a list and returns its statements. */
async function capture(
  kysely: Kysely<Schema>,
  run: (kysely: Kysely<Schema>) => Promise<unknown>,
): Promise<readonly CompiledQuery[]> {
  const queries: CompiledQuery[] = [];
  const watched = kysely.withPlugin({
    transformQuery: ({ node, queryId }) => {
      queries.push(kysely.getExecutor().compileQuery(node as RootOperationNode, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  await run(watched);
  return queries;
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

function* walk(plan: Plan): Generator<Plan> {
  yield plan;
  for (const part of plan.Plans ?? []) yield* walk(part);
}

describe.each(DATABASES)('lists in %s', (name, open) => {
  test('examine a bounded number of tokens, by an index, for each filter and order', async () => {
    const database = await open();
    onTestFinished(() => database.close());
    const { kysely } = toOpenDatabase(database);
    await fill(kysely);
    for (const filter of FILTERS) {
      for (const sortBy of ['createdAt', 'expiresAt', 'lastUsedAt'] as const) {
        for (const direction of ['asc', 'desc'] as const) {
          const page = { limit: 50, sortBy, direction, cursor: '10000.id-10000' };
          const query = { filter, page, now: NOW };
          for (const statement of await capture(kysely, (db) => listTokens(db, query))) {
            const at = JSON.stringify([filter, sortBy, direction, statement.sql]);
            await checkPlan(kysely, { statement, at, most: 1001 });
          }
        }
      }
      for (const statement of await capture(kysely, (db) => countTokens(db, filter, NOW))) {
        const at = JSON.stringify([filter, statement.sql]);
        await checkPlan(kysely, { statement, at, most: 10_001 });
      }
    }
  });

  interface Check {
    readonly statement: CompiledQuery;
    readonly at: string;
    readonly most: number;
  }

  async function checkPlan(kysely: Kysely<Schema>, { statement, at, most }: Check): Promise<void> {
    const verb = name === 'SQLite' ? 'explain query plan' : 'explain (analyze, format json)';
    const explain = CompiledQuery.raw(`${verb} ${statement.sql}`, [...statement.parameters]);
    const { rows } = await kysely.executeQuery<Record<string, unknown>>(explain);
    if (name === 'SQLite') {
      const details = rows.map(({ detail }) => String(detail)).join('\n');
      expect(details, at).toMatch(/mandate_tokens USING INDEX|USING COVERING INDEX/);
      expect(details, at).not.toMatch(/TEMP B-TREE|SCAN mandate_tokens$/m);
      return;
    }
    const [explained] = (rows[0]?.['QUERY PLAN'] ?? []) as readonly { readonly Plan: Plan }[];
    if (explained === undefined) throw new Error('PostgreSQL explained nothing');
    for (const part of walk(explained.Plan)) {
      expect(part['Node Type'], at).not.toBe('Seq Scan');
      const examined = part['Actual Rows'] + (part['Rows Removed by Filter'] ?? 0);
      expect(examined, at).toBeLessThanOrEqual(most);
    }
  }
});
