import { openTokens, type Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/stored-connection.js';
import type { ConnectionParts } from './connection-parts.js';
import { openProvider } from './provider.js';
import { ProviderFailure } from './provider-failure.js';

/**
 * Revokes tokens at the provider (RFC 7009). It never rejects: the tokens are already deleted here, and
 * a failure is reported.
 *
 * @param tokens Default: the connection's tokens.
 */
export async function revokeTokens(
  { box, provider, report }: ConnectionParts,
  connection: StoredConnection,
  tokens?: Tokens,
): Promise<void> {
  const revoke = async () => {
    const revoked = tokens ?? (await openTokens(box, connection));
    if (revoked === undefined) return undefined;
    return provider.revoke(await openProvider(box, connection), revoked);
  };
  const unreadable = { code: 'unavailable', mayHaveWorked: false } as const;
  const problem = await revoke().catch(() => ({
    ...unreadable,
    status: undefined,
    error: undefined,
  }));
  if (problem !== undefined) report(new ProviderFailure(connection.id, 'revoke', problem));
}
