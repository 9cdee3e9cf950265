/**
 * Makes a clock that never goes back from a wall clock that may. It returns the milliseconds since it was
 * made. Otherwise, after the wall clock is set back, keys would stay fresh and no fetch would become due
 * until the wall clock had caught up.
 */
export function createElapsedTime(now: () => number): () => number {
  let elapsedMs = 0;
  let lastMs = now();
  return () => {
    const nowMs = now();
    if (nowMs > lastMs) elapsedMs += nowMs - lastMs;
    lastMs = nowMs;
    return elapsedMs;
  };
}
