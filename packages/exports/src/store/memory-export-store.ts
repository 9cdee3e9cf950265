import type {
  Delivery,
  DeliveryFilter,
  Page,
  PageRequest,
  ReplayFilter,
} from '../model/delivery.js';
import { ExportError } from '../model/export-error.js';
import type { ExportStore } from './export-store.js';
import {
  applyOutcome,
  applyReplay,
  count,
  findDue,
  isReplaceable,
  isReplayed,
  type MemoryDelivery,
  supersedes,
  toDueMs,
  toMemoryDelivery,
} from './memory-deliveries.js';
import { MemoryLogins } from './memory-logins.js';
import type { StoredConnection, StoredLogin } from './stored-connection.js';
import type {
  DeliveryClaim,
  DeliveryOutcome,
  StoredCounts,
  StoredDelivery,
} from './stored-delivery.js';

/**
 * Keeps exports in memory, for tests and trials. Undelivered events are lost when the process ends.
 *
 * @example
 * import { randomBytes } from 'node:crypto';
 *
 * const crmExports = createExports({
 *   store: createMemoryExportStore(),
 *   keys: [randomBytes(32)],
 *   callbackUrl: 'http://localhost:3000/exports/callback',
 *   allowLoopback: true,
 * });
 */
export function createMemoryExportStore(): ExportStore {
  return new MemoryExportStore();
}

class MemoryExportStore implements ExportStore {
  readonly #connections = new Map<string, StoredConnection>();
  readonly #logins = new MemoryLogins();
  /** By `dedupeKey`, in the order of insertion. */
  readonly #deliveries = new Map<string, MemoryDelivery>();
  /** The `dedupeKey` of each id. */
  readonly #keys = new Map<string, string>();
  readonly #revisions = new Set<Delivery>();
  readonly #watchers = new Set<() => void>();
  #lastPosition = 0;

  async insertConnection(connection: StoredConnection): Promise<void> {
    if (this.#connections.has(connection.id)) throw new Error('a connection with this id exists');
    this.#connections.set(connection.id, connection);
  }

  async getConnection(id: string): Promise<StoredConnection | undefined> {
    return this.#connections.get(id);
  }

  async listConnections(siteId?: string): Promise<readonly StoredConnection[]> {
    return [...this.#connections.values()]
      .filter((connection) => siteId === undefined || connection.siteId === siteId)
      .sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
  }

  async replaceConnection(connection: StoredConnection): Promise<boolean> {
    const stored = this.#connections.get(connection.id);
    if (stored?.version !== connection.version - 1) return false;
    this.#connections.set(connection.id, connection);
    return true;
  }

  async insertLogin(login: StoredLogin, nowMs: number): Promise<void> {
    this.#logins.insert(login, nowMs);
  }

  async takeLogin(stateHash: string): Promise<StoredLogin | undefined> {
    return this.#logins.take(stateHash);
  }

  async insertDeliveries(deliveries: readonly StoredDelivery[]): Promise<readonly string[]> {
    if (deliveries.some(({ status }) => status !== 'pending')) {
      throw new TypeError('insertDeliveries: every delivery must be pending');
    }
    const added = deliveries.filter(({ id }) => !this.#keys.has(id));
    const conflicts = added.filter((delivery) => this.#conflicts(delivery)).map(({ id }) => id);
    if (conflicts.length > 0) return conflicts;
    for (const delivery of added) this.#insert(delivery);
    this.#notifyWatchers();
    return [];
  }

  #conflicts(delivery: StoredDelivery): boolean {
    const known = this.#deliveries.get(delivery.dedupeKey);
    return (known !== undefined && !isReplaceable(known)) || this.#isSuperseded(delivery);
  }

  #isSuperseded(delivery: Delivery): boolean {
    return [...this.#revisions].some((revision) => supersedes(revision, delivery));
  }

  #insert(delivery: StoredDelivery): void {
    const { id, dedupeKey, revision } = delivery;
    const known = this.#deliveries.get(dedupeKey);
    if (known?.stored.id === id) return;
    if (known !== undefined) this.#forget(known.stored);
    const position = known?.position ?? ++this.#lastPosition;
    // A key that exists keeps its place in the map.
    this.#deliveries.set(dedupeKey, toMemoryDelivery(delivery, position));
    this.#keys.set(id, dedupeKey);
    if (revision > 0) this.#revisions.add(delivery);
  }

  #forget(delivery: StoredDelivery): void {
    this.#keys.delete(delivery.id);
    for (const revision of this.#revisions) {
      if (revision.id === delivery.id) this.#revisions.delete(revision);
    }
  }

  watchDeliveries(listener: () => void): () => void {
    // A function of its own for each call, so that the same listener can be added twice.
    const watcher = () => listener();
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  #notifyWatchers(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #get(id: string): MemoryDelivery | undefined {
    const key = this.#keys.get(id);
    return key === undefined ? undefined : this.#deliveries.get(key);
  }

  async claimDeliveries(claim: DeliveryClaim): Promise<readonly StoredDelivery[]> {
    const due = findDue(this.#deliveries.values(), this.#connections, claim);
    for (const delivery of due) {
      delivery.owner = claim.owner;
      delivery.dueMs = claim.leaseUntilMs;
    }
    return due.map(({ stored }) => stored);
  }

  async settleDelivery(outcome: DeliveryOutcome): Promise<boolean> {
    const delivery = this.#get(outcome.id);
    if (delivery === undefined || delivery.owner !== outcome.owner) return false;
    delivery.stored = applyOutcome(delivery.stored, outcome);
    delivery.owner = undefined;
    delivery.dueMs = toDueMs(outcome);
    return true;
  }

  async getDelivery(id: string): Promise<StoredDelivery | undefined> {
    return this.#get(id)?.stored;
  }

  async listDeliveries(filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>> {
    const before = page.cursor === undefined ? Number.POSITIVE_INFINITY : parseCursor(page.cursor);
    const found = [...this.#deliveries.values()]
      .filter(({ position, stored }) => position < before && matches(stored, filter))
      .reverse();
    const shown = found.slice(0, page.limit);
    const last = found.length > page.limit ? shown.at(-1) : undefined;
    const items = shown.map(({ stored: { event: _, dedupeKey: __, ...delivery } }) => delivery);
    return { items, nextCursor: last && String(last.position) };
  }

  async replayDelivery(id: string, nowMs: number): Promise<boolean> {
    const delivery = this.#get(id);
    if (delivery?.stored.status !== 'dead' || this.#isSuperseded(delivery.stored)) return false;
    delivery.stored = applyReplay(delivery.stored, nowMs);
    delivery.dueMs = nowMs;
    this.#notifyWatchers();
    return true;
  }

  async replayDeliveries(
    filter: ReplayFilter,
    { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
  ): Promise<number> {
    const found = [...this.#deliveries.values()].filter(
      ({ stored }) =>
        stored.status === 'dead' && isReplayed(stored, filter) && !this.#isSuperseded(stored),
    );
    for (const delivery of found.slice(0, limit)) {
      delivery.stored = applyReplay(delivery.stored, nowMs);
      delivery.dueMs = nowMs;
    }
    return Math.min(found.length, limit);
  }

  async countDeliveries(connectionId: string, sinceMs: number): Promise<StoredCounts> {
    const all = [...this.#deliveries.values()].map(({ stored }) => stored);
    return count(
      all.filter((stored) => stored.connectionId === connectionId),
      sinceMs,
    );
  }

  async removeEnded(beforeMs: number, limit: number): Promise<number> {
    const isBefore = (at: Date | undefined) => at !== undefined && at.getTime() < beforeMs;
    const all = [...this.#deliveries.values()].map(({ stored }) => stored);
    const removed = [
      ...all.filter((stored) => isBefore(stored.diedAt) && this.#isSuperseded(stored)),
      ...all.filter(({ deliveredAt }) => isBefore(deliveredAt)),
    ].slice(0, limit);
    for (const delivery of removed) {
      this.#deliveries.delete(delivery.dedupeKey);
      this.#forget(delivery);
    }
    return removed.length;
  }
}

function matches(delivery: Delivery, filter: DeliveryFilter): boolean {
  const { connectionId, status, engagementId } = filter;
  return (
    (connectionId === undefined || delivery.connectionId === connectionId) &&
    (status === undefined || delivery.status === status) &&
    (engagementId === undefined || delivery.engagementId === engagementId)
  );
}

/** A cursor is the position of the last delivery of a page. */
function parseCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new ExportError('invalid', 'cursor: must be the nextCursor of a page');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
