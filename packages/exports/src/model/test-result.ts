import type { ConnectionReason } from './connection.js';
import type { DeliveryFailure } from './delivery.js';

/** The result of a test event. */
export interface TestResult {
  readonly isAccepted: boolean;
  /** Why the receiver did not accept it; `undefined` if it did, or if there was no token to send. */
  readonly failure: DeliveryFailure | undefined;
  /** Why there was no token, so that nothing was sent. */
  readonly reason: ConnectionReason | undefined;
  /** HTTP status of the answer; `undefined` if there was no answer. */
  readonly responseStatus: number | undefined;
}
