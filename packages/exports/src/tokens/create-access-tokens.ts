import { setTimeout as pause } from 'node:timers/promises';
import { type ConnectionOptions, toConnectionParts } from '../connections/connection-parts.js';
import type { Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/stored-connection.js';
import {
  type AccessToken,
  type AccessTokens,
  TokenUnavailable,
  toAccessToken,
} from './access-tokens.js';
import { TokenRefresh, type TokenRefreshParts } from './token-refresh.js';
import { checkUsable, loadUsable, openUsableTokens } from './usable-tokens.js';

export interface AccessTokensOptions extends ConnectionOptions {
  /** Default: a timer that keeps the process alive, so that new tokens are stored before it ends. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
}

export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const { wait = (ms: number) => pause(ms) } = options;
  return new SharedTokens({ ...toConnectionParts('createExports', options), wait });
}

class SharedTokens implements AccessTokens {
  readonly #parts: TokenRefreshParts;
  /** At most one refresh per connection in this process. The store's lease does the same across processes. */
  readonly #refreshes = new Map<string, Promise<Tokens>>();

  constructor(parts: TokenRefreshParts) {
    this.#parts = parts;
  }

  async open(connection: StoredConnection): Promise<AccessToken | undefined> {
    if (this.#refreshes.has(connection.id)) return undefined;
    const tokens = await openUsableTokens(this.#parts, checkUsable(connection));
    return this.#isDue(connection, tokens) ? undefined : toAccessToken(tokens);
  }

  async get(connectionId: string): Promise<AccessToken> {
    // If the refresh fails, the stored token may still be valid.
    await this.#refreshes.get(connectionId)?.catch(() => undefined);
    const connection = await loadUsable(this.#parts, connectionId);
    const tokens = await openUsableTokens(this.#parts, connection);
    if (!this.#isDue(connection, tokens)) return toAccessToken(tokens);
    try {
      return await this.renew(connectionId, tokens.accessToken);
    } catch (error) {
      const isStillValid = (tokens.expiresAtMs ?? 0) > this.#parts.now();
      const isTransient = error instanceof TokenUnavailable && error.isTransient;
      if (isStillValid && isTransient) return toAccessToken(tokens);
      throw error;
    }
  }

  async renew(connectionId: string, rejectedToken: string): Promise<AccessToken> {
    const running = this.#refreshes.get(connectionId);
    const tokens = running && (await running);
    // A refresh that began before this token was rejected may end with the same token.
    if (tokens !== undefined && tokens.accessToken !== rejectedToken) return toAccessToken(tokens);
    const id = connectionId;
    return toAccessToken(await (this.#refreshes.get(id) ?? this.#refresh(id, rejectedToken)));
  }

  async renewIdle(olderThanMs: number, shouldContinue = () => true): Promise<void> {
    const nowMs = this.#parts.now();
    for (const connection of await this.#parts.store.listConnections()) {
      if (!shouldContinue()) return;
      if (!isInUse(connection) || toIdleMs(connection, nowMs) < olderThanMs) continue;
      try {
        const tokens = await openUsableTokens(this.#parts, connection);
        // Without a refresh token nothing can be refreshed, and the access token may still be valid.
        if (tokens.refreshToken !== undefined) await this.renew(connection.id, tokens.accessToken);
      } catch (error) {
        if (!(error instanceof TokenUnavailable)) throw error;
      }
    }
  }

  #isDue({ grantType }: StoredConnection, { accessToken, ...tokens }: Tokens): boolean {
    if (grantType === 'none') return false;
    const { renewAtMs, refreshToken } = tokens;
    const isRenewable = refreshToken !== undefined || grantType === 'client_credentials';
    const isOver =
      accessToken === '' || (renewAtMs !== undefined && renewAtMs <= this.#parts.now());
    return isRenewable && isOver;
  }

  #refresh(id: string, rejectedToken: string): Promise<Tokens> {
    let stall: (error: unknown) => void = () => {};
    const stalled = new Promise<never>((_resolve, reject) => {
      stall = reject;
    });
    const refresh = new TokenRefresh(this.#parts, { id, rejectedToken }, stall).run();
    // While the store is down, callers get its error; the refresh goes on and stores the tokens later.
    const result = Promise.race([refresh, stalled]);
    this.#refreshes.set(id, result);
    const remove = () => this.#refreshes.delete(id);
    refresh.then(remove, remove);
    return result;
  }
}

function isInUse({ status, sealedTokens }: StoredConnection): boolean {
  return (status === 'active' || status === 'degraded') && sealedTokens !== undefined;
}

/** The absolute difference, so that a clock that was ahead cannot postpone the refresh once it is corrected. */
function toIdleMs(
  { authorizedAtMs = 0, refreshedAtMs = 0 }: StoredConnection,
  nowMs: number,
): number {
  return Math.abs(nowMs - Math.max(authorizedAtMs, refreshedAtMs));
}
