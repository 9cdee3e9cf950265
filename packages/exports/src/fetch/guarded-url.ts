import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './public-address.js';

/**
 * What is wrong with an address that an administrator gives, in words for them; `undefined` if nothing
 * is. It judges what is written, in every spelling of it; what a name resolves to is judged when a
 * connection is made.
 *
 * @param allowLoopback for development: `http:` too, and any port, to this machine and no other.
 */
export function findUrlProblem(text: string, allowLoopback: boolean): string | undefined {
  return findFormProblem(text, allowLoopback) ?? findHostProblem(new URL(text), allowLoopback);
}

/** The same of an address that only browsers go to: they may well do so in a network of their own. */
export function findFormProblem(text: string, allowLoopback: boolean): string | undefined {
  // `URL` drops tabs, line ends and other control characters: what was shown would not be what is used.
  const url = /[\s\\\p{Cc}]/u.test(text) || !URL.canParse(text) ? undefined : new URL(text);
  if (url === undefined || text.length > 2048) return 'must be an absolute URL';
  const isLocal = allowLoopback && isLoopbackHost(url);
  if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:')) {
    return 'must begin with https://';
  }
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  // RFC 6749 §3.1, §3.2.
  return text.includes('#') ? 'must not have a fragment' : undefined;
}

function findHostProblem(url: URL, allowLoopback: boolean): string | undefined {
  if (allowLoopback && isLoopbackHost(url)) return undefined;
  const address = readLiteral(url);
  if (address !== undefined && !isPublicAddress(address)) return 'must not name a private address';
  // An HTTPS request is no mail and no shell command, but nobody needs to find out what it does there.
  const isRefused = url.port !== '' && Number(url.port) < 1024;
  return isRefused ? 'must use port 443 or above 1023' : undefined;
}

/** The IP address that a URL names, if it names no host. `URL` has put it into its usual spelling. */
function readLiteral({ hostname }: URL): string | undefined {
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(address) === 0 ? undefined : address;
}

function isLoopbackHost(url: URL): boolean {
  return url.hostname === 'localhost' || isLoopbackAddress(readLiteral(url) ?? '');
}
