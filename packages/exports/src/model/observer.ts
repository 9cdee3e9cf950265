import {
  createConsoleLog,
  createErrorLog,
  type ObserverOption,
  toObserver,
} from '@mandate/internal/observer';
import type { ConnectionReason } from './connection.js';
import type { DeliveryFailure } from './delivery.js';

/** What every event about a delivery has. */
interface DeliveryEvent {
  readonly deliveryId: string;
  readonly connectionId: string;
  readonly exportType: string;
  /** Counted attempts, including this one. */
  readonly attempts: number;
  /** HTTP status of the answer; `undefined` if there was no answer. */
  readonly responseStatus: number | undefined;
}

/** An attempt failed, and the delivery is retried. */
export interface FailedEvent extends DeliveryEvent {
  readonly type: 'failed';
  readonly failure: DeliveryFailure;
  readonly nextAttemptAt: Date;
}

/** The last attempt failed. The delivery is kept until it is replayed. */
export interface DeadEvent extends DeliveryEvent {
  readonly type: 'dead';
  readonly failure: DeliveryFailure;
}

/** The receiver answered 2xx. */
export interface DeliveredEvent extends DeliveryEvent {
  readonly type: 'delivered';
  /** Milliseconds since `enqueue` stored the event. */
  readonly afterMs: number;
}

/** Nothing is sent to the connection until `until`. */
export interface PausedEvent {
  readonly type: 'paused';
  readonly connectionId: string;
  readonly reason: ConnectionReason;
  readonly until: Date;
}

/** `recovered`: deliveries succeed again. The other types need a person to act. */
export interface ConnectionEvent {
  readonly type: 'recovered' | 'disabled' | 'needs_reauthorization';
  readonly connectionId: string;
  readonly reason: ConnectionReason | undefined;
}

/** An event to count, log or raise an alarm for. It holds no payload, token or secret. */
export type ExportEvent = DeliveredEvent | FailedEvent | DeadEvent | PausedEvent | ConnectionEvent;

export interface Observer {
  onEvent(event: ExportEvent): void;
  /** Receives faults of the store and of the application's own functions. Deliveries continue. */
  onError(error: unknown): void;
}

export interface ObserverOptions {
  readonly onEvent?: ObserverOption<ExportEvent>;
  readonly onError?: ObserverOption<unknown>;
  readonly now: () => number;
}

/**
 * Wraps the application's listeners, so that their faults cannot stop deliveries.
 * @param owner the function that takes the options, for messages.
 */
export function createObserver(
  owner: string,
  { onEvent, onError, now }: ObserverOptions,
): Observer {
  return {
    onEvent: toObserver(`${owner}: onEvent`, onEvent, () => createEventLog(owner, now)),
    onError: toObserver(`${owner}: onError`, onError, () =>
      createErrorLog(owner, 'the store or a provider failed', now),
    ),
  };
}

/** The observer of events for which nothing is wired up: what needs a person, and what waits. */
export function createEventLog(owner: string, now: () => number): (event: ExportEvent) => void {
  const log = createConsoleLog(owner, now);
  return (event) => {
    const kind = event.type;
    if (kind === 'delivered' || kind === 'failed') return;
    const why = 'failure' in event ? event.failure : event.reason;
    log(kind, `connection ${event.connectionId}: ${kind}${why === undefined ? '' : ` (${why})`}`);
  };
}
