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
 * Counts attempts in a SQL database, so that several instances share one limit. Each authorization costs two to
 * four statements. The clocks of the instances must agree.
 *
 * @throws TypeError if the database is not open, or a number of the limit is out of range.
 *
 * @example
 * createSqlAttemptLimiter(database, { attempts: 10, perSeconds: 900 });
 */
export function createSqlAttemptLimiter(
  database: SqlDatabase,
  limit: AttemptLimit,
): AttemptLimiter {
  checkAttemptLimit(limit);
  const { kysely } = toOpenDatabase(database);
  return createAttemptLimiter(createRateLimiter(kysely, limit), limit.perSeconds);
}

function createRateLimiter(
  kysely: Parameters<typeof toPool>[0],
  limit: AttemptLimit,
): RateLimiterPostgres {
  return new RateLimiterPostgres({
    points: limit.attempts,
    duration: limit.perSeconds,
    keyPrefix: '',
    tableName: 'mandate_attempts',
    // The migrations create the table.
    tableCreated: true,
    storeType: 'pool',
    storeClient: toPool(kysely),
    clearExpiredByTimeout: true,
  });
}

interface PoolQuery {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Implements the one method of a pool that the limiter calls. SQLite understands its SQL too. */
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
