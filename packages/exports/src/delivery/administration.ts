import { checkOptions } from '@mandate/internal/check-options';
import { loadConnection } from '../connections/change-connection.js';
import type { DeliveryCounts, ReplayFilter } from '../model/delivery.js';
import { ExportError } from '../model/export-error.js';
import type { TestResult } from '../model/test-result.js';
import type { ExportStore } from '../store/export-store.js';

/** What administrators do with the deliveries of a connection. */
export interface DeliveryAdministration {
  /**
   * Counts the deliveries of a connection. The cost does not depend on how many were delivered before the
   * last 24 hours.
   *
   * @throws ExportError `not_found`
   */
  countDeliveries(connectionId: string): Promise<DeliveryCounts>;
  /**
   * Sends dead deliveries again, oldest first, with all their attempts. Those of which a higher revision was
   * enqueued stay dead.
   *
   * @param limit from 1 to 1000, so that one call does not block the store. Default 1000. If the result is as
   *   large, call it again.
   * @returns how many were replayed.
   * @throws ExportError `invalid` if the limit or a date is invalid. TypeError if a member of the filter is
   *   unknown.
   *
   * @example
   * // Everything that a receiver rejected on one day.
   * const replayed = await crmExports.replayDead({
   *   failure: 'rejected',
   *   createdFrom: new Date('2026-01-02T00:00:00Z'),
   *   createdBefore: new Date('2026-01-03T00:00:00Z'),
   * });
   * console.log(replayed);
   */
  replayDead(filter: ReplayFilter, limit?: number): Promise<number>;
  /**
   * Sends a test event at once and returns what the receiver answered. A webhook gets a signed event with
   * `export_type: 'test'`, which is not stored. Salesforce gets a query that reads and changes no record.
   * The result changes neither the status of the connection nor any delivery.
   *
   * @throws ExportError `conflict` if the connection is not authorized or is disabled, `not_found`.
   *
   * @example
   * const { isAccepted, failure, reason, responseStatus } = await crmExports.sendTest(connectionId);
   * console.log(isAccepted ? 'accepted' : (failure ?? reason), responseStatus);
   */
  sendTest(connectionId: string): Promise<TestResult>;
}

export interface AdministrationParts {
  readonly store: ExportStore;
  readonly now: () => number;
  /** Called when deliveries are due. */
  readonly notifyWorker: () => void;
  readonly sendTest: (connectionId: string) => Promise<TestResult>;
}

const HOUR_MS = 3600 * 1000;
const HOURS = 24;
const MAX_REPLAYS = 1000;

export function createAdministration(parts: AdministrationParts): DeliveryAdministration {
  const { store, now, notifyWorker, sendTest } = parts;
  return {
    countDeliveries: (connectionId) => countDeliveries(store, connectionId, now()),
    async replayDead(filter, limit = MAX_REPLAYS) {
      checkReplay(filter, limit);
      const replayed = await store.replayDeliveries(filter, { nowMs: now(), limit });
      if (replayed > 0) notifyWorker();
      return replayed;
    },
    sendTest,
  };
}

async function countDeliveries(
  store: ExportStore,
  connectionId: string,
  nowMs: number,
): Promise<DeliveryCounts> {
  await loadConnection(store, connectionId);
  const sinceMs = (Math.floor(nowMs / HOUR_MS) - HOURS + 1) * HOUR_MS;
  const counts = await store.countDeliveries(connectionId, sinceMs);
  const hours = Array.from({ length: HOURS }, (_, i) => {
    const startMs = sinceMs + i * HOUR_MS;
    const found = counts.hours.find((hour) => hour.startMs === startMs);
    return {
      startsAt: new Date(startMs),
      delivered: found?.delivered ?? 0,
      dead: found?.dead ?? 0,
    };
  });
  const { oldestPendingMs } = counts;
  return {
    delivered: hours.reduce((sum, { delivered }) => sum + delivered, 0),
    waiting: counts.pending,
    dead: counts.dead,
    oldestWaitingAt: oldestPendingMs === undefined ? undefined : new Date(oldestPendingMs),
    hours,
  };
}

function checkReplay(filter: ReplayFilter, limit: number): void {
  // A misspelt condition would replay more than was meant.
  checkOptions<ReplayFilter>('replayDead', filter, {
    connectionId: true,
    exportType: true,
    failure: true,
    createdFrom: true,
    createdBefore: true,
  });
  const issues = findReplayIssues(filter, limit);
  if (issues.length > 0) throw new ExportError('invalid', 'the replay is invalid', issues);
}

function findReplayIssues({ createdFrom, createdBefore }: ReplayFilter, limit: number) {
  return [
    ...(isDate(createdFrom) ? [] : [{ path: 'createdFrom', message: 'must be a valid Date' }]),
    ...(isDate(createdBefore) ? [] : [{ path: 'createdBefore', message: 'must be a valid Date' }]),
    ...(Number.isInteger(limit) && limit >= 1 && limit <= MAX_REPLAYS
      ? []
      : [{ path: 'limit', message: `must be a whole number from 1 to ${MAX_REPLAYS}` }]),
  ];
}

function isDate(date: unknown): boolean {
  return date === undefined || (date instanceof Date && !Number.isNaN(date.getTime()));
}
