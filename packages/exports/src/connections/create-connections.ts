import { checkOptions } from '@mandate/internal/check-options';
import { findFormProblem } from '../fetch/guarded-url.js';
import type { Connection, ConnectionChanges, NewConnection } from '../model/connection.js';
import { ExportError } from '../model/export-error.js';
import { isSameAuthorization, toClientSecretContext } from '../secrets/sealed-for.js';
import {
  createSigningSecret,
  resealSigningSecrets,
  rotateSigningSecret,
  sealSigningSecret,
} from '../secrets/signing-secrets.js';
import type { StoredConnection } from '../store/export-store.js';
import { changeConnection, readConnection, WITHOUT_AUTHORIZATION } from './change-connection.js';
import { checkChanges, checkOverlap, checkPerson, checkSecretStays } from './check-arguments.js';
import { checkConnection } from './connection-input.js';
import {
  type ConnectionOptions,
  type ConnectionParts,
  toConnectionParts,
} from './connection-parts.js';
import { toInput, toSettings } from './connection-settings.js';
import type { AuthorizationResult, ConfiguredConnection, Connections } from './connections.js';
import { finishAuthorization } from './finish-authorization.js';
import { beginLogin, LOGIN_MS } from './login.js';
import { revokeTokens } from './revoke-tokens.js';
import { toConnection } from './to-connection.js';

export interface ConnectionsOptions extends ConnectionOptions {
  /**
   * Where browsers come back to: `https://app.example.com/exports/callback`. A connection's redirect
   * URI is this, a slash and its id. Given here and not read from requests, whose `Host` anybody can set.
   */
  readonly callbackUrl: string;
}

/** @throws TypeError if `callbackUrl` is no address that browsers may be sent to, or a key is none. */
export function createConnections(options: ConnectionsOptions): Connections {
  checkOptions<ConnectionsOptions>('createConnections', options, {
    store: true,
    keys: true,
    allowLoopback: true,
    timeoutMs: true,
    now: true,
    random: true,
    onError: true,
    onEvent: true,
    callbackUrl: true,
  });
  return toConnections(options);
}

/** The same for options that were checked, and may have what deliveries need as well. */
export function toConnections(options: ConnectionsOptions): Connections {
  const { callbackUrl, allowLoopback = false } = options;
  const problem = findCallbackProblem(callbackUrl, allowLoopback);
  if (problem !== undefined) throw new TypeError(`callbackUrl ${problem}`);
  return new StoredConnections(toConnectionParts(options), callbackUrl.replace(/\/$/, ''));
}

function findCallbackProblem(url: string, allowLoopback: boolean): string | undefined {
  const problem = findFormProblem(url, allowLoopback);
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
    const { store, box, allowLoopback, now, random } = this.#parts;
    const checked = checkConnection(input, { allowLoopback, needsSecret: true });
    const id = Buffer.from(random(16)).toString('hex');
    const isWebhook = checked.destination.kind === 'webhook';
    const signingSecret = isWebhook ? createSigningSecret(random) : undefined;
    const settings = { ...toSettings(checked), id };
    const context = toClientSecretContext(settings);
    const stored: StoredConnection = {
      ...UNAUTHORIZED,
      ...settings,
      version: 1,
      sealedClientSecret: await box.seal(checked.clientSecret ?? '', context),
      sealedSigningSecrets: signingSecret && (await sealSigningSecret(box, id, signingSecret)),
      createdAtMs: now(),
    };
    await store.insertConnection(stored);
    return { connection: this.#show(stored), signingSecret };
  }

  async update(id: string, changes: ConnectionChanges): Promise<Connection> {
    let ended: StoredConnection | undefined;
    const { connection } = await changeConnection(this.#parts.store, id, async (stored) => {
      const next = await this.#apply(stored, changes);
      const isEnded = !isSameAuthorization(stored, next);
      ended = isEnded ? stored : undefined;
      if (isEnded) return { ...next, ...toUnauthorized(stored) };
      return isRepaired(stored, next) ? { ...next, ...REPAIRED } : next;
    });
    if (ended !== undefined) await revokeTokens(this.#parts, ended);
    return this.#show(connection);
  }

  async get(id: string): Promise<Connection> {
    return this.#show(await readConnection(this.#parts.store, id));
  }

  async list(): Promise<readonly Connection[]> {
    const all = await this.#parts.store.listConnections();
    return all.map((stored) => this.#show(stored));
  }

  async authorize(id: string, session: string, by: string): Promise<URL> {
    checkPerson(session, by);
    const { store, now } = this.#parts;
    const connection = await readConnection(store, id);
    const redirectUri = this.#toRedirectUri(id);
    const url = await beginLogin(this.#parts, { connection, redirectUri, session, by });
    await changeConnection(store, id, ({ status }) =>
      status === 'unauthorized' ? { authorizingUntilMs: now() + LOGIN_MS } : undefined,
    );
    return url;
  }

  async finishAuthorization(
    id: string,
    parameters: URLSearchParams,
    session: string,
  ): Promise<AuthorizationResult> {
    const connection = await readConnection(this.#parts.store, id);
    const redirectUri = this.#toRedirectUri(id);
    return finishAuthorization(this.#parts, { connection, redirectUri, parameters, session });
  }

  async disconnect(id: string): Promise<Connection> {
    let ended: StoredConnection | undefined;
    const { connection } = await changeConnection(this.#parts.store, id, (stored) => {
      ended = stored;
      return toUnauthorized(stored);
    });
    if (ended !== undefined) await revokeTokens(this.#parts, ended);
    return this.#show(connection);
  }

  disable(id: string): Promise<Connection> {
    return this.#change(id, ({ status }) =>
      status === 'disabled' ? undefined : { status: 'disabled', reason: undefined },
    );
  }

  enable(id: string): Promise<Connection> {
    return this.#change(id, ({ status, sealedTokens }) =>
      status === 'disabled'
        ? { ...REPAIRED, status: sealedTokens === undefined ? 'unauthorized' : 'active' }
        : undefined,
    );
  }

  async rotateSigningSecret(id: string, overlapSeconds: number): Promise<ConfiguredConnection> {
    checkOverlap(overlapSeconds);
    const { box, random, now } = this.#parts;
    const secret = createSigningSecret(random);
    const connection = await this.#change(id, async (stored) => {
      if (stored.destination.kind !== 'webhook') {
        throw new ExportError('conflict', 'only webhooks are signed');
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
    return this.#show(connection);
  }

  async #apply(stored: StoredConnection, changes: ConnectionChanges): Promise<StoredConnection> {
    const { box, allowLoopback, random } = this.#parts;
    checkChanges(changes);
    const input = { ...toInput(stored), ...changes };
    const checked = checkConnection(input, { allowLoopback, needsSecret: false });
    const next = { ...stored, ...toSettings(checked) };
    const context = toClientSecretContext(next);
    const { clientSecret } = checked;
    if (clientSecret === undefined) checkSecretStays(context === toClientSecretContext(stored));
    const isSigned = checked.destination.kind === 'webhook';
    return {
      ...next,
      sealedClientSecret:
        clientSecret === undefined
          ? await box.reseal(stored.sealedClientSecret, context)
          : await box.seal(clientSecret, context),
      sealedSigningSecrets: isSigned
        ? ((await resealSigningSecrets(box, stored)) ??
          (await sealSigningSecret(box, stored.id, createSigningSecret(random))))
        : undefined,
    };
  }

  #toRedirectUri(id: string): string {
    return `${this.#callbackUrl}/${id}`;
  }

  #show(stored: StoredConnection): Connection {
    const redirectUri = this.#toRedirectUri(stored.id);
    return toConnection(stored, { redirectUri, nowMs: this.#parts.now() });
  }
}

const UNAUTHORIZED = { ...WITHOUT_AUTHORIZATION, status: 'unauthorized' } as const;

const REPAIRED = {
  status: 'active',
  reason: undefined,
  pausedUntilMs: undefined,
  failingSinceMs: undefined,
} as const;

function toUnauthorized({ status }: StoredConnection): Partial<StoredConnection> {
  return { ...UNAUTHORIZED, status: status === 'disabled' ? status : 'unauthorized' };
}

/** What the provider refused was how this server identifies itself, and it does so otherwise now. */
function isRepaired(stored: StoredConnection, next: StoredConnection): boolean {
  return (
    stored.status === 'needs_reauthorization' &&
    stored.reason === 'client_rejected' &&
    (stored.sealedClientSecret !== next.sealedClientSecret ||
      stored.clientAuthentication !== next.clientAuthentication)
  );
}
