import { randomBytes } from 'node:crypto';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import {
  CONNECTIONS_OPTIONS,
  type ConnectionsOptions,
  toConnections,
} from './connections/create-connections.js';
import { createDeliveries, type DeliveryOptions } from './delivery/deliveries.js';
import type { Exports } from './exports.js';
import { createGuardedRequester } from './fetch/guarded-request.js';
import { createObserver, type ExportEvent } from './model/observer.js';
import { createSecretBox } from './secrets/secret-box.js';
import { openSigningSecrets } from './secrets/signing-secrets.js';
import { openWebhookHeader } from './secrets/webhook-header.js';
import type { ExportStore } from './store/export-store.js';
import { TokenUnavailable } from './tokens/access-tokens.js';
import { createAccessTokens } from './tokens/create-access-tokens.js';

/** Receivers answer errors with short bodies; nothing more is read. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** The options of {@link createExports}. */
export interface ExportsOptions<Transaction = never>
  extends Omit<ConnectionsOptions, 'store' | 'onError' | 'onEvent'>,
    DeliveryOptions {
  readonly store: ExportStore<Transaction>;
  /**
   * Called for every result of a delivery and every change of a connection. Exceptions are ignored. By default
   * dead deliveries, pauses and changes of connections are written with `console.warn`, at most once a minute
   * and kind; `null` writes nothing.
   */
  readonly onEvent?: ((event: ExportEvent) => void) | null | undefined;
  /**
   * Receives, for the log, what a provider rejected (a {@link ProviderFailure}), and errors of the store
   * that the worker survives. Exceptions from it are ignored. By default the name of an error is written with
   * `console.warn`, at most once a minute; `null` writes nothing.
   */
  readonly onError?: ((error: unknown) => void) | null | undefined;
}

const OPTIONS: OptionNames<ExportsOptions> = {
  ...CONNECTIONS_OPTIONS,
  retryDelaysSeconds: true,
  concurrency: true,
  maxPerConnection: true,
  pollIntervalMs: true,
  receiverTimeoutMs: true,
  maxEventBytes: true,
  retentionDays: true,
};

/**
 * Makes the connections, the outbox and the worker that delivers the stored events. Every process makes
 * its own over the same store, with the same keys.
 *
 * @throws TypeError if an option is unknown or invalid.
 * @throws Error on a runtime that would ignore the check of addresses, such as Bun before 1.4.
 *
 * @example
 * const crmExports = createExports({
 *   store,
 *   keys: [Buffer.from(process.env['EXPORTS_KEY'] ?? '', 'base64')], // 32 random bytes
 *   callbackUrl: 'https://app.example.com/exports/callback',
 *   onEvent: (event) => console.log(event),
 *   onError: (error) => console.error(error),
 * });
 * crmExports.worker.start();
 * process.once('SIGTERM', () => crmExports.worker.stop());
 */
export function createExports<Transaction = never>(
  options: ExportsOptions<Transaction>,
): Exports<Transaction> {
  checkOptions<ExportsOptions<Transaction>>('createExports', options, OPTIONS);
  const { store, keys, now = Date.now, random = randomBytes } = options;
  const { allowLoopback, allowedPrivateHosts, proxy } = options;
  const egress = { allowLoopback, allowedPrivateHosts, proxy };
  checkStore(store);
  const observer = createObserver('createExports', { ...options, now });
  const shared: ConnectionsOptions = { ...options, ...observer };
  const connections = toConnections('createExports', shared);
  const box = createSecretBox(keys);
  const { outbox, worker, administration } = createDeliveries(
    {
      store,
      observer,
      now,
      accessTokens: createAccessTokens(shared),
      createRequester: (timeoutMs) =>
        createGuardedRequester({ ...egress, timeoutMs, maxBytes: MAX_ANSWER_BYTES }),
      loadSigningSecrets: (connection) =>
        openSigningSecrets(box, connection, now()).catch(failUnreadable),
      loadHeader: (connection) => openWebhookHeader(box, connection).catch(failUnreadable),
      random: () => Buffer.from(random(4)).readUInt32BE() / 2 ** 32,
    },
    options,
  );
  return {
    connections,
    worker,
    ...administration,
    enqueue: (event, enqueueOptions) => outbox.enqueue(event, enqueueOptions),
    listDeliveries: (filter, page) => outbox.listDeliveries(filter, page),
    readEvent: (deliveryId) => outbox.readEvent(deliveryId),
    replay: (deliveryId) => outbox.replay(deliveryId),
  };
}

/** Transient: the missing key may be configured again. */
function failUnreadable(): never {
  throw new TokenUnavailable('secrets_unreadable', true);
}

function checkStore<Transaction>(store: ExportStore<Transaction>): void {
  // Plain JavaScript may omit the store. Without this check, the first event would fail.
  if (typeof store?.insertDeliveries === 'function') return;
  throw new TypeError('createExports: store must be an ExportStore');
}
