import { BlockList, isIP } from 'node:net';
import { parseAddress } from '@mandate/internal/parse-address';

/** The addresses that a token may be used from. */
export interface AllowedAddresses {
  has(address: string | undefined): boolean;
}

interface Network {
  readonly address: string;
  readonly length: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Whether that is an address or a network in CIDR notation: `192.0.2.7`, `2001:db8::/32`. */
export function isNetwork(network: unknown): network is string {
  return typeof network === 'string' && readNetwork(network) !== undefined;
}

/** @throws TypeError if one of them is no {@link isNetwork}. */
export function readAddresses(networks: readonly string[]): AllowedAddresses {
  const list = new BlockList();
  for (const network of networks) {
    const read = readNetwork(network);
    if (read === undefined) throw new TypeError(`${JSON.stringify(network)} is no network`);
    list.addSubnet(read.address, read.length, read.family);
  }
  return { has: (address) => typeof address === 'string' && isListed(list, address) };
}

function readNetwork(network: string): Network | undefined {
  const [address = '', bits, ...rest] = network.split('/');
  // A zone is a matter of one host's network cards.
  const version = address.includes('%') ? 0 : isIP(address);
  const maxBits = version === 4 ? 32 : 128;
  const length = bits === undefined ? maxBits : Number(bits);
  const isSound = rest.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
  if (version === 0 || !isSound || length > maxBits) return undefined;
  return { address, length, family: version === 4 ? 'ipv4' : 'ipv6' };
}

function isListed(list: BlockList, shown: string): boolean {
  const address = parseAddress(shown);
  return address !== undefined && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
