import { setTimeout as wait } from 'node:timers/promises';
import type { MaybePromise } from '@mandate/internal/maybe-promise';

/** The pause between two attempts. An attempt costs a few microseconds. */
const POLL_MS = 5;

/**
 * Retries while another process holds a lock. SQLite could wait by itself, but would block the whole process.
 *
 * @param sinceMs when the wait began, by `performance.now()`. Work is tried at least once, however long ago
 * that is.
 * @throws SqliteError `SQLITE_BUSY…` if the lock is held until the time-out.
 */
export async function retryWhileBusy<Result>(
  work: () => MaybePromise<Result>,
  timeoutMs: number,
  sinceMs = performance.now(),
): Promise<Result> {
  for (;;) {
    const isLastAttempt = performance.now() - sinceMs >= timeoutMs;
    try {
      return await work();
    } catch (error) {
      if (isLastAttempt || !isBusy(error)) throw error;
    }
    await wait(POLL_MS);
  }
}

/** Whether a statement failed because of a lock, and changed nothing. */
export function isBusy(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}
