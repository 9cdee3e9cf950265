import { pause } from './pause.js';
import type { TokenStorage } from './token-storage.js';

/** How long after writing a lease to look whether another tab wrote its own at the same moment. */
const SETTLE_MS = 30;
const POLL_MS = 250;

export interface LeaseOptions {
  /** The storage that is shared. */
  readonly storage: TokenStorage;
  /** How long to wait for another tab's lease, and how long our own lasts. */
  readonly waitMs: number;
  readonly now: () => number;
  readonly random: () => number;
}

/**
 * Runs under a lease: an entry in the shared storage with its holder and its end. The last tab to write
 * wins, and one that is stopped between reading and writing can be a second one; then there are two
 * requests, and both get a token.
 */
export async function withLease<Value>(
  name: string,
  run: () => Promise<Value>,
  options: LeaseOptions,
): Promise<Value> {
  const { storage, now, random, waitMs } = options;
  const lease = `mandate-client:lease:${name}`;
  const holder = `${now()}.${random()}`;
  const readCurrent = () => readHolder(storage, lease, now(), waitMs);
  const giveUpAtMs = now() + waitMs;
  while (now() < giveUpAtMs) {
    if (readCurrent() !== undefined) {
      await waitForChange(lease, POLL_MS);
      continue;
    }
    storage.setItem(lease, JSON.stringify({ holder, untilMs: now() + waitMs }));
    await pause(SETTLE_MS * (1 + random()));
    if (readCurrent() !== holder) continue;
    try {
      return await run();
    } finally {
      if (readCurrent() === holder) storage.removeItem(lease);
    }
  }
  return run();
}

/** Who holds the lease; a lease that has ended, is unreadable or claims too much is held by nobody. */
function readHolder(
  storage: TokenStorage,
  lease: string,
  nowMs: number,
  longestMs: number,
): string | undefined {
  try {
    const { holder, untilMs } = JSON.parse(storage.getItem(lease) ?? '{}');
    return untilMs > nowMs && untilMs <= nowMs + longestMs ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Other tabs' changes of `localStorage` are events; for other storages, and just in case, there is a time. */
export function waitForChange(name: string, atMostMs: number): Promise<void> {
  const target = globalThis as Partial<Pick<Window, 'addEventListener' | 'removeEventListener'>>;
  return pause(atMostMs, (wake) => {
    const listen = (event: StorageEvent): void => {
      if (event.key === name) wake();
    };
    target.addEventListener?.('storage', listen);
    return () => target.removeEventListener?.('storage', listen);
  });
}
