import { BlockList, isIP, isIPv6 } from 'node:net';

/** IPv4 addresses that are not public unicast, by IANA's registry of special-purpose addresses (RFC 6890). */
const RESERVED_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // A public number, but inside Azure it is the host that issues a machine's credentials.
  ['168.63.129.16', 32],
];

/**
 * The part of IPv6 that is public unicast today. Outside it are loopback, link-local, unique-local and
 * multicast addresses, and the IPv4-mapped and NAT64 ones, which can stand for any IPv4 address.
 */
const GLOBAL_IPV6: readonly (readonly [string, number])[] = [['2000::', 3]];

/** Reserved parts of it: protocol assignments (Teredo), documentation, and 6to4, which contains an IPv4 address. */
const RESERVED_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const reservedIpv4 = toList(RESERVED_IPV4);
const globalIpv6 = toList(GLOBAL_IPV6);
const reservedIpv6 = toList(RESERVED_IPV6);
const loopback = toList([
  ['127.0.0.0', 8],
  ['::1', 128],
]);

/** Whether an address, in any notation of `node:net`, is public unicast. */
export function isPublicAddress(address: string): boolean {
  const version = getIpVersion(address);
  if (version === 4) return !reservedIpv4.check(address, 'ipv4');
  if (version !== 6) return false;
  return globalIpv6.check(address, 'ipv6') && !reservedIpv6.check(address, 'ipv6');
}

/** Whether an address is a loopback address of this machine: 127.0.0.0/8 or ::1. */
export function isLoopbackAddress(address: string): boolean {
  const version = getIpVersion(address);
  return version === 4
    ? loopback.check(address, 'ipv4')
    : version === 6 && !address.includes('.') && loopback.check(address, 'ipv6');
}

/** Returns 4, 6, or 0 for anything else. An address with a zone (`fe80::1%eth0`) is never public. */
function getIpVersion(address: string): number {
  return address.includes('%') ? 0 : isIP(address);
}

function toList(networks: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, bits] of networks) {
    list.addSubnet(network, bits, isIPv6(network) ? 'ipv6' : 'ipv4');
  }
  return list;
}
