import { setTimeout as pause } from 'node:timers/promises';
import { type ConnectionOptions, toConnectionParts } from '../connections/connection-parts.js';
import type { Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/export-store.js';
import {
  type AccessToken,
  type AccessTokens,
  TokenUnavailable,
  toAccessToken,
} from './access-tokens.js';
import { TokenRefresh, type TokenRefreshParts } from './token-refresh.js';
import { openUsable, readUsable } from './usable-tokens.js';

export interface AccessTokensOptions extends ConnectionOptions {
  /** Default: a timer. A process that has tokens to store does not end before they are. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
}

export function createAccessTokens(options: AccessTokensOptions): AccessTokens {
  const { wait = (ms: number) => pause(ms) } = options;
  return new SharedTokens({ ...toConnectionParts(options), wait });
}

class SharedTokens implements AccessTokens {
  readonly #parts: TokenRefreshParts;
  /** One refresh for each connection in this process; the store sees to it among processes. */
  readonly #refreshes = new Map<string, Promise<Tokens>>();

  constructor(parts: TokenRefreshParts) {
    this.#parts = parts;
  }

  async read(connectionId: string): Promise<AccessToken> {
    // If it fails, what is stored may still be good.
    await this.#refreshes.get(connectionId)?.catch(() => undefined);
    const connection = await readUsable(this.#parts, connectionId);
    const tokens = await openUsable(this.#parts, connection);
    if (!this.#isDue(tokens)) return toAccessToken(tokens);
    try {
      return await this.renew(connectionId, tokens.accessToken);
    } catch (error) {
      const isStillGood = (tokens.expiresAtMs ?? 0) > this.#parts.now();
      const isPassing = error instanceof TokenUnavailable && error.isTransient;
      if (isStillGood && isPassing) return toAccessToken(tokens);
      throw error;
    }
  }

  async renew(connectionId: string, refused: string): Promise<AccessToken> {
    const underWay = this.#refreshes.get(connectionId);
    const tokens = underWay && (await underWay);
    // What is under way may have begun before this token was refused, and end with it.
    if (tokens !== undefined && tokens.accessToken !== refused) return toAccessToken(tokens);
    const id = connectionId;
    return toAccessToken(await (this.#refreshes.get(id) ?? this.#refresh(id, refused)));
  }

  async renewIdle(olderThanMs: number, goesOn = () => true): Promise<void> {
    const nowMs = this.#parts.now();
    for (const connection of await this.#parts.store.listConnections()) {
      if (!goesOn()) return;
      if (!isUsed(connection) || readIdleMs(connection, nowMs) < olderThanMs) continue;
      try {
        const tokens = await openUsable(this.#parts, connection);
        // Without a refresh token there is nothing to renew, and the access token may still be good.
        if (tokens.refreshToken !== undefined) await this.renew(connection.id, tokens.accessToken);
      } catch (error) {
        if (!(error instanceof TokenUnavailable)) throw error;
      }
    }
  }

  #isDue({ renewAtMs, refreshToken }: Tokens): boolean {
    return refreshToken !== undefined && renewAtMs !== undefined && renewAtMs <= this.#parts.now();
  }

  #refresh(id: string, refused: string): Promise<Tokens> {
    let stall: (error: unknown) => void = () => {};
    const stalled = new Promise<never>((_resolve, reject) => {
      stall = reject;
    });
    const refresh = new TokenRefresh(this.#parts, { id, refused }, stall).run();
    // Callers need not wait for a store that is down; the tokens do, and come to whoever asks next.
    const result = Promise.race([refresh, stalled]);
    this.#refreshes.set(id, result);
    const forget = () => this.#refreshes.delete(id);
    refresh.then(forget, forget);
    return result;
  }
}

function isUsed({ status, sealedTokens }: StoredConnection): boolean {
  return (status === 'active' || status === 'degraded') && sealedTokens !== undefined;
}

/** A clock that was ahead and is set right must not put it off. */
function readIdleMs(
  { authorizedAtMs = 0, refreshedAtMs = 0 }: StoredConnection,
  nowMs: number,
): number {
  return Math.abs(nowMs - Math.max(authorizedAtMs, refreshedAtMs));
}
