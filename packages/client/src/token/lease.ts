import { pause } from './pause.js';
import type { TokenStorage } from './token-storage.js';

/**
 * How long to wait after writing a lease, in case another tab writes its own at the same moment.
 */
const SETTLE_MS = 30;
const POLL_MS = 250;

export interface LeaseOptions {
  /** The shared storage. */
  readonly storage: TokenStorage;
  /** How long to wait for another tab's lease, and how long a lease lasts. */
  readonly waitMs: number;
  readonly now: () => number;
  readonly random: () => number;
}

/**
 * Runs under a lease: an entry in the shared storage with its holder and its end. The last tab to
 * write wins. A tab that is suspended between reading and writing can become a second holder; both
 * then send a request, and both get a token.
 */
export async function withLease<Value>(
  name: string,
  run: () => Promise<Value>,
  options: LeaseOptions,
): Promise<Value> {
  const { storage, now, random, waitMs } = options;
  const lease = `mandate-client:lease:${name}`;
  const holder = `${now()}.${random()}`;
  const getHolder = () => loadHolder(storage, lease, now(), waitMs);
  const giveUpAtMs = now() + waitMs;
  while (now() < giveUpAtMs) {
    if (getHolder() !== undefined) {
      await waitForChange(lease, POLL_MS);
      continue;
    }
    storage.setItem(lease, JSON.stringify({ holder, untilMs: now() + waitMs }));
    await pause(SETTLE_MS * (1 + random()));
    if (getHolder() !== holder) continue;
    try {
      return await run();
    } finally {
      if (getHolder() === holder) storage.removeItem(lease);
    }
  }
  return run();
}

/**
 * The holder of the lease. A lease that has ended, is unreadable or lasts too long has no holder.
 */
function loadHolder(
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

/**
 * Waits for a `storage` event, which other tabs' changes of `localStorage` cause. The time limit
 * covers other storages and missed events.
 */
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
