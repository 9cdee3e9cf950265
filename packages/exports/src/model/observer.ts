import { notify } from '@mandate/internal/notify';
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
  readonly onEvent?: ((event: ExportEvent) => void) | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Wraps the application's listeners, so that their faults cannot stop deliveries. */
export function createObserver(options: ObserverOptions): Observer {
  const { onEvent = () => {}, onError = () => {} } = options;
  return {
    onEvent: (event) => notify(onEvent, event),
    onError: (error) => notify(onError, error),
  };
}
