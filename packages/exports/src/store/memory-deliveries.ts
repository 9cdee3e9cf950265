import type { Delivery, ReplayFilter } from '../model/delivery.js';
import { PRESENCE_LANE } from './export-store.js';
import type { StoredConnection } from './stored-connection.js';
import type {
  DeliveryClaim,
  DeliveryOutcome,
  StoredCounts,
  StoredDelivery,
} from './stored-delivery.js';

/** A delivery and its lease. */
export interface MemoryDelivery {
  /** Increases with every insertion and is never reused. */
  readonly position: number;
  stored: StoredDelivery;
  owner: string | undefined;
  /** When the delivery can be claimed: its next attempt, or the end of its lease. */
  dueMs: number;
}

export function toMemoryDelivery(stored: StoredDelivery, position: number): MemoryDelivery {
  const due = stored.nextAttemptAt ?? stored.createdAt;
  return { position, stored, owner: undefined, dueMs: due.getTime() };
}

/** Whether a delivery may be replaced: it is dead, or was never claimed. */
export function isReplaceable({ stored, owner }: MemoryDelivery): boolean {
  const { status, attempts, failure } = stored;
  const isUntouched = owner === undefined && attempts === 0 && failure === undefined;
  return status === 'dead' || (status === 'pending' && isUntouched);
}

/** Whether one is a higher revision of the same event. */
export function supersedes(one: Delivery, other: Delivery): boolean {
  return (
    one.revision > other.revision &&
    one.connectionId === other.connectionId &&
    one.engagementId === other.engagementId &&
    one.exportType === other.exportType
  );
}

/** Returns the deliveries to lease, longest due first. @param all in the order of insertion. */
export function findDue(
  all: Iterable<MemoryDelivery>,
  connections: ReadonlyMap<string, StoredConnection>,
  claim: DeliveryClaim,
): readonly MemoryDelivery[] {
  const seen = new Set<string>();
  const due: MemoryDelivery[] = [];
  for (const delivery of all) {
    const { status, connectionId, engagementId } = delivery.stored;
    if (status !== 'pending') continue;
    const lane = JSON.stringify([connectionId, engagementId]);
    const isFirst = !seen.has(lane);
    seen.add(lane);
    if (!isFirst || delivery.dueMs > claim.nowMs || claim.except.includes(connectionId)) continue;
    if (isDeliverable(connections.get(connectionId), claim.nowMs)) due.push(delivery);
  }
  // Sorting is stable, so deliveries with the same due time stay in the order of insertion.
  due.sort((a, b) => a.dueMs - b.dueMs);
  const selected = due.filter(selectProbes(due, connections));
  const ids = new Set(claim.ahead?.connectionIds);
  const others = selected.filter(({ stored }) => !ids.has(stored.connectionId));
  const ahead = selected.filter(({ stored: { connectionId } }) => {
    return ids.has(connectionId) && connections.get(connectionId)?.status === 'active';
  });
  return [
    ...limitPerConnection(ahead, claim.ahead?.perConnection ?? 0),
    ...limitPerConnection(others, claim.perConnection).slice(0, claim.limit),
  ].sort((a, b) => a.dueMs - b.dueMs);
}

/** Selects, of the engagements of a degraded connection, only the one inserted last. */
function selectProbes(
  due: readonly MemoryDelivery[],
  connections: ReadonlyMap<string, StoredConnection>,
): (delivery: MemoryDelivery) => boolean {
  const engagements = due.filter(({ stored }) => stored.engagementId !== PRESENCE_LANE);
  engagements.sort((a, b) => a.position - b.position);
  const last = new Map(engagements.map((delivery) => [delivery.stored.connectionId, delivery]));
  return (delivery) => {
    const { connectionId, engagementId } = delivery.stored;
    const isDegraded = connections.get(connectionId)?.status === 'degraded';
    return !isDegraded || engagementId === PRESENCE_LANE || last.get(connectionId) === delivery;
  };
}

function limitPerConnection(
  due: readonly MemoryDelivery[],
  limit: number,
): readonly MemoryDelivery[] {
  const counts = new Map<string, number>();
  return due.filter(({ stored: { connectionId } }) => {
    const count = (counts.get(connectionId) ?? 0) + 1;
    counts.set(connectionId, count);
    return count <= limit;
  });
}

function isDeliverable(connection: StoredConnection | undefined, nowMs: number): boolean {
  if (connection?.status !== 'active' && connection?.status !== 'degraded') return false;
  return connection.pausedUntilMs === undefined || connection.pausedUntilMs <= nowMs;
}

export function applyOutcome(delivery: StoredDelivery, outcome: DeliveryOutcome): StoredDelivery {
  const { status, failure, responseStatus, atMs } = outcome;
  return {
    ...delivery,
    status,
    failure,
    responseStatus,
    attempts: delivery.attempts + (outcome.countsAsAttempt ? 1 : 0),
    nextAttemptAt: status === 'pending' ? new Date(toDueMs(outcome)) : undefined,
    deliveredAt: status === 'delivered' ? new Date(Math.ceil(atMs)) : undefined,
    diedAt: status === 'dead' ? new Date(Math.ceil(atMs)) : undefined,
  };
}

/** Rounds up to a whole millisecond, so that an attempt is never early. */
export function toDueMs({ nextAttemptAtMs, atMs }: DeliveryOutcome): number {
  return Math.ceil(nextAttemptAtMs ?? atMs);
}

export function applyReplay(delivery: StoredDelivery, nowMs: number): StoredDelivery {
  return {
    ...delivery,
    status: 'pending',
    failure: undefined,
    responseStatus: undefined,
    attempts: 0,
    nextAttemptAt: new Date(nowMs),
    diedAt: undefined,
  };
}

/** Whether a dead delivery matches a filter. */
export function isReplayed(delivery: Delivery, filter: ReplayFilter): boolean {
  const { connectionId, exportType, failure, createdFrom, createdBefore } = filter;
  return (
    (connectionId === undefined || delivery.connectionId === connectionId) &&
    (exportType === undefined || delivery.exportType === exportType) &&
    (failure === undefined || delivery.failure === failure) &&
    (createdFrom === undefined || delivery.createdAt >= createdFrom) &&
    (createdBefore === undefined || delivery.createdAt < createdBefore)
  );
}

const HOUR_MS = 3600 * 1000;

export function count(deliveries: readonly Delivery[], sinceMs: number): StoredCounts {
  const pending = deliveries.filter(({ status }) => status === 'pending');
  const hours = new Map<number, { startMs: number; delivered: number; dead: number }>();
  for (const { status, deliveredAt, diedAt } of deliveries) {
    const endedMs = (deliveredAt ?? diedAt)?.getTime() ?? Number.NEGATIVE_INFINITY;
    if (status === 'pending' || endedMs < sinceMs) continue;
    const startMs = Math.floor(endedMs / HOUR_MS) * HOUR_MS;
    const hour = hours.get(startMs) ?? { startMs, delivered: 0, dead: 0 };
    hour[status]++;
    hours.set(startMs, hour);
  }
  return {
    pending: pending.length,
    dead: deliveries.filter(({ status }) => status === 'dead').length,
    oldestPendingMs: pending[0]?.createdAt.getTime(),
    hours: [...hours.values()].sort((a, b) => a.startMs - b.startMs),
  };
}
