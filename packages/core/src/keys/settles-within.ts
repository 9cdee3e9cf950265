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
    (timer as { unref?: () => void }).unref?.();
    promise.then(
      () => end(true),
      () => end(false),
    );
  });
}
