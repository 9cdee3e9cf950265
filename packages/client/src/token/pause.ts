/** Resolves after `ms`, or earlier when `wake` calls the function that it is given. */
export function pause(ms: number, wake?: (resolve: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    let stop = (): void => {};
    const finish = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(finish, ms);
    if (wake) stop = wake(finish);
  });
}

/**
 * Resolves or rejects as the promise does, or rejects with the signal's reason if it is aborted
 * first. The work itself continues.
 */
export function waitFor<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
