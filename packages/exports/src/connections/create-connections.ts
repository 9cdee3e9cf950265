import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { findBrowserUrlProblem, findUrlProblem } from '../fetch/guarded-url.js';
import type { Connection } from '../model/connection.js';
import type { ConnectionChanges, NewConnection } from '../model/connection-settings.js';
import { ExportError } from '../model/export-error.js';
import { isSameAuthorization } from '../secrets/secret-context.js';
import { createSigningSecret, rotateSigningSecret } from '../secrets/signing-secrets.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { applyChanges } from './apply-changes.js';
import { buildConnection } from './build-connection.js';
import { changeConnection, loadConnection } from './change-connection.js';
import { checkLoginArguments, checkOverlap } from './check-arguments.js';
import {
  type ConnectionOptions,
  type ConnectionParts,
  toConnectionParts,
} from './connection-parts.js';
import { isRepaired, REPAIRED, toUnauthorized, UNAUTHORIZED } from './connection-status.js';
import type {
  AuthorizationResult,
  ConfiguredConnection,
  Connections,
  RedirectUriSettings,
} from './connections.js';
import { finishAuthorization } from './finish-authorization.js';
import { beginLogin, LOGIN_MS, parseStateConnection, takeLogin } from './login.js';
import { PRESETS } from './presets.js';
import { type AuthorizationServer, toServerId } from './redirect-uri.js';
import { revokeTokens } from './revoke-tokens.js';
import { toConnection } from './to-connection.js';

export interface ConnectionsOptions extends ConnectionOptions {
  /**
   * Where browsers return after a log-in: `https://app.example.com/exports/callback`. The redirect URI of
   * an authorization server is this URL, a slash and a hash of its endpoints. It is configured, because an attacker can choose the
   * `Host` of a request.
   */
  readonly callbackUrl: string;
}

export const CONNECTIONS_OPTIONS: OptionNames<ConnectionsOptions> = {
  store: true,
  keys: true,
  allowLoopback: true,
  allowedPrivateHosts: true,
  proxy: true,
  timeoutMs: true,
  now: true,
  random: true,
  onError: true,
  onEvent: true,
  callbackUrl: true,
};

/**
 * Makes the connections alone, for a process that delivers nothing, such as an administration server.
 *
 * @throws TypeError if an option is unknown or invalid.
 *
 * @example
 * const connections = createConnections({
 *   store,
 *   keys: [Buffer.from(process.env['EXPORTS_KEY'] ?? '', 'base64')],
 *   callbackUrl: 'https://app.example.com/exports/callback',
 * });
 * const all = await connections.list();
 */
export function createConnections(options: ConnectionsOptions): Connections {
  checkOptions<ConnectionsOptions>('createConnections', options, CONNECTIONS_OPTIONS);
  return toConnections('createConnections', options);
}

/**
 * Makes connections from options whose names have been checked. They may include those of deliveries.
 *
 * @param owner the function that takes the options, for messages.
 */
export function toConnections(owner: string, options: ConnectionsOptions): Connections {
  const { callbackUrl, allowLoopback = false } = options;
  const problem = findCallbackProblem(callbackUrl, allowLoopback);
  if (problem !== undefined) throw new TypeError(`${owner}: callbackUrl ${problem}`);
  const parts = toConnectionParts(owner, options);
  return new StoredConnections(parts, callbackUrl.replace(/\/$/, ''));
}

function findCallbackProblem(url: string, allowLoopback: boolean): string | undefined {
  const problem = findBrowserUrlProblem(url, allowLoopback);
  return problem ?? (url.includes('?') ? 'must not have a query' : undefined);
}

class StoredConnections implements Connections {
  readonly #parts: ConnectionParts;
  readonly #callbackUrl: string;

  constructor(parts: ConnectionParts, callbackUrl: string) {
    this.#parts = parts;
    this.#callbackUrl = callbackUrl;
  }

  async create(input: NewConnection): Promise<ConfiguredConnection> {
    const { stored, signingSecret } = await buildConnection(this.#parts, input);
    await this.#parts.store.insertConnection(stored);
    return { connection: this.#toConnection(stored), signingSecret };
  }

  async update(id: string, changes: ConnectionChanges): Promise<Connection> {
    let ended: StoredConnection | undefined;
    const { connection } = await changeConnection(this.#parts.store, id, async (stored) => {
      const next = await applyChanges(this.#parts, stored, changes);
      const isEnded = !isSameAuthorization(stored, next);
      ended = isEnded ? stored : undefined;
      if (isEnded) return { ...next, ...toUnauthorized(stored, this.#parts.now()) };
      return isRepaired(stored, next) ? { ...next, ...REPAIRED } : next;
    });
    if (ended !== undefined) await revokeTokens(this.#parts, ended);
    return this.#toConnection(connection);
  }

  async get(id: string): Promise<Connection> {
    return this.#toConnection(await loadConnection(this.#parts.store, id));
  }

  async list(): Promise<readonly Connection[]> {
    const all = await this.#parts.store.listConnections();
    return all.map((stored) => this.#toConnection(stored));
  }

  async authorize(id: string, session: string, by: string): Promise<URL> {
    checkLoginArguments(session, by);
    const { store, now } = this.#parts;
    const connection = await loadConnection(store, id);
    if (connection.grantType !== 'authorization_code') {
      throw new ExportError('conflict', `the grant type ${connection.grantType} has no log-in`);
    }
    const redirectUri = this.#toRedirectUri(connection) ?? '';
    const url = await beginLogin(this.#parts, { connection, redirectUri, session, by });
    await changeConnection(store, id, ({ status }) =>
      status === 'unauthorized' ? { authorizingUntilMs: now() + LOGIN_MS } : undefined,
    );
    return url;
  }

  async findByState(parameters: URLSearchParams): Promise<Connection | undefined> {
    const stored = await this.#loadByState(parameters);
    return stored && this.#toConnection(stored);
  }

  toRedirectUri(settings: RedirectUriSettings): string | undefined {
    const { preset, authorizationEndpoint, tokenEndpoint } = settings;
    const { endpoints } = PRESETS[preset];
    const server = {
      authorizationEndpoint: authorizationEndpoint ?? endpoints?.authorizationEndpoint,
      tokenEndpoint: tokenEndpoint ?? endpoints?.tokenEndpoint,
    };
    const { egress } = this.#parts;
    const isUsable = Object.values(server).every(
      (endpoint) => endpoint !== undefined && findUrlProblem(endpoint, egress) === undefined,
    );
    return isUsable ? this.#toRedirectUri(server) : undefined;
  }

  async finishAuthorization(
    serverId: string,
    parameters: URLSearchParams,
    session: string,
  ): Promise<AuthorizationResult> {
    const connection = await this.#loadByState(parameters);
    // RFC 9700 §4.4.2: a response must arrive at the redirect URI of its own authorization server.
    if (connection === undefined) return 'state_unknown';
    if (toServerId(connection) !== serverId) {
      await takeLogin(this.#parts, { connection, parameters, session });
      return 'state_unknown';
    }
    const redirectUri = this.#toRedirectUri(connection) ?? '';
    return finishAuthorization(this.#parts, { connection, redirectUri, parameters, session });
  }

  async disconnect(id: string): Promise<Connection> {
    let ended: StoredConnection | undefined;
    const { connection } = await changeConnection(this.#parts.store, id, (stored) => {
      ended = stored;
      // Without a log-in, nothing but an administrator can end and resume the authorization.
      const isOver = stored.grantType !== 'authorization_code' || stored.status === 'disabled';
      return { ...UNAUTHORIZED, ...(isOver ? { status: 'disabled' } : {}) };
    });
    if (ended !== undefined) await revokeTokens(this.#parts, ended);
    return this.#toConnection(connection);
  }

  disable(id: string): Promise<Connection> {
    return this.#change(id, ({ status }) =>
      status === 'disabled' ? undefined : { status: 'disabled', reason: undefined },
    );
  }

  enable(id: string): Promise<Connection> {
    return this.#change(id, ({ status, grantType, sealedTokens }) => {
      if (status !== 'disabled') return undefined;
      const needsLogin = grantType === 'authorization_code' && sealedTokens === undefined;
      return { ...REPAIRED, status: needsLogin ? 'unauthorized' : 'active' };
    });
  }

  async rotateSigningSecret(id: string, overlapSeconds: number): Promise<ConfiguredConnection> {
    checkOverlap(overlapSeconds);
    const { box, random, now } = this.#parts;
    const secret = createSigningSecret(random);
    const connection = await this.#change(id, async (stored) => {
      if (stored.destination.kind !== 'webhook') {
        throw new ExportError('conflict', 'only a webhook has a signing secret');
      }
      const nowMs = now();
      const next = { secret, nowMs, untilMs: nowMs + overlapSeconds * 1000 };
      return { sealedSigningSecrets: await rotateSigningSecret(box, stored, next) };
    });
    return { connection, signingSecret: secret };
  }

  async #change(
    id: string,
    toChanges: Parameters<typeof changeConnection>[2],
  ): Promise<Connection> {
    const { connection } = await changeConnection(this.#parts.store, id, toChanges);
    return this.#toConnection(connection);
  }

  async #loadByState(parameters: URLSearchParams): Promise<StoredConnection | undefined> {
    const id = parseStateConnection(parameters);
    return id === undefined ? undefined : this.#parts.store.getConnection(id);
  }

  #toRedirectUri(server: AuthorizationServer): string | undefined {
    const serverId = toServerId(server);
    return serverId && `${this.#callbackUrl}/${serverId}`;
  }

  #toConnection(stored: StoredConnection): Connection {
    const redirectUri = this.#toRedirectUri(stored);
    return toConnection(stored, { redirectUri, nowMs: this.#parts.now() });
  }
}
