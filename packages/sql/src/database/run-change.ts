import { TokenAuthorityError } from '@mandate/tokens';
import type { Kysely, Transaction } from 'kysely';
import type { Schema } from './schema.js';

/**
 * Runs a change of tokens in one transaction. If the connection is lost while the transaction commits, the change may
 * or may not have happened. Any earlier fault undoes it.
 * @throws TokenAuthorityError `outcome_unknown`
 */
export async function runChange<Result>(
  kysely: Kysely<Schema>,
  work: (transaction: Transaction<Schema>) => Promise<Result>,
): Promise<Result> {
  let isCommitting = false;
  try {
    return await kysely.transaction().execute(async (transaction) => {
      const result = await work(transaction);
      isCommitting = true;
      return result;
    });
  } catch (error) {
    if (!isCommitting || isRefusal(error)) throw error;
    const message =
      'the database did not confirm the change, which may have happened: look the token up before you try again';
    throw Object.assign(new TokenAuthorityError('outcome_unknown', message), { cause: error });
  }
}

/** Classes of SQLSTATE that come with a lost connection or a server that stops (PostgreSQL, appendix A). */
const LOST = /^(?:08|57P|58|XX)/;

/** Whether the database itself answered that the change failed, so that it did not happen. */
function isRefusal(error: unknown): boolean {
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown };
  if (typeof code !== 'string') return false;
  // SQLite runs in this process, so its answer is never lost.
  return code.startsWith('SQLITE_') || (severity !== undefined && !LOST.test(code));
}
