import { isIPv6 } from 'node:net';
import { parseAddress } from '@mandate/internal/parse-address';

/**
 * The key under which attempts from an address are counted. An IPv6 subscriber has a whole /64
 * network and must not have a limit for each address in it. All invalid addresses share the key
 * `unknown`, because callers could choose a new text, and with it a new limit, for every attempt.
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

/** Returns an IPv4-mapped address as IPv4, and any other address as its /64 network. */
function toNetwork(groups: readonly string[]): string {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff')
    return `${groups.slice(0, 4).join(':')}::/64`;
  const bytes = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return bytes.flatMap((pair) => [pair >> 8, pair & 255]).join('.');
}
