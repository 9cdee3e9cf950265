import type { ExportStore } from '../store/export-store.js';
import type { StoredConnection } from '../store/stored-connection.js';
import type { AccessToken, AccessTokens } from '../tokens/access-tokens.js';
import { loadWithSameAuthorization, StaleAttempt } from './attempt.js';
import { isDeliverable, isFailing } from './connection-health.js';
import type { Receiver } from './receiver.js';

export interface PreparationParts {
  readonly store: ExportStore;
  readonly accessTokens: AccessTokens;
  readonly now: () => number;
  /** @throws TokenUnavailable if the connection's secrets cannot be opened. */
  readonly toReceiver: (connection: StoredConnection) => Promise<Receiver>;
}

/** What the attempts of one batch share. */
export interface Preparation {
  readonly connection: StoredConnection;
  readonly receiver: Receiver;
  readonly token: AccessToken;
}

/** How long a preparation is used before the connection is loaded again, in case that it was changed. */
const FRESH_MS = 100;

/** Prepares the attempts of one connection, and prepares them again when the connection was changed. */
export class Preparations {
  /** As it was loaded for the batch. */
  readonly connection: StoredConnection;
  readonly #parts: PreparationParts;
  #current: Promise<Preparation>;
  #sinceMs: number;

  /** @param connection as it was just loaded. */
  constructor(connection: StoredConnection, parts: PreparationParts) {
    this.connection = connection;
    this.#parts = parts;
    this.#sinceMs = parts.now();
    this.#current = prepare(connection, parts);
  }

  /**
   * @throws StaleAttempt if the connection was authorized again, or takes no more deliveries. TokenUnavailable if
   *   there is no token or secret.
   */
  get(): Promise<Preparation> {
    const nowMs = this.#parts.now();
    // The absolute difference, so that a clock that was set back cannot keep an old preparation.
    if (Math.abs(nowMs - this.#sinceMs) > FRESH_MS) {
      this.#sinceMs = nowMs;
      this.#current = this.#current.then((known) => this.#renew(known));
    }
    return this.#current;
  }

  async #renew(known: Preparation): Promise<Preparation> {
    const connection = await loadWithSameAuthorization(this.#parts.store, known.connection);
    if (connection.version === known.connection.version) return known;
    const hasFailed = isFailing(connection) && !isFailing(known.connection);
    if (hasFailed || !isDeliverable(connection.status)) throw new StaleAttempt();
    return prepare(connection, this.#parts);
  }
}

async function prepare(known: StoredConnection, parts: PreparationParts): Promise<Preparation> {
  const { store, accessTokens, toReceiver } = parts;
  const opened = await accessTokens.open(known);
  if (opened !== undefined) {
    return { connection: known, token: opened, receiver: await toReceiver(known) };
  }
  const token = await accessTokens.get(known.id);
  const connection = await loadWithSameAuthorization(store, known);
  return { connection, token, receiver: await toReceiver(connection) };
}
