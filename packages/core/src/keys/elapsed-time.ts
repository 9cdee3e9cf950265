/**
 * Makes a clock of its own out of a wall clock: the milliseconds that went by since it was made. A wall
 * clock can be set back, and then keys would not grow old and attempts would not come due for as long
 * as it takes to catch up; this one goes on from where it was.
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
