/** Sends deliveries that are due, renews tokens of idle connections, and removes what was delivered long ago. */
export interface DeliveryWorker {
  /** Works until it is stopped. Starting one that works does nothing. */
  start(): void;
  /** Takes no more deliveries, and is fulfilled when those on their way have been answered. */
  stop(): Promise<void>;
  /**
   * Sends everything that is due now, what becomes due by that included, without being started.
   * @returns how many attempts were made.
   */
  runOnce(): Promise<number>;
}
