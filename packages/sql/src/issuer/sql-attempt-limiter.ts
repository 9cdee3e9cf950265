import {
  type AttemptLimit,
  type AttemptLimiter,
  checkAttemptLimit,
  createAttemptLimiter,
} from '@mandate/issuer/store';
import { CompiledQuery, type Kysely } from 'kysely';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Schema } from '../database/schema.js';
import { type SqlDatabase, toOpenDatabase } from '../database/sql-database.js';

/**
 * Counts attempts in a SQL database, so that several instances have one limit together. It costs two
 * to four statements for each authorization, and goes by the machines' clocks.
 *
 * @throws TypeError if the limit is not made of positive whole numbers, or lasts for more than 24 days.
 */
export function createSqlAttemptLimiter(
  database: SqlDatabase,
  limit: AttemptLimit,
): AttemptLimiter {
  checkAttemptLimit(limit);
  const { kysely } = toOpenDatabase(database);
  const limiter = new RateLimiterPostgres({
    points: limit.attempts,
    duration: limit.perSeconds,
    keyPrefix: '',
    tableName: 'mandate_attempts',
    // The migrations made it.
    tableCreated: true,
    storeType: 'pool',
    storeClient: toPool(kysely),
    clearExpiredByTimeout: true,
  });
  return createAttemptLimiter(limiter, limit.perSeconds);
}

interface PoolQuery {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The one method of a pool that the limiter calls. Its SQL is understood by SQLite as well. */
function toPool(kysely: Kysely<Schema>) {
  return {
    async query({ text, values }: PoolQuery) {
      const { rows, numAffectedRows } = await kysely.executeQuery(
        CompiledQuery.raw(text, [...values]),
      );
      return { rows, rowCount: Number(numAffectedRows ?? rows.length) };
    },
  };
}
