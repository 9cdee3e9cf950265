import { AuthError, type Guard } from '@mandate/core';
import { isHost } from '@mandate/internal/is-host';
import type { McpRequest } from './mcp-request.js';

/** The hosts and origins that requests may name. */
export interface Sites {
  readonly hosts: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
}

export interface SiteOptions {
  readonly allowedHosts?: readonly string[] | undefined;
  readonly allowedOrigins?: readonly string[] | undefined;
}

const OWNER = 'createMcpGuard';
const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** @throws TypeError if a host or an origin is invalid, or there are neither hosts nor a resource. */
export function compileSites(guard: Guard<object>, options: SiteOptions): Sites {
  const identifier = guard.resource && new URL(guard.resource.identifier);
  const { allowedHosts, allowedOrigins = toOrigins(identifier) } = options;
  if (allowedHosts === undefined && identifier === undefined) {
    throw new TypeError(`${OWNER}: allowedHosts is required if the guard has no resource`);
  }
  const hosts = allowedHosts ?? toHosts(identifier?.hostname ?? '');
  checkList('allowedHosts', hosts, (host) => isHost(host) && host === host.toLowerCase());
  checkList('allowedOrigins', allowedOrigins, isOrigin);
  return { hosts: new Set(hosts), origins: new Set(allowedOrigins) };
}

/** A server on a loopback address has three names. */
function toHosts(hostname: string): readonly string[] {
  return LOOPBACK.includes(hostname) ? LOOPBACK : [hostname];
}

function toOrigins(identifier: URL | undefined): readonly string[] {
  if (identifier === undefined) return [];
  const { protocol, hostname, port } = identifier;
  const end = port === '' ? '' : `:${port}`;
  return toHosts(hostname).map((host) => `${protocol}//${host}${end}`);
}

function checkList(
  option: string,
  values: readonly string[],
  isValid: (value: string) => boolean,
): void {
  if (!Array.isArray(values)) throw new TypeError(`${OWNER}: ${option} must be a list`);
  for (const value of values) {
    if (typeof value === 'string' && isValid(value)) continue;
    throw new TypeError(`${OWNER}: ${option} has the invalid value ${JSON.stringify(value)}`);
  }
}

function isOrigin(value: string): boolean {
  return URL.canParse(value) && new URL(value).origin === value && value !== 'null';
}

/**
 * Checks that no page of another site has sent the request, also under a host name that its owner points at this server
 * (DNS rebinding).
 * @returns the refusal, if there is one.
 */
export function checkSite(request: McpRequest, { hosts, origins }: Sites): AuthError | undefined {
  const { authority } = request;
  const port = /:\d*$/.exec(authority)?.[0] ?? '';
  const hostname = authority.slice(0, authority.length - port.length);
  if (!isHost(authority) || !(hosts.has(authority) || hosts.has(hostname))) {
    return new AuthError('cross_site', 'the Host header names another host (allowedHosts)');
  }
  const origin = request.header('origin');
  if (origin === undefined || origins.has(origin)) return undefined;
  return new AuthError('cross_site', 'the Origin is not allowed (allowedOrigins)');
}
