import { BlockList, isIP } from 'node:net';
import { TokenAuthorityError } from './token-authority-error.js';

/** The addresses that a token may be used from. */
export interface AllowedAddresses {
  has(address: string | undefined): boolean;
}

/**
 * Reads addresses and networks in CIDR notation: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`.
 * @throws TokenAuthorityError `invalid` naming the first that is neither.
 */
export function readAddresses(networks: readonly string[]): AllowedAddresses {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits, ...rest] = network.split('/');
    // A zone is a matter of one host's network cards.
    const version = address.includes('%') ? 0 : isIP(address);
    const maxBits = version === 4 ? 32 : 128;
    const length = bits === undefined ? maxBits : Number(bits);
    const isSound =
      version !== 0 && rest.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
    if (!isSound || length > maxBits) {
      throw new TokenAuthorityError(
        'invalid',
        `${JSON.stringify(network)} is no address or network`,
      );
    }
    list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
  }
  return { has: (address) => address !== undefined && isListed(list, address) };
}

/** A dual-stack socket shows an IPv4 peer as `::ffff:192.0.2.7`. */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

function isListed(list: BlockList, shown: string): boolean {
  const address = shown.replace(MAPPED, '').replace(/%.*$/, '');
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
