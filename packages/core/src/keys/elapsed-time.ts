/**
 * Makes a clock that never goes back out of a wall clock: it returns the milliseconds since it was made.
 * When the wall clock is set back, keys would otherwise stay fresh, and no fetch would come due, until
 * the wall clock has caught up.
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
