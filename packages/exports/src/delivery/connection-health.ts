import { changeConnection } from '../connections/change-connection.js';
import type { ConnectionReason } from '../model/connection.js';
import type { DeliveryFailure } from '../model/delivery.js';
import type { Observer } from '../model/observer.js';
import type { ExportStore, StoredConnection } from '../store/export-store.js';

/** What about a connection, not about one event, made an attempt fail. */
export interface Trouble {
  readonly reason: ConnectionReason;
  /** Not again before, as the receiver asked. */
  readonly notBeforeMs: number | undefined;
}

/** Failures that are the connection's, and why. The others are the event's. */
export const CONNECTION_REASONS: Readonly<Partial<Record<DeliveryFailure, ConnectionReason>>> = {
  unauthorized: 'token_refused',
  redirected: 'receiver_unavailable',
  gone: 'receiver_gone',
  throttled: 'receiver_unavailable',
  quota_exceeded: 'quota_exceeded',
  receiver_unavailable: 'receiver_unavailable',
  address_refused: 'receiver_unavailable',
};

const MIN_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 15 * 60 * 1000;
/** A quota is filled up again in hours, and asking uses it. */
const MIN_QUOTA_PAUSE_MS = 60 * 1000;
const MAX_QUOTA_PAUSE_MS = 60 * 60 * 1000;

export interface HealthParts {
  readonly store: ExportStore;
  readonly observer: Observer;
  readonly now: () => number;
}

/**
 * Writes to the store how a connection fares, for every worker to see. A connection that fails is left
 * alone for as long as it has been failing: each pause is about as long as all before it.
 */
export class ConnectionHealth {
  readonly #parts: HealthParts;

  constructor(parts: HealthParts) {
    this.#parts = parts;
  }

  /** Something arrived. */
  async recover(id: string): Promise<void> {
    const { store, observer, now } = this.#parts;
    const nowMs = now();
    const { isChanged } = await changeConnection(store, id, (stored) =>
      applyRecovery(stored, nowMs),
    );
    if (!isChanged) return;
    observer.onEvent({ type: 'recovered', connectionId: id, reason: undefined });
  }

  /** Nothing arrives. @param tried the connection as it was when that was tried. */
  async fail(tried: StoredConnection, trouble: Trouble): Promise<void> {
    const { store, observer, now } = this.#parts;
    const { id } = tried;
    const { reason } = trouble;
    const nowMs = now();
    const { connection, isChanged } = await changeConnection(store, id, (stored) =>
      // What the receiver before answers late says nothing of the one that an administrator chose since.
      isSameReceiver(stored, tried) ? applyTrouble(stored, trouble, nowMs) : undefined,
    );
    if (!isChanged) return;
    const { pausedUntilMs } = connection;
    observer.onEvent(
      pausedUntilMs === undefined
        ? { type: 'disabled', connectionId: id, reason }
        : { type: 'paused', connectionId: id, reason, until: new Date(pausedUntilMs) },
    );
  }
}

/** Whether deliveries are sent to a connection, unless it is paused. */
export function takesDeliveries(status: StoredConnection['status']): boolean {
  return status === 'active' || status === 'degraded';
}

/** Whether the last attempt failed for a reason of the connection's. */
export function isFailing({ status, failingSinceMs }: StoredConnection): boolean {
  return status === 'degraded' || failingSinceMs !== undefined;
}

function isSameReceiver(a: StoredConnection, b: StoredConnection): boolean {
  const isSameDestination = JSON.stringify(a.destination) === JSON.stringify(b.destination);
  return isSameDestination && a.authorizedAtMs === b.authorizedAtMs;
}

function applyRecovery(
  connection: StoredConnection,
  nowMs: number,
): Partial<StoredConnection> | undefined {
  const { status, pausedUntilMs = 0 } = connection;
  // A pause that a receiver asked for is not over because something else was on its way.
  const isPaused = pausedUntilMs > nowMs;
  if (!takesDeliveries(status) || !isFailing(connection) || isPaused) return undefined;
  return { ...UNPAUSED, status: 'active', reason: undefined };
}

const UNPAUSED = { pausedUntilMs: undefined, failingSinceMs: undefined } as const;

function applyTrouble(
  { status, pausedUntilMs = 0, failingSinceMs }: StoredConnection,
  { reason, notBeforeMs = 0 }: Trouble,
  nowMs: number,
): Partial<StoredConnection> | undefined {
  // In any other status nothing is sent, and a person decides what happens next.
  if (!takesDeliveries(status)) return undefined;
  if (reason === 'receiver_gone') return { ...UNPAUSED, status: 'disabled', reason };
  const sinceMs = failingSinceMs ?? nowMs;
  const isQuota = reason === 'quota_exceeded';
  const atLeastMs = isQuota ? MIN_QUOTA_PAUSE_MS : MIN_PAUSE_MS;
  const atMostMs = isQuota ? MAX_QUOTA_PAUSE_MS : MAX_PAUSE_MS;
  const pauseMs = Math.min(Math.max(nowMs - sinceMs, atLeastMs), atMostMs);
  return {
    status: 'degraded',
    reason,
    failingSinceMs: sinceMs,
    pausedUntilMs: Math.max(pausedUntilMs, notBeforeMs, nowMs + pauseMs),
  };
}
