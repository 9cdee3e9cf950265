import { notify } from '@mandate/internal/notify';
import type { ConnectionReason } from './connection.js';
import type { DeliveryFailure } from './delivery.js';

/** What happened to a delivery. */
interface OfDelivery {
  readonly deliveryId: string;
  readonly connectionId: string;
  readonly exportType: string;
  /** Those that count, this one included. */
  readonly attempts: number;
  /** HTTP status of the answer; `undefined` if there was none. */
  readonly responseStatus: number | undefined;
}

/** An attempt that failed; the event is kept. */
export interface FailedEvent extends OfDelivery {
  readonly type: 'failed';
  readonly failure: DeliveryFailure;
  readonly nextAttemptAt: Date;
}

export interface DeadEvent extends OfDelivery {
  readonly type: 'dead';
  readonly failure: DeliveryFailure;
}

export interface DeliveredEvent extends OfDelivery {
  readonly type: 'delivered';
  /** From when it was taken. */
  readonly afterMs: number;
}

/** A connection that is left alone until `until`. */
export interface PausedEvent {
  readonly type: 'paused';
  readonly connectionId: string;
  readonly reason: ConnectionReason;
  readonly until: Date;
}

/** `recovered`: deliveries arrive again. The others wait for a person. */
export interface ConnectionEvent {
  readonly type: 'recovered' | 'disabled' | 'needs_reauthorization';
  readonly connectionId: string;
  readonly reason: ConnectionReason | undefined;
}

/** What there is to count, to log and to be woken for. It holds no payload, no token and no secret. */
export type ExportEvent = DeliveredEvent | FailedEvent | DeadEvent | PausedEvent | ConnectionEvent;

export interface Observer {
  onEvent(event: ExportEvent): void;
  /** Faults of the store and of the application's own functions; the work goes on. */
  onError(error: unknown): void;
}

export interface ObserverOptions {
  readonly onEvent?: ((event: ExportEvent) => void) | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** An observer whose own faults cannot stop deliveries. */
export function createObserver(options: ObserverOptions): Observer {
  const { onEvent = () => {}, onError = () => {} } = options;
  return {
    onEvent: (event) => notify(onEvent, event),
    onError: (error) => notify(onError, error),
  };
}
