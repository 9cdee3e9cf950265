import { randomBytes } from 'node:crypto';
import { notify } from '@mandate/internal/notify';
import { createGuardedFetch } from '../fetch/guarded-fetch.js';
import type { ConnectionEvent } from '../model/observer.js';
import { createSecretBox, type SecretBox } from '../secrets/secret-box.js';
import type { ExportStore, StoredConnection } from '../store/export-store.js';
import { createProviderClient, type ProviderClient } from './provider.js';
import type { ProviderFailure } from './provider-failure.js';

/** What connections and their access tokens are made of. */
export interface ConnectionOptions {
  readonly store: ExportStore;
  /**
   * Seal what is secret before it is stored: 32 random bytes each, from your secret manager. To change
   * the key, put the new one first: the first seals, all of them open, and each secret is sealed anew
   * when it is written the next time — tokens within a day, as idle ones are renewed.
   */
  readonly keys: readonly Uint8Array[];
  /** For development: providers and receivers on this machine, there without TLS too. Default `false`. */
  readonly allowLoopback?: boolean | undefined;
  /** For one request to a provider, from connecting to the last byte. Default 10 000. */
  readonly timeoutMs?: number | undefined;
  /** Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Unpredictable bytes. Default `randomBytes` of `node:crypto`. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined;
  /** Is told what a provider refused, for the log. What it throws is ignored. */
  readonly onError?: ((failure: ProviderFailure) => void) | undefined;
  /** Is told when a connection needs a person to authorize it again. What it throws is ignored. */
  readonly onEvent?: ((event: ConnectionEvent) => void) | undefined;
}

export interface ConnectionParts {
  readonly store: ExportStore;
  readonly box: SecretBox;
  readonly provider: ProviderClient;
  readonly allowLoopback: boolean;
  readonly timeoutMs: number;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly report: (failure: ProviderFailure) => void;
  /** To be called with a connection whose refresh has just failed, as it was written. */
  readonly tellLoss: (connection: StoredConnection) => void;
}

/** A token endpoint has no reason to send more. */
const MAX_BYTES = 64 * 1024;

/** @throws TypeError if an option is none. */
export function toConnectionParts(options: ConnectionOptions): ConnectionParts {
  const { store, keys, allowLoopback = false, timeoutMs = 10_000 } = options;
  const { now = Date.now, random = randomBytes } = options;
  const { onError = () => {}, onEvent = () => {} } = options;
  // In plain JavaScript the text 'false' of an environment would open this machine to whoever gives addresses.
  if (typeof allowLoopback !== 'boolean') throw new TypeError('allowLoopback must be a boolean');
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > 120_000) {
    throw new TypeError('timeoutMs must be a whole number from 1 to 120000');
  }
  const limits = { timeoutMs, maxBytes: MAX_BYTES, keepAlive: false };
  const fetch = createGuardedFetch({ allowLoopback, ...limits });
  const report = (failure: ProviderFailure): void => notify(onError, failure);
  const tellLoss = ({ id: connectionId, status, reason }: StoredConnection): void => {
    if (status === 'needs_reauthorization') notify(onEvent, { type: status, connectionId, reason });
  };
  const provider = createProviderClient({ fetch, allowLoopback, now });
  const box = createSecretBox(keys);
  return { store, box, provider, allowLoopback, timeoutMs, now, random, report, tellLoss };
}
