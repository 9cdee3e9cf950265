import { setTimeout as wait } from 'node:timers/promises';
import type { MaybePromise } from '@mandate/internal/maybe-promise';

/** Between two tries. Each costs some microseconds. */
const POLL_MS = 5;

/**
 * Does what another process's lock may be in the way of, as soon as it is not. SQLite could wait by
 * itself, but would hold up everything that this process does.
 *
 * @param sinceMs of `performance.now()`: when the wait began. It is tried once even if that is long ago.
 * @throws SqliteError `SQLITE_BUSY…` if it was in the way all the time.
 */
export async function whenFree<Result>(
  work: () => MaybePromise<Result>,
  timeoutMs: number,
  sinceMs = performance.now(),
): Promise<Result> {
  for (;;) {
    const isLastTry = performance.now() - sinceMs >= timeoutMs;
    try {
      return await work();
    } catch (error) {
      if (isLastTry || !isBusy(error)) throw error;
    }
    await wait(POLL_MS);
  }
}

/** Whether a lock was in the way, and nothing was done. */
export function isBusy(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}
