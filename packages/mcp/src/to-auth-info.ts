import type { Guard, Principal } from '@mandate/core';

/** What the MCP SDKs expect at `req.auth` and as `authInfo`: assignable to the `AuthInfo` of their versions 1 and 2. */
export interface McpAuthInfo {
  /** Always empty. A tool must not pass the caller's token on, so it does not get it. */
  token: string;
  /** The OAuth client, from the claim `client_id`, `azp` or `cid`; empty if the token names none. */
  clientId: string;
  /** What the token was granted; empty for `'all'`, which is in `extra.principal`. */
  scopes: string[];
  /** Unix time in seconds. */
  expiresAt?: number;
  /** The identifier of the resource of the guard. */
  resource?: URL;
  /** Where the metadata of the resource is, for the challenges of the SDK. */
  resourceMetadataUrl?: string;
  extra: { principal: Principal<object> };
}

/**
 * Converts a principal to what the MCP SDKs expect at `req.auth`. `createMcpGuard` passes it to its handler; use it for
 * a handler of your own. Tools find the principal at `authInfo.extra.principal`.
 *
 * @param guard whose resource the token is for. Default: no resource.
 *
 * @example
 * function handle(principal: Principal) {
 *   return { auth: toAuthInfo(principal, guard) };
 * }
 */
export function toAuthInfo(principal: Principal<object>, guard?: Guard<object>): McpAuthInfo {
  const { scopes, expiresAt, claims } = principal;
  const { resource } = guard ?? {};
  return {
    token: '',
    clientId: getClientId(claims),
    scopes: scopes === 'all' ? [] : [...scopes],
    ...(expiresAt !== undefined && { expiresAt }),
    ...(resource !== undefined && {
      resource: new URL(resource.identifier),
      resourceMetadataUrl: resource.metadataUrl,
    }),
    extra: { principal },
  };
}

function getClientId(claims: object): string {
  const { client_id, azp, cid } = claims as Readonly<Record<string, unknown>>;
  const found = [client_id, azp, cid].find((claim) => typeof claim === 'string' && claim !== '');
  return (found as string | undefined) ?? '';
}
