import { changeConnection } from '../connections/change-connection.js';
import type { ConnectionReason } from '../model/connection.js';
import type { DeliveryFailure } from '../model/delivery.js';
import type { Observer } from '../model/observer.js';
import type { ExportStore, StoredConnection } from '../store/export-store.js';

/** A failed attempt whose cause is the connection, not the event. */
export interface ConnectionFailure {
  readonly reason: ConnectionReason;
  /** The receiver asked not to send before this time. */
  readonly notBeforeMs: number | undefined;
}

/** The failures that a connection causes, with the reason to store. An event causes the others. */
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
/** A quota recovers over hours, and every attempt counts against it. */
const MIN_QUOTA_PAUSE_MS = 60 * 1000;
const MAX_QUOTA_PAUSE_MS = 60 * 60 * 1000;

export interface HealthParts {
  readonly store: ExportStore;
  readonly observer: Observer;
  readonly now: () => number;
}

/**
 * Stores whether deliveries to a connection succeed, so that every worker knows. A failing connection is
 * paused for as long as it has been failing, so each pause is about as long as all earlier ones together.
 */
export class ConnectionHealth {
  readonly #parts: HealthParts;

  constructor(parts: HealthParts) {
    this.#parts = parts;
  }

  /** Call it after a delivery succeeded. */
  async recover(id: string): Promise<void> {
    const { store, observer, now } = this.#parts;
    const nowMs = now();
    const { isChanged } = await changeConnection(store, id, (stored) =>
      applyRecovery(stored, nowMs),
    );
    if (!isChanged) return;
    observer.onEvent({ type: 'recovered', connectionId: id, reason: undefined });
  }

  /** Call it after an attempt failed. @param tried the connection at the time of the attempt. */
  async fail(tried: StoredConnection, failure: ConnectionFailure): Promise<void> {
    const { store, observer, now } = this.#parts;
    const { id } = tried;
    const { reason } = failure;
    const nowMs = now();
    const { connection, isChanged } = await changeConnection(store, id, (stored) =>
      // A late answer of the previous receiver must not pause a receiver that was configured since.
      isSameReceiver(stored, tried) ? applyFailure(stored, failure, nowMs) : undefined,
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

/** Whether deliveries are sent to connections with this status, unless they are paused. */
export function isDeliverable(status: StoredConnection['status']): boolean {
  return status === 'active' || status === 'degraded';
}

/** Whether the connection caused the last attempt to fail. */
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
  // A pause goes on although a request that was already on its way succeeded.
  const isPaused = pausedUntilMs > nowMs;
  if (!isDeliverable(status) || !isFailing(connection) || isPaused) return undefined;
  return { ...UNPAUSED, status: 'active', reason: undefined };
}

const UNPAUSED = { pausedUntilMs: undefined, failingSinceMs: undefined } as const;

function applyFailure(
  { status, pausedUntilMs = 0, failingSinceMs }: StoredConnection,
  { reason, notBeforeMs = 0 }: ConnectionFailure,
  nowMs: number,
): Partial<StoredConnection> | undefined {
  // In any other status, nothing is sent until a person acts.
  if (!isDeliverable(status)) return undefined;
  if (reason === 'receiver_gone') return { ...UNPAUSED, status: 'disabled', reason };
  const sinceMs = failingSinceMs ?? nowMs;
  const isQuota = reason === 'quota_exceeded';
  const minMs = isQuota ? MIN_QUOTA_PAUSE_MS : MIN_PAUSE_MS;
  const maxMs = isQuota ? MAX_QUOTA_PAUSE_MS : MAX_PAUSE_MS;
  const pauseMs = Math.min(Math.max(nowMs - sinceMs, minMs), maxMs);
  return {
    status: 'degraded',
    reason,
    failingSinceMs: sinceMs,
    pausedUntilMs: Math.max(pausedUntilMs, notBeforeMs, nowMs + pauseMs),
  };
}
