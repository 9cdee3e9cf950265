import { ExportError } from '../model/export-error.js';
import type { ExportStore } from '../store/export-store.js';
import type { StoredConnection } from '../store/stored-connection.js';

/** Returns the members to change, or `undefined` to leave the connection unchanged. */
export type ConnectionChange = (
  connection: StoredConnection,
) => Promise<Partial<StoredConnection> | undefined> | Partial<StoredConnection> | undefined;

export interface ChangedConnection {
  readonly connection: StoredConnection;
  readonly isChanged: boolean;
}

/**
 * Changes a connection by compare and swap. If another process was faster, `toChanges` is called again
 * with the connection that is stored now.
 *
 * @throws ExportError `not_found`
 */
export async function changeConnection(
  store: ExportStore,
  id: string,
  toChanges: ConnectionChange,
): Promise<ChangedConnection> {
  for (;;) {
    const connection = await loadConnection(store, id);
    const changes = await toChanges(connection);
    if (changes === undefined) return { connection, isChanged: false };
    const changed = { ...connection, ...changes, version: connection.version + 1 };
    if (await store.replaceConnection(changed)) return { connection: changed, isChanged: true };
  }
}

/** @throws ExportError `not_found` */
export async function loadConnection(store: ExportStore, id: string): Promise<StoredConnection> {
  const connection = await store.getConnection(id);
  if (connection === undefined) throw new ExportError('not_found', 'no connection has this id');
  return connection;
}

/** Removes the tokens and everything that describes them. */
export const WITHOUT_AUTHORIZATION = {
  sealedTokens: undefined,
  authorizedAtMs: undefined,
  authorizedBy: undefined,
  refreshedAtMs: undefined,
  refreshOwner: undefined,
  refreshUntilMs: undefined,
  refreshNotBeforeMs: undefined,
  authorizingUntilMs: undefined,
  pausedUntilMs: undefined,
  failingSinceMs: undefined,
  acceptedAtMs: undefined,
  reason: undefined,
} as const satisfies Partial<StoredConnection>;
