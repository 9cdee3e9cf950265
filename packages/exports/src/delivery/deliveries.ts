import type { GuardedFetch } from '../fetch/guarded-fetch.js';
import type { Observer } from '../model/observer.js';
import type { ExportStore, StoredConnection } from '../store/export-store.js';
import type { AccessTokens } from '../tokens/access-tokens.js';
import { ConnectionHealth } from './connection-health.js';
import { createDeliveryWorker, type DeliveryWorker } from './delivery-worker.js';
import type { Receiver } from './destination.js';
import { createHousekeeping } from './housekeeping.js';
import { createOutbox, type Outbox } from './outbox.js';
import { createRetrySchedule, STANDARD_RETRY_DELAYS_SECONDS } from './retry-schedule.js';
import { createSalesforceReceiver } from './salesforce-receiver.js';
import { sendBatch } from './send-batch.js';
import { createWebhookReceiver } from './webhook-receiver.js';

/** How deliveries are made. */
export interface DeliveryOptions {
  /**
   * Seconds to wait before each attempt, the first one included; after the last one failed, a delivery
   * is dead. Each wait is up to a fifth longer, by chance. Default: the schedule of Standard Webhooks
   * 1.0, ten attempts within about 75 hours: 0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400.
   */
  readonly retryDelaysSeconds?: readonly number[] | undefined;
  /** Attempts under way at once in this process. Default 32. */
  readonly concurrency?: number | undefined;
  /** The same to one connection, so that a receiver that hangs holds up no other. Default 8. */
  readonly maxPerConnection?: number | undefined;
  /**
   * How often the store is asked for what is due. What is taken in the same process is sent at once.
   * Default 1000.
   */
  readonly pollIntervalMs?: number | undefined;
  /** How long a receiver may take, connecting and the whole answer included. Default 15000. */
  readonly receiverTimeoutMs?: number | undefined;
  /** The largest event, as JSON. Default 1048576 (1 MiB). */
  readonly maxEventBytes?: number | undefined;
  /**
   * How long a delivered event is kept, to be looked at and so that it is not taken again. Dead ones
   * stay until they are replayed. Default 30.
   */
  readonly retentionDays?: number | undefined;
}

/** What deliveries need of the connections. */
export interface DeliveryParts {
  readonly store: ExportStore;
  readonly observer: Observer;
  readonly accessTokens: AccessTokens;
  /** It gives up after the given time. */
  readonly createFetch: (timeoutMs: number) => GuardedFetch;
  /** The secrets that sign for a webhook, newest first. @throws TokenUnavailable if they are unreadable. */
  readonly readSigningSecrets: (connection: StoredConnection) => Promise<readonly string[]>;
  readonly now: () => number;
  readonly random: () => number;
}

export interface Deliveries {
  readonly outbox: Outbox;
  readonly worker: DeliveryWorker;
}

const DAY_MS = 24 * 3600 * 1000;

/** Beyond what an attempt and its repetition with a new token may take. */
const LEASE_MARGIN_MS = 60_000;

/** @throws TypeError for an option that is no such number. */
export function createDeliveries(parts: DeliveryParts, options: DeliveryOptions): Deliveries {
  const { store, now } = parts;
  const {
    receiverTimeoutMs: timeoutMs,
    retentionDays,
    maxEventBytes,
    ...limits
  } = readOptions(options);
  const { retryDelaysSeconds = STANDARD_RETRY_DELAYS_SECONDS } = options;
  const schedule = createRetrySchedule(retryDelaysSeconds, parts.random);
  const batchParts = {
    ...parts,
    timeoutMs,
    fetch: parts.createFetch(timeoutMs),
    health: new ConnectionHealth(parts),
    schedule,
    toReceiver: (connection: StoredConnection) => toReceiver(connection, parts.readSigningSecrets),
  };
  const worker = createDeliveryWorker({
    ...parts,
    limits: { ...limits, leaseMs: 2 * timeoutMs + LEASE_MARGIN_MS },
    sendBatch: (batch) => sendBatch(batch, batchParts),
    housekeep: createHousekeeping({ ...parts, retentionMs: retentionDays * DAY_MS }),
  });
  const outbox = createOutbox({ store, now, maxEventBytes, schedule, wake: () => worker.wake() });
  return { outbox, worker };
}

const DEFAULTS = {
  concurrency: 32,
  maxPerConnection: 8,
  pollIntervalMs: 1000,
  receiverTimeoutMs: 15_000,
  maxEventBytes: 1024 * 1024,
  retentionDays: 30,
} as const;

function readOptions(options: DeliveryOptions): Record<keyof typeof DEFAULTS, number> {
  const read = (name: keyof typeof DEFAULTS): number => {
    const value = options[name] ?? DEFAULTS[name];
    // More than 2^31 milliseconds would make a timer end at once.
    if (Number.isInteger(value) && value >= 1 && value < 2 ** 31) return value;
    throw new TypeError(`createExports: ${name} must be a whole number from 1`);
  };
  return {
    concurrency: read('concurrency'),
    maxPerConnection: read('maxPerConnection'),
    pollIntervalMs: read('pollIntervalMs'),
    receiverTimeoutMs: read('receiverTimeoutMs'),
    maxEventBytes: read('maxEventBytes'),
    retentionDays: read('retentionDays'),
  };
}

async function toReceiver(
  connection: StoredConnection,
  readSigningSecrets: DeliveryParts['readSigningSecrets'],
): Promise<Receiver> {
  const { destination } = connection;
  if (destination.kind === 'salesforce') return createSalesforceReceiver(destination);
  return createWebhookReceiver(destination, await readSigningSecrets(connection));
}
