import { isIPv6 } from 'node:net';
import { parseAddress } from '@mandate/internal/parse-address';

/**
 * What an address is counted under. One subscriber has a whole /64 of IPv6 addresses, and must not
 * have as many attempts. What is no address is `unknown`, one limit for all of it: a text that the
 * caller can choose would be a limit of its own every time.
 */
export function toAddressKey(address = ''): string {
  const parsed = parseAddress(address);
  if (parsed === undefined) return 'unknown';
  return isIPv6(parsed) ? toNetwork(toGroups(parsed)) : parsed;
}

/** The eight groups, in hexadecimal without leading zeros. */
function toGroups(address: string): readonly string[] {
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [left, right] = [head, tail].map((half) => (half === '' ? [] : half.split(':')));
  const given = [...(left ?? []), ...(right ?? [])];
  const zeros = Array<string>(8 - given.length).fill('0');
  return [...(left ?? []), ...zeros, ...(right ?? [])];
}

/** An IPv4 address within IPv6 is that address; another one is its network. */
function toNetwork(groups: readonly string[]): string {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff')
    return `${groups.slice(0, 4).join(':')}::/64`;
  const bytes = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return bytes.flatMap((pair) => [pair >> 8, pair & 255]).join('.');
}
