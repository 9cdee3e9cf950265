import { unrefTimer } from '@mandate/internal/unref-timer';

/**
 * Whether the promise is fulfilled within the time. It is for promises of another request: on Workers, the end
 * of a request ends its fetches and timers, so their promises never settle, or reject for every waiting
 * request. The timer here belongs to the request that waits.
 */
export function settlesWithin(promise: Promise<unknown>, delayMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(() => end(false), delayMs);
    const end = (isSettled: boolean) => {
      clearTimeout(timer as number);
      resolve(isSettled);
    };
    // On Node, the wait alone must not keep the process alive.
    unrefTimer(timer);
    promise.then(
      () => end(true),
      () => end(false),
    );
  });
}

const POLL_MS = 10;

/**
 * Whether a condition is met within the time. It is for Workers, where a request must not wait for a promise of
 * another one. The timers here belong to the request that waits.
 */
export async function pollUntil(isMet: () => boolean, delayMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < delayMs && !isMet(); waitedMs += POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return isMet();
}
