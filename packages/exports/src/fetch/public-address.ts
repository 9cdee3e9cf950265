import { BlockList, isIP, isIPv6 } from 'node:net';

/** IPv4 that is no public unicast: IANA's registry of special-purpose addresses (RFC 6890). */
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
  // Public by number, but inside Azure it is the host that hands out a machine's credentials.
  ['168.63.129.16', 32],
];

/**
 * All of IPv6 that is public unicast so far. Outside of it lie loopback, link-local and unique-local
 * addresses, multicast, and the IPv4-mapped and NAT64 ones, behind which any IPv4 address can hide.
 */
const GLOBAL_IPV6: readonly (readonly [string, number])[] = [['2000::', 3]];

/** Within that: protocol assignments (Teredo), documentation, and 6to4, which holds an IPv4 address. */
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

/** Whether that is the address, in any notation of `node:net`, of a machine on the public internet. */
export function isPublicAddress(address: string): boolean {
  const version = readVersion(address);
  if (version === 4) return !reservedIpv4.check(address, 'ipv4');
  if (version !== 6) return false;
  return globalIpv6.check(address, 'ipv6') && !reservedIpv6.check(address, 'ipv6');
}

/** Whether that is an address of this machine itself: 127.0.0.0/8 or ::1. */
export function isLoopbackAddress(address: string): boolean {
  const version = readVersion(address);
  return version === 4
    ? loopback.check(address, 'ipv4')
    : version === 6 && !address.includes('.') && loopback.check(address, 'ipv6');
}

/** A zone (`fe80::1%eth0`) is a matter of one host's network cards: no address of the internet. */
function readVersion(address: string): number {
  return address.includes('%') ? 0 : isIP(address);
}

function toList(networks: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, bits] of networks) {
    list.addSubnet(network, bits, isIPv6(network) ? 'ipv6' : 'ipv4');
  }
  return list;
}
