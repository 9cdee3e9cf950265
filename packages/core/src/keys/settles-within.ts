/**
 * Whether the promise settles in that time; a rejection does not count as settling. For promises of
 * another request: on Workers the end of a request ends its fetches and timers, so that their promises
 * never settle, or reject for whoever awaits them. The timer here belongs to the request that waits.
 */
export function settlesWithin(promise: Promise<unknown>, delayMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer: unknown = setTimeout(() => end(false), delayMs);
    const end = (isSettled: boolean) => {
      clearTimeout(timer as number);
      resolve(isSettled);
    };
    // Node: the wait alone must not keep a process alive.
    (timer as { unref?: () => void }).unref?.();
    promise.then(
      () => end(true),
      () => end(false),
    );
  });
}
