import { setImmediate } from 'node:timers/promises';
import type { Observer } from '../model/observer.js';
import type { ExportStore } from '../store/export-store.js';
import type { AccessTokens } from '../tokens/access-tokens.js';

export interface HousekeepingParts {
  readonly store: ExportStore;
  readonly accessTokens: AccessTokens;
  readonly observer: Observer;
  readonly now: () => number;
  /** How long a delivered event is kept. */
  readonly retentionMs: number;
}

/** @param goesOn whether whoever asks for it still wants it. */
export type Housekeep = (goesOn: () => boolean) => Promise<void>;

const INTERVAL_MS = 60 * 60 * 1000;

/** Providers forget grants that nobody uses, Salesforce after 30 days. */
const IDLE_MS = 24 * 60 * 60 * 1000;

/** As many as a store removes without holding up deliveries. */
const REMOVED_AT_ONCE = 500;

/**
 * Makes a function that begins what is due every hour, if it is due and was not begun already, and is
 * fulfilled when that is done, or soon after `goesOn` says no. It never rejects.
 */
export function createHousekeeping(parts: HousekeepingParts): Housekeep {
  const { now } = parts;
  let lastMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;
  return async (goesOn) => {
    // A clock that was ahead and is set right must not put it off.
    const isDue = Math.abs(now() - lastMs) >= INTERVAL_MS;
    if (underWay === undefined && isDue) {
      lastMs = now();
      underWay = keepHouse(parts, goesOn).finally(() => {
        underWay = undefined;
      });
    }
    await underWay;
  };
}

async function keepHouse(parts: HousekeepingParts, goesOn: () => boolean): Promise<void> {
  const { observer, accessTokens } = parts;
  // Neither waits for the other: a provider that is down must not fill the disk.
  const done = await Promise.allSettled([
    accessTokens.renewIdle(IDLE_MS, goesOn),
    removeDelivered(parts, goesOn),
  ]);
  for (const one of done) if (one.status === 'rejected') observer.onError(one.reason);
}

async function removeDelivered(
  { store, now, retentionMs }: HousekeepingParts,
  goesOn: () => boolean,
): Promise<void> {
  const beforeMs = now() - retentionMs;
  let removed = REMOVED_AT_ONCE;
  while (removed === REMOVED_AT_ONCE && goesOn()) {
    removed = await store.removeDelivered(beforeMs, REMOVED_AT_ONCE);
    // A database within this process answers without a turn of the event loop: others need theirs.
    await setImmediate();
  }
}
