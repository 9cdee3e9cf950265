import { isIP } from 'node:net';
import { checkOptions } from '@mandate/internal/check-options';
import { type Network, parseNetwork } from './network.js';

/**
 * Something private that may be connected to:
 *
 * - `'10.1.2.0/24'`: the addresses of a CIDR block, by whichever name or number;
 * - `'crm.internal'`: a host, at any address of a private network;
 * - `{ host: 'crm.internal', addresses: ['10.1.2.0/24'] }`: a host, at these addresses only.
 */
export type PrivateHost = string | PinnedHost;

/** A host, and the only addresses that its name may resolve to. */
export interface PinnedHost {
  /** A name, as a URL writes it. */
  readonly host: string;
  /** CIDR blocks of private networks; at least one. */
  readonly addresses: readonly string[];
}

/** What an allow-list of private hosts allows. */
export interface PrivateHosts {
  /** Whether a host may be connected to at a private address. `host` is written as in a URL. */
  readonly allows: (host: string, address: string) => boolean;
  /** Whether the addresses of a host are listed, so that it may have no others, public ones included. */
  readonly isPinned: (host: string) => boolean;
  readonly hasPinned: boolean;
}

/** Networks of organizations and carriers: RFC 1918, RFC 6598, RFC 4193. */
const PRIVATE = toNetworks(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
);

/**
 * This machine, link-local addresses, and services of clouds that issue a machine's credentials: of AWS
 * (fd00:ec2::), Google, Scaleway, Alibaba, Azure and Oracle. Each must be listed by itself.
 */
const SENSITIVE = toNetworks(
  ...['127.0.0.0/8', '::1/128', '169.254.0.0/16', '168.63.129.16/32', '192.0.0.192/32'],
  ...['100.100.100.200/32', 'fd00:ec2::/32', 'fd20:ce::254/128', 'fd00:42::42/128'],
);

/** @throws TypeError if an entry is malformed, repeated, or not private. */
export function parsePrivateHosts(name: string, entries: readonly PrivateHost[]): PrivateHosts {
  if (!Array.isArray(entries)) throw new TypeError(`${name} must be a list`);
  const networks: Network[] = [];
  const hosts = new Map<string, readonly Network[] | undefined>();
  for (const [index, entry] of entries.entries()) {
    const at = `${name}[${index}]`;
    if (typeof entry === 'string' && entry.includes('/')) {
      networks.push(toPrivate(at, entry));
      continue;
    }
    const [host, addresses] = toHost(at, entry);
    if (hosts.has(host)) throw new TypeError(`${at}: the host ${host} is listed twice`);
    hosts.set(host, addresses);
  }
  return {
    allows(host, address) {
      const pinned = hosts.get(host);
      if (pinned !== undefined) return isIn(pinned, address);
      if (isIn(networks, address)) return true;
      return hosts.has(host) && isIn(PRIVATE, address);
    },
    isPinned: (host) => hosts.get(host) !== undefined,
    hasPinned: [...hosts.values()].some((addresses) => addresses !== undefined),
  };
}

function toHost(at: string, entry: PrivateHost): [string, readonly Network[] | undefined] {
  if (typeof entry === 'string') return [checkName(at, entry), undefined];
  checkOptions<PinnedHost>(at, entry, { host: true, addresses: true });
  const { host, addresses } = entry;
  checkName(`${at}.host`, host);
  if (!Array.isArray(addresses) || addresses.length === 0) {
    throw new TypeError(`${at}.addresses must be a list of CIDR blocks`);
  }
  return [host, addresses.map((cidr, index) => toPrivate(`${at}.addresses[${index}]`, cidr))];
}

/** Names are compared exactly, so a pattern or another spelling than that of a parsed URL is rejected. */
function checkName(at: string, name: unknown): string {
  if (typeof name === 'string' && /^[a-z0-9._-]+$/.test(name)) {
    const url = `https://${name}`;
    const isAsWritten = URL.canParse(url) && new URL(url).hostname === name;
    if (isAsWritten && isIP(name) === 0) return name;
  }
  throw new TypeError(
    `${at} must be a host name as a URL writes it, such as crm.internal, or a CIDR block, such as 10.1.2.3/32`,
  );
}

function toPrivate(at: string, cidr: unknown): Network {
  const network = typeof cidr === 'string' ? parseNetwork(cidr) : undefined;
  if (network === undefined) {
    throw new TypeError(
      `${at} must be a CIDR block, such as 10.1.2.0/24, with zeros after its prefix`,
    );
  }
  const { address, isSingle } = network;
  if (isSingle && isSensitive(address)) return network;
  const isPrivate = PRIVATE.some(
    (allowed) => allowed.contains(address) && allowed.prefixLength <= network.prefixLength,
  );
  if (isPrivate) return network;
  throw new TypeError(
    `${at} must be within a private network (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, ` +
      'fc00::/7), or be one loopback or link-local address, such as 127.0.0.1/32',
  );
}

/** A range never opens a sensitive address that happens to be in it. */
function isIn(networks: readonly Network[], address: string): boolean {
  const isReserved = isSensitive(address);
  return networks.some(({ contains, isSingle }) => contains(address) && (isSingle || !isReserved));
}

function isSensitive(address: string): boolean {
  return SENSITIVE.some(({ contains }) => contains(address));
}

function toNetworks(...texts: readonly string[]): readonly Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}
