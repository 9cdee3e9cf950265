import { BlockList, isIP } from 'node:net';
import { parseAddress } from '@mandate/internal/parse-address';

/** The addresses from which a token may be used. */
export interface AllowedAddresses {
  has(address: string | undefined): boolean;
}

interface Network {
  readonly address: string;
  readonly length: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Whether a value is an IP address or a network in CIDR notation: `192.0.2.7`, `2001:db8::/32`. */
export function isNetwork(network: unknown): network is string {
  return typeof network === 'string' && parseNetwork(network) !== undefined;
}

/** @throws TypeError if an entry is not an address or network, see {@link isNetwork}. */
export function parseAllowedAddresses(networks: readonly string[]): AllowedAddresses {
  const list = new BlockList();
  for (const network of networks) {
    const parsed = parseNetwork(network);
    if (parsed === undefined) {
      throw new TypeError(`${JSON.stringify(network)} is not an IP address or network`);
    }
    list.addSubnet(parsed.address, parsed.length, parsed.family);
  }
  return { has: (address) => typeof address === 'string' && isListed(list, address) };
}

function parseNetwork(network: string): Network | undefined {
  const [address = '', bits, ...rest] = network.split('/');
  // A zone names a network interface of one host, so it means nothing in a list.
  const version = address.includes('%') ? 0 : isIP(address);
  const maxBits = version === 4 ? 32 : 128;
  const length = bits === undefined ? maxBits : Number(bits);
  const isValid = rest.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
  if (version === 0 || !isValid || length > maxBits) return undefined;
  return { address, length, family: version === 4 ? 'ipv4' : 'ipv6' };
}

function isListed(list: BlockList, remoteAddress: string): boolean {
  const address = parseAddress(remoteAddress);
  return address !== undefined && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
