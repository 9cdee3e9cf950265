import { changeConnection } from '../connections/change-connection.js';
import type { ConnectionParts } from '../connections/connection-parts.js';
import { openTokens, type Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { TokenUnavailable } from './access-tokens.js';
import { applyRefreshFailure, type RefreshFailure, UNREADABLE } from './refresh-failure.js';

/** @throws TokenUnavailable if the connection is not authorized. */
export async function loadUsable(
  { store }: ConnectionParts,
  id: string,
): Promise<StoredConnection> {
  return checkUsable(await store.getConnection(id));
}

/**
 * @returns the connection itself.
 * @throws TokenUnavailable if it is not authorized.
 */
export function checkUsable(connection: StoredConnection | undefined): StoredConnection {
  const isUsable = connection?.status === 'active' || connection?.status === 'degraded';
  const needsLogin = connection?.grantType === 'authorization_code';
  if (isUsable && (connection.sealedTokens !== undefined || !needsLogin)) return connection;
  throw new TokenUnavailable(connection?.reason ?? 'grant_revoked', false);
}

/** @throws TokenUnavailable if the tokens cannot be opened. The connection then stores this reason. */
export async function openUsableTokens(
  parts: ConnectionParts,
  connection: StoredConnection,
): Promise<Tokens> {
  if (connection.sealedTokens === undefined) return NO_TOKENS;
  const tokens = await openTokens(parts.box, connection).catch(() => undefined);
  if (tokens !== undefined) return tokens;
  throw await markUnavailable(parts, connection, UNREADABLE);
}

/** A connection without log-ins, before it has requested a token. */
const NO_TOKENS: Tokens = {
  accessToken: '',
  refreshToken: undefined,
  instanceUrl: undefined,
  renewAtMs: undefined,
  expiresAtMs: undefined,
};

/** Stores why there is no token, unless the tokens have changed. @returns the error to throw. */
export async function markUnavailable(
  { store, now, notifyLoss }: ConnectionParts,
  { id, sealedTokens }: StoredConnection,
  failure: RefreshFailure,
): Promise<TokenUnavailable> {
  const { connection, isChanged } = await changeConnection(store, id, (stored) =>
    stored.sealedTokens === sealedTokens ? applyRefreshFailure(stored, failure, now()) : undefined,
  );
  if (isChanged) notifyLoss(connection);
  return new TokenUnavailable(failure.reason, failure.isTransient);
}
