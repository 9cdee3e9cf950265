import {
  type DeliveryClaim,
  type DeliveryOutcome,
  PRESENCE_LANE,
  type StoredConnection,
  type StoredDelivery,
} from './export-store.js';

/** A delivery and who works on it. */
export interface MemoryDelivery {
  /** Rises from one that was inserted to the next; never used again. */
  readonly place: number;
  stored: StoredDelivery;
  owner: string | undefined;
  /** When somebody may take it: for its next attempt, or because a lease ends. */
  dueMs: number;
}

export function toMemoryDelivery(stored: StoredDelivery, place: number): MemoryDelivery {
  const due = stored.nextAttemptAt ?? stored.createdAt;
  return { place, stored, owner: undefined, dueMs: due.getTime() };
}

/** What may be leased, longest due first. `all` is in the order of insertion. */
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
    if (takesDeliveries(connections.get(connectionId), claim.nowMs)) due.push(delivery);
  }
  // Sorting is stable: of two that are due since the same time, the one inserted first is first.
  due.sort((a, b) => a.dueMs - b.dueMs);
  const tried = due.filter(selectTried(due, connections));
  return limitPerConnection(tried, claim.perConnection).slice(0, claim.limit);
}

/** Of the engagements of degraded connections, only the one inserted last. */
function selectTried(
  due: readonly MemoryDelivery[],
  connections: ReadonlyMap<string, StoredConnection>,
): (delivery: MemoryDelivery) => boolean {
  const engagements = due.filter(({ stored }) => stored.engagementId !== PRESENCE_LANE);
  engagements.sort((a, b) => a.place - b.place);
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

function takesDeliveries(connection: StoredConnection | undefined, nowMs: number): boolean {
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
    nextAttemptAt: status === 'pending' ? new Date(readDueMs(outcome)) : undefined,
    deliveredAt: status === 'delivered' ? new Date(Math.ceil(atMs)) : undefined,
  };
}

/** Whole milliseconds, and not before what was said. */
export function readDueMs({ nextAttemptAtMs, atMs }: DeliveryOutcome): number {
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
  };
}
