import { randomBytes } from 'node:crypto';
import { checkNumber } from '@mandate/internal/check-number';
import { createErrorLog, toObserver } from '@mandate/internal/observer';
import { type EgressOptions, type EgressRules, toEgressRules } from '../fetch/egress-rules.js';
import { createGuardedFetch } from '../fetch/guarded-fetch.js';
import { type ConnectionEvent, createEventLog } from '../model/observer.js';
import { createSecretBox, type SecretBox } from '../secrets/secret-box.js';
import type { ExportStore } from '../store/export-store.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { createProviderClient, type ProviderClient } from './provider.js';
import type { ProviderFailure } from './provider-failure.js';

/** The options that connections and their access tokens need. */
export interface ConnectionOptions extends EgressOptions {
  /** Where connections, log-ins and deliveries are stored. */
  readonly store: ExportStore;
  /**
   * The keys that seal secrets before they are stored: 32 random bytes each, from your secret manager.
   * The first key seals, and every key opens. To change the key, put the new one first. Each secret is
   * sealed with it at its next write; tokens within a day, because idle tokens are refreshed daily.
   */
  readonly keys: readonly Uint8Array[];
  /** Limits one request to a provider, from connecting to the last byte. 1 to 120000, default 10000. */
  readonly timeoutMs?: number | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Returns unpredictable bytes. Default `randomBytes` of `node:crypto`. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined;
  /**
   * Receives what a provider rejected, for the log. Exceptions from it are ignored. By default its name is
   * written with `console.warn`, at most once a minute; `null` writes nothing.
   */
  readonly onError?: ((failure: ProviderFailure) => void) | null | undefined;
  /** Called when a person must authorize a connection again. Exceptions from it are ignored. */
  readonly onEvent?: ((event: ConnectionEvent) => void) | null | undefined;
}

/** The collaborators that every operation on a connection uses. */
export interface ConnectionParts {
  readonly store: ExportStore;
  readonly box: SecretBox;
  readonly provider: ProviderClient;
  readonly egress: EgressRules;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly report: (failure: ProviderFailure) => void;
  /** Call it with the stored connection after a refresh has failed. */
  readonly notifyLoss: (connection: StoredConnection) => void;
}

/** A token response is far smaller. */
const MAX_BYTES = 64 * 1024;

/**
 * @param owner the function that takes the options, for messages.
 * @throws TypeError if an option is invalid.
 */
export function toConnectionParts(owner: string, options: ConnectionOptions): ConnectionParts {
  const { store, keys, allowLoopback, allowedPrivateHosts, proxy, timeoutMs = 10_000 } = options;
  const { now = Date.now, random = randomBytes } = options;
  const egressOptions = { allowLoopback, allowedPrivateHosts, proxy };
  const egress = toEgressRules(owner, egressOptions);
  checkNumber(`${owner}: timeoutMs`, timeoutMs, { min: 1, max: 120_000, isInteger: true });
  const fetch = createGuardedFetch({
    ...egressOptions,
    ...{ timeoutMs, maxBytes: MAX_BYTES, keepAlive: false },
  });
  const report = toObserver<ProviderFailure>(`${owner}: onError`, options.onError, () =>
    createErrorLog(owner, 'a provider failed', now),
  );
  const onEvent = toObserver<ConnectionEvent>(`${owner}: onEvent`, options.onEvent, () =>
    createEventLog(owner, now),
  );
  const notifyLoss = ({ id: connectionId, status, reason }: StoredConnection): void => {
    if (status === 'needs_reauthorization') onEvent({ type: status, connectionId, reason });
  };
  const provider = createProviderClient({ fetch, egress, now });
  const box = createSecretBox(keys, owner);
  return { store, box, provider, egress, timeoutMs, now, random, report, notifyLoss };
}
