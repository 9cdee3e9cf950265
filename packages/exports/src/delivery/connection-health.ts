import { changeConnection } from '../connections/change-connection.js';
import type { ConnectionReason } from '../model/connection.js';
import type { DeliveryFailure, OrgFailure } from '../model/delivery.js';
import type { Observer } from '../model/observer.js';
import type { ExportStore } from '../store/export-store.js';
import type { StoredConnection } from '../store/stored-connection.js';

/** A failed attempt whose cause is the connection, not the event. */
export interface ConnectionFailure {
  readonly reason: ConnectionReason;
  /** The receiver asked not to send before this time. */
  readonly notBeforeMs: number | undefined;
}

/** Failures of a whole Salesforce org. They pass slowly, and every attempt counts against its quota. */
export const ORG_FAILURES: ReadonlySet<string> = new Set<OrgFailure>([
  ...(['quota_exceeded', 'storage_exceeded', 'api_disabled', 'org_locked'] as const),
  ...(['feature_disabled', 'request_too_long', 'api_version_retired'] as const),
]);

/** The failures that a connection causes, with the reason to store. An event causes the others. */
export const CONNECTION_REASONS: Readonly<Partial<Record<DeliveryFailure, ConnectionReason>>> = {
  unauthorized: 'token_refused',
  redirected: 'receiver_unavailable',
  gone: 'receiver_gone',
  throttled: 'receiver_unavailable',
  receiver_refused: 'receiver_refused',
  receiver_unavailable: 'receiver_unavailable',
  address_refused: 'receiver_unavailable',
  proxy_failed: 'proxy_failed',
  destination_invalid: 'destination_invalid',
  quota_exceeded: 'quota_exceeded',
  storage_exceeded: 'storage_exceeded',
  api_disabled: 'api_disabled',
  org_locked: 'org_locked',
  feature_disabled: 'feature_disabled',
  request_too_long: 'request_too_long',
  api_version_retired: 'api_version_retired',
};

const MIN_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 15 * 60 * 1000;
const MIN_ORG_PAUSE_MS = 60 * 1000;
const MAX_ORG_PAUSE_MS = 60 * 60 * 1000;

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

  /** Call it after a delivery succeeded. @param tried the connection at the time of the attempt. */
  async recover(tried: StoredConnection): Promise<void> {
    const { store, observer, now } = this.#parts;
    const { id } = tried;
    const nowMs = now();
    let wasPaused = false;
    const { connection, isChanged } = await changeConnection(store, id, (stored) => {
      if (!isSameReceiver(stored, tried)) return undefined;
      wasPaused = stored.pausedUntilMs !== undefined;
      return applyRecovery(stored, nowMs);
    });
    if (!isChanged || !wasPaused || connection.status !== 'active') return;
    if (connection.pausedUntilMs !== undefined) return;
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
    const { pausedUntilMs, status } = connection;
    if (status === 'disabled') observer.onEvent({ type: 'disabled', connectionId: id, reason });
    else if (pausedUntilMs !== undefined)
      observer.onEvent({
        type: 'paused',
        connectionId: id,
        reason,
        until: new Date(pausedUntilMs),
      });
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
  const { status, pausedUntilMs = 0, acceptedAtMs } = connection;
  if (!isDeliverable(status)) return undefined;
  const accepted = { acceptedAtMs: acceptedAtMs ?? nowMs };
  // A pause goes on although a request that was already on its way succeeded.
  const isPaused = pausedUntilMs > nowMs;
  if (isFailing(connection) && !isPaused) {
    return { ...UNPAUSED, ...accepted, status: 'active', reason: undefined };
  }
  return acceptedAtMs === undefined ? accepted : undefined;
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
  const untilMs = Math.max(pausedUntilMs, notBeforeMs, nowMs + getPauseMs(reason, nowMs - sinceMs));
  return {
    status: 'degraded',
    reason,
    failingSinceMs: sinceMs,
    pausedUntilMs: untilMs > nowMs ? untilMs : undefined,
  };
}

/** A single rejected event causes no pause. If no other event is accepted, later rejections do. */
function getPauseMs(reason: ConnectionReason, failingMs: number): number {
  if (reason === 'events_rejected') return Math.min(failingMs, MAX_PAUSE_MS);
  if (!ORG_FAILURES.has(reason)) return Math.min(Math.max(failingMs, MIN_PAUSE_MS), MAX_PAUSE_MS);
  return Math.min(Math.max(failingMs, MIN_ORG_PAUSE_MS), MAX_ORG_PAUSE_MS);
}
