import { isIP } from 'node:net';
import type { EgressRules } from './egress-rules.js';
import { isLoopbackAddress } from './public-address.js';

/**
 * Checks a URL that an administrator enters. Every spelling of an IP address is recognized. The addresses
 * that a name resolves to are checked when a connection is made.
 *
 * @param egress with `allowLoopback`, `http:` and any port are allowed for this machine.
 * @returns what is wrong, for the administrator; `undefined` if nothing is.
 */
export function findUrlProblem(text: string, egress: EgressRules): string | undefined {
  return (
    findBrowserUrlProblem(text, egress.allowLoopback) ?? findHostProblem(new URL(text), egress)
  );
}

/** Checks a URL that only browsers open. Its host may be private, because browsers may be in that network. */
export function findBrowserUrlProblem(text: string, allowLoopback: boolean): string | undefined {
  // `URL` drops tabs, line ends and other control characters, so the shown and the used URL would differ.
  const url = /[\s\\\p{Cc}]/u.test(text) || !URL.canParse(text) ? undefined : new URL(text);
  if (url === undefined || text.length > 2048) return 'must be an absolute URL';
  const isLocal = allowLoopback && isLoopbackHost(url);
  if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:')) {
    return 'must begin with https://';
  }
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password';
  // RFC 6749 §3.1, §3.2.
  return text.includes('#') ? 'must not have a fragment' : undefined;
}

function findHostProblem(url: URL, egress: EgressRules): string | undefined {
  if (egress.allowLoopback && isLoopbackHost(url)) return undefined;
  const address = toIpAddress(url);
  if (address !== undefined && !egress.allows(address, address))
    return 'must not name a private address';
  // Other services listen below 1024, such as mail servers, and a request must not reach them.
  const isReserved = url.port !== '' && Number(url.port) < 1024;
  return isReserved ? 'must use port 443 or above 1023' : undefined;
}

/** Returns the IP address if the host is one. `URL` has normalized its spelling. */
function toIpAddress({ hostname }: URL): string | undefined {
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(address) === 0 ? undefined : address;
}

function isLoopbackHost(url: URL): boolean {
  return url.hostname === 'localhost' || isLoopbackAddress(toIpAddress(url) ?? '');
}
