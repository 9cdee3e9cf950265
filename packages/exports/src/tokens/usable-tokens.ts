import { changeConnection } from '../connections/change-connection.js';
import type { ConnectionParts } from '../connections/connection-parts.js';
import { openTokens, type Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/export-store.js';
import { TokenUnavailable } from './access-tokens.js';
import { type Refusal, toFailing, UNREADABLE } from './refusal.js';

/** @throws TokenUnavailable if there is no authorization to use. */
export async function readUsable(
  { store }: ConnectionParts,
  id: string,
): Promise<StoredConnection> {
  const connection = await store.getConnection(id);
  const isUsable = connection?.status === 'active' || connection?.status === 'degraded';
  if (isUsable && connection.sealedTokens !== undefined) return connection;
  throw new TokenUnavailable(connection?.reason ?? 'grant_revoked', false);
}

/** @throws TokenUnavailable if they cannot be opened, which is written to the connection. */
export async function openUsable(
  parts: ConnectionParts,
  connection: StoredConnection,
): Promise<Tokens> {
  const tokens = await openTokens(parts.box, connection).catch(() => undefined);
  if (tokens !== undefined) return tokens;
  throw await refuse(parts, connection, UNREADABLE);
}

/** Writes why there is no token, unless the tokens changed meanwhile. @returns what to throw. */
export async function refuse(
  { store, now, tellLoss }: ConnectionParts,
  { id, sealedTokens }: StoredConnection,
  refusal: Refusal,
): Promise<TokenUnavailable> {
  const { connection, isChanged } = await changeConnection(store, id, (stored) =>
    stored.sealedTokens === sealedTokens ? toFailing(stored, refusal, now()) : undefined,
  );
  if (isChanged) tellLoss(connection);
  return new TokenUnavailable(refusal.reason, refusal.isTransient);
}
