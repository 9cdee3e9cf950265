import { isIPv4, isIPv6 } from 'node:net';

/** A range of addresses, as a CIDR block writes it (RFC 4632 §3.1, RFC 4291 §2.3). */
export interface Network {
  readonly contains: (address: string) => boolean;
  readonly prefixLength: number;
  /** Whether it has a single address: `/32` of IPv4, `/128` of IPv6. */
  readonly isSingle: boolean;
  /** The first address. */
  readonly address: string;
}

const CIDR = /^([\da-fA-F.:]{2,39})\/(\d{1,3})$/;

/** @returns `undefined` unless the text is a CIDR block whose bits after the prefix are all zero. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', length = ''] = CIDR.exec(text) ?? [];
  const bits = toBits(address);
  const prefixLength = Number(length);
  if (bits === undefined || prefixLength > bits.length) return undefined;
  // `010` must not be read as eight by one reader and as ten by another.
  if (String(prefixLength) !== length || bits.indexOf('1', prefixLength) !== -1) return undefined;
  const prefix = bits.slice(0, prefixLength);
  const contains = (other: string): boolean => {
    const otherBits = toBits(other);
    return otherBits?.length === bits.length && otherBits.startsWith(prefix);
  };
  return { contains, prefixLength, isSingle: prefixLength === bits.length, address };
}

/**
 * The 32 or 128 bits as text. `undefined` for anything else, also for an address with a zone or with an
 * IPv4 address inside, so that `::ffff:10.0.0.1` is never in a network.
 */
function toBits(address: string): string | undefined {
  if (isIPv4(address)) return toBinary(address.split('.').map(Number), 8);
  if (!isIPv6(address) || /[%.]/.test(address)) return undefined;
  const [first = [], last = []] = address
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))));
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return toBinary([...first, ...zeros, ...last], 16);
}

function toBinary(numbers: readonly number[], width: number): string {
  return numbers.map((number) => number.toString(2).padStart(width, '0')).join('');
}
