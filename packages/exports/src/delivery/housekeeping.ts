import { setImmediate } from 'node:timers/promises';
import type { Observer } from '../model/observer.js';
import type { ExportStore } from '../store/export-store.js';
import type { AccessTokens } from '../tokens/access-tokens.js';

export interface HousekeepingParts {
  readonly store: ExportStore;
  readonly accessTokens: AccessTokens;
  readonly observer: Observer;
  readonly now: () => number;
  /** How long delivered events are kept. */
  readonly retentionMs: number;
}

/** Runs the tasks if they are due. @param shouldContinue `false` ends the tasks early. */
export type Housekeep = (shouldContinue: () => boolean) => Promise<void>;

const INTERVAL_MS = 60 * 60 * 1000;

/** Grants that are idle for longer are refreshed. Providers drop unused grants, Salesforce after 30 days. */
const IDLE_MS = 24 * 60 * 60 * 1000;

/** Small enough that a removal does not delay deliveries. */
const REMOVAL_BATCH_SIZE = 500;

/**
 * Makes a function that runs the hourly tasks if they are due and not running. Its promise resolves when
 * they are done, or soon after `shouldContinue` returns `false`. It never rejects.
 */
export function createHousekeeping(parts: HousekeepingParts): Housekeep {
  const { now } = parts;
  let lastMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  return async (shouldContinue) => {
    // The absolute difference, so that a clock that was ahead cannot postpone the tasks once it is corrected.
    const isDue = Math.abs(now() - lastMs) >= INTERVAL_MS;
    if (running === undefined && isDue) {
      lastMs = now();
      running = runTasks(parts, shouldContinue).finally(() => {
        running = undefined;
      });
    }
    await running;
  };
}

async function runTasks(parts: HousekeepingParts, shouldContinue: () => boolean): Promise<void> {
  const { observer, accessTokens } = parts;
  // Concurrently: a provider that is down must not keep old events on the disk.
  const results = await Promise.allSettled([
    accessTokens.renewIdle(IDLE_MS, shouldContinue),
    removeEnded(parts, shouldContinue),
  ]);
  for (const result of results) if (result.status === 'rejected') observer.onError(result.reason);
}

async function removeEnded(
  { store, now, retentionMs }: HousekeepingParts,
  shouldContinue: () => boolean,
): Promise<void> {
  const beforeMs = now() - retentionMs;
  let removed = REMOVAL_BATCH_SIZE;
  while (removed === REMOVAL_BATCH_SIZE && shouldContinue()) {
    removed = await store.removeEnded(beforeMs, REMOVAL_BATCH_SIZE);
    // A database in this process answers without a turn of the event loop, which would block other work.
    await setImmediate();
  }
}
