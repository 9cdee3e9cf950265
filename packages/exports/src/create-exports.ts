import { randomBytes } from 'node:crypto';
import { checkOptions } from '@mandate/internal/check-options';
import { type ConnectionsOptions, toConnections } from './connections/create-connections.js';
import { createDeliveries, type DeliveryOptions } from './delivery/deliveries.js';
import type { Exports } from './exports.js';
import { createGuardedFetch } from './fetch/guarded-fetch.js';
import { createObserver, type ExportEvent } from './model/observer.js';
import { createSecretBox } from './secrets/secret-box.js';
import { openSigningSecrets } from './secrets/signing-secrets.js';
import type { ExportStore, StoredConnection } from './store/export-store.js';
import { TokenUnavailable } from './tokens/access-tokens.js';
import { createAccessTokens } from './tokens/create-access-tokens.js';

/** What of an answer is read: errors are told in few words. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface ExportsOptions
  extends Omit<ConnectionsOptions, 'onError' | 'onEvent'>,
    DeliveryOptions {
  /** Is told what becomes of deliveries and connections. What it throws is ignored. */
  readonly onEvent?: ((event: ExportEvent) => void) | undefined;
  /**
   * Is told, for the log, what a provider refused (a {@link ProviderFailure}) and what the store threw
   * while the worker went on. What it throws is ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Makes everything that exports need: connections, the outbox, and the worker that empties it. Every
 * process makes its own over the same store, with the same keys.
 *
 * @throws TypeError for an option that cannot work.
 */
export function createExports(options: ExportsOptions): Exports {
  checkOptions<ExportsOptions>('createExports', options, {
    store: true,
    keys: true,
    allowLoopback: true,
    timeoutMs: true,
    now: true,
    random: true,
    onError: true,
    onEvent: true,
    callbackUrl: true,
    retryDelaysSeconds: true,
    concurrency: true,
    maxPerConnection: true,
    pollIntervalMs: true,
    receiverTimeoutMs: true,
    maxEventBytes: true,
    retentionDays: true,
  });
  const { store, keys, allowLoopback, now = Date.now, random = randomBytes } = options;
  checkStore(store);
  const observer = createObserver(options);
  const shared: ConnectionsOptions = { ...options, ...observer };
  const connections = toConnections(shared);
  const box = createSecretBox(keys);
  const { outbox, worker } = createDeliveries(
    {
      store,
      observer,
      now,
      accessTokens: createAccessTokens(shared),
      createFetch: (timeoutMs) =>
        createGuardedFetch({ allowLoopback, timeoutMs, maxBytes: MAX_ANSWER_BYTES }),
      readSigningSecrets,
      random: () => Buffer.from(random(4)).readUInt32BE() / 2 ** 32,
    },
    options,
  );
  async function readSigningSecrets(connection: StoredConnection): Promise<readonly string[]> {
    try {
      return await openSigningSecrets(box, connection, now());
    } catch {
      // Its key is not given here; it may be given back.
      throw new TokenUnavailable('secrets_unreadable', true);
    }
  }
  return {
    connections,
    worker,
    enqueue: (event) => outbox.enqueue(event),
    listDeliveries: (filter, page) => outbox.listDeliveries(filter, page),
    readEvent: (deliveryId) => outbox.readEvent(deliveryId),
    replay: (deliveryId) => outbox.replay(deliveryId),
  };
}

function checkStore(store: ExportStore): void {
  // In plain JavaScript a store that is forgotten would be found out by the first event, too late.
  if (typeof store?.insertDeliveries === 'function') return;
  throw new TypeError('createExports: store must be an export store');
}
