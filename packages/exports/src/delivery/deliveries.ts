import { checkNumber, MAX_TIMER_MS } from '@mandate/internal/check-number';
import type { GuardedRequester } from '../fetch/guarded-request.js';
import type { WebhookHeader } from '../model/connection-settings.js';
import type { Observer } from '../model/observer.js';
import type { ExportStore } from '../store/export-store.js';
import type { StoredConnection } from '../store/stored-connection.js';
import type { AccessTokens } from '../tokens/access-tokens.js';
import { createAdministration, type DeliveryAdministration } from './administration.js';
import { ConnectionHealth, isFailing } from './connection-health.js';
import { createDeliveryWorker, type DeliveryWorker } from './delivery-worker.js';
import { createHousekeeping } from './housekeeping.js';
import { createOutbox, type Outbox } from './outbox.js';
import type { Receiver } from './receiver.js';
import { createRetrySchedule, STANDARD_RETRY_DELAYS_SECONDS } from './retry-schedule.js';
import { createSalesforceReceiver } from './salesforce-receiver.js';
import { sendBatch } from './send-batch.js';
import { sendTestEvent } from './test-event.js';
import { createWebhookReceiver } from './webhook-receiver.js';

/** The schedule and the limits of deliveries. */
export interface DeliveryOptions {
  /**
   * Seconds to wait before each attempt, including the first. A delivery is dead once the last attempt
   * has failed. Each wait is randomly up to a fifth longer. Default: the schedule of Standard Webhooks
   * 1.0, ten attempts within about 75 hours: 0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400.
   */
  readonly retryDelaysSeconds?: readonly number[] | undefined;
  /**
   * The largest number of concurrent attempts in this process. A quarter of them is kept for connections
   * with no attempt under way, and slow receivers together get at most half. Default 32.
   */
  readonly concurrency?: number | undefined;
  /** The same per connection, so that a slow receiver does not delay the others. Default 8. */
  readonly maxPerConnection?: number | undefined;
  /**
   * How often the store is searched for due deliveries. This finds retries that have become due. Events
   * are sent at once: the store notifies the workers of every process, and polling finds those of which a
   * notification was missed. Default 1000.
   */
  readonly pollIntervalMs?: number | undefined;
  /** Limits one request to a receiver, from connecting to the end of the answer. Default 15000. */
  readonly receiverTimeoutMs?: number | undefined;
  /** The largest size of an event as JSON. Default 1048576 (1 MiB). */
  readonly maxEventBytes?: number | undefined;
  /**
   * How long a delivered event is kept. While it is kept, it is shown, and the same event is not enqueued
   * again. Dead deliveries are kept until they are replayed. Default 30.
   */
  readonly retentionDays?: number | undefined;
}

/** What deliveries need from the connections and from the application. */
export interface DeliveryParts<Transaction = never> {
  readonly store: ExportStore<Transaction>;
  readonly observer: Observer;
  readonly accessTokens: AccessTokens;
  /** Makes a function that sends requests with this time-out. */
  readonly createRequester: (timeoutMs: number) => GuardedRequester;
  /** Opens a webhook's signing secrets, newest first. @throws TokenUnavailable if they cannot be opened. */
  readonly loadSigningSecrets: (connection: StoredConnection) => Promise<readonly string[]>;
  /** Opens a webhook's static header. @throws TokenUnavailable if it cannot be opened. */
  readonly loadHeader: (connection: StoredConnection) => Promise<WebhookHeader | undefined>;
  readonly now: () => number;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
}

export interface Deliveries<Transaction = never> {
  readonly administration: DeliveryAdministration;
  readonly outbox: Outbox<Transaction>;
  readonly worker: DeliveryWorker;
}

const DAY_MS = 24 * 3600 * 1000;

/** Added to the time of an attempt and its repetition with a new token. */
const LEASE_MARGIN_MS = 60_000;

/** @throws TypeError if an option is not a number in its range. */
export function createDeliveries<Transaction = never>(
  parts: DeliveryParts<Transaction>,
  options: DeliveryOptions,
): Deliveries<Transaction> {
  const { store, now } = parts;
  const {
    receiverTimeoutMs: timeoutMs,
    retentionDays,
    maxEventBytes,
    ...limits
  } = toLimits(options);
  const { retryDelaysSeconds = STANDARD_RETRY_DELAYS_SECONDS } = options;
  const schedule = createRetrySchedule(retryDelaysSeconds, parts.random);
  const batchParts = {
    ...parts,
    timeoutMs,
    request: parts.createRequester(timeoutMs),
    health: new ConnectionHealth(parts),
    schedule,
    toReceiver: (connection: StoredConnection) => toReceiver(connection, parts),
  };
  const worker = createDeliveryWorker({
    ...parts,
    limits: { ...limits, leaseMs: 2 * timeoutMs + LEASE_MARGIN_MS },
    sendBatch: (batch) => sendBatch(batch, batchParts),
    housekeep: createHousekeeping({ ...parts, retentionMs: retentionDays * DAY_MS }),
  });
  const notifyWorker = () => worker.notify();
  const outbox = createOutbox({ store, now, maxEventBytes, schedule, notifyWorker });
  const administration = createAdministration({
    ...{ store, now, notifyWorker },
    sendTest: (connectionId) => sendTestEvent(connectionId, batchParts),
  });
  return { outbox, worker, administration };
}

const DEFAULTS = {
  concurrency: 32,
  maxPerConnection: 8,
  pollIntervalMs: 1000,
  receiverTimeoutMs: 15_000,
  maxEventBytes: 1024 * 1024,
  retentionDays: 30,
} as const;

function toLimits(options: DeliveryOptions): Record<keyof typeof DEFAULTS, number> {
  const get = (name: keyof typeof DEFAULTS): number => {
    const value = options[name] ?? DEFAULTS[name];
    checkNumber(`createExports: ${name}`, value, { min: 1, max: MAX_TIMER_MS, isInteger: true });
    return value;
  };
  return {
    concurrency: get('concurrency'),
    maxPerConnection: get('maxPerConnection'),
    pollIntervalMs: get('pollIntervalMs'),
    receiverTimeoutMs: get('receiverTimeoutMs'),
    maxEventBytes: get('maxEventBytes'),
    retentionDays: get('retentionDays'),
  };
}

async function toReceiver(
  connection: StoredConnection,
  { loadSigningSecrets, loadHeader }: DeliveryParts,
): Promise<Receiver> {
  const { destination, grantType } = connection;
  if (destination.kind === 'salesforce') return createSalesforceReceiver(destination);
  const isAccepting = connection.acceptedAtMs !== undefined && !isFailing(connection);
  return createWebhookReceiver(destination, {
    secrets: await loadSigningSecrets(connection),
    isAccepting,
    authorization: grantType === 'none' ? await loadHeader(connection) : 'bearer',
  });
}
