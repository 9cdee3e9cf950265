import { isIPv4, isIPv6 } from 'node:net';
import { trimWhiteSpace } from './trim-white-space.js';

/** `203.0.113.7:443`, `[2001:db8::1]:443` and `[2001:db8::1]`, as some proxies write it (RFC 7239 §6). */
const WITH_PORT = /^(?:([\d.]+)|\[([^\]]+)\])(?::(\d{1,5}))?$/;
/** Which of the machine's networks a link-local address is in (RFC 4007 §11). */
const ZONED = /^([^%]+)%[\w.~-]+$/;
/** A dual-stack socket shows an IPv4 peer as `::ffff:192.0.2.7` (RFC 4291 §2.5.5.2). */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;
const MAX_PORT = 65535;

/**
 * Parses an IP address as a socket or a proxy shows it, and removes its port and its zone. An IPv4 address
 * within IPv6 becomes that IPv4 address.
 *
 * @returns `undefined` for anything else: a list of addresses, a name, an invalid port.
 *
 * @example
 * parseAddress('203.0.113.7:50123'); // '203.0.113.7'
 * parseAddress('[2001:db8::1]:443'); // '2001:db8::1'
 */
export function parseAddress(text: string): string | undefined {
  const shown = trimWhiteSpace(text);
  const [, dotted, inBrackets, port = '0'] = WITH_PORT.exec(shown) ?? [];
  if (Number(port) > MAX_PORT) return undefined;
  const address = dotted ?? inBrackets ?? shown;
  if (inBrackets === undefined && isIPv4(address)) return address;
  const withoutZone = ZONED.exec(address)?.[1] ?? address;
  if (!isIPv6(withoutZone) || withoutZone.includes('%')) return undefined;
  return withoutZone.replace(MAPPED, '');
}
