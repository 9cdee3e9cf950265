import { createHash } from 'node:crypto';

/** What identifies an authorization server: its endpoints, without their queries. */
export interface AuthorizationServer {
  readonly authorizationEndpoint?: string | undefined;
  readonly tokenEndpoint?: string | undefined;
}

/**
 * Returns the last segment of the redirect URI of an authorization server, or `undefined` without a log-in.
 * Each pair of endpoints has its own, so a code of one server never reaches the token endpoint of another
 * (RFC 9700 §4.4): the server would reject a redirect URI that its client has not registered.
 */
export function toServerId({
  authorizationEndpoint,
  tokenEndpoint,
}: AuthorizationServer): string | undefined {
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined) return undefined;
  const places = [authorizationEndpoint, tokenEndpoint].map((endpoint) => {
    const { origin, pathname } = new URL(endpoint);
    return origin + pathname;
  });
  return createHash('sha256').update(JSON.stringify(places)).digest('base64url').slice(0, 22);
}
