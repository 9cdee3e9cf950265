import type { AuthorizationResult, Connections } from '@mandate/exports';

/** Ends a log-in at the redirect URI of a connection, as a route with a parameter does. */
export async function finishLogin(
  connections: Connections,
  id: string,
  parameters: URLSearchParams,
  session = '',
): Promise<AuthorizationResult> {
  const { redirectUri = '' } = await connections.get(id);
  return connections.finishAuthorization(redirectUri.split('/').at(-1) ?? '', parameters, session);
}
