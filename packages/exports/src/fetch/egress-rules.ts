import { type EgressProxy, type ProxyAddress, parseProxy } from './parse-proxy.js';
import { type PrivateHost, parsePrivateHosts } from './private-hosts.js';
import { isLoopbackAddress, isPublicAddress } from './public-address.js';

/** Where outgoing requests may go. */
export interface EgressOptions {
  /** For development: allows providers and receivers on this machine, also without TLS. Default `false`. */
  readonly allowLoopback?: boolean | undefined;
  /**
   * The hosts of private networks that URLs of connections may name. All who configure connections can
   * send requests to them. Each is checked against the address that its name resolves to. Loopback and
   * link-local addresses, and those that issue a machine's credentials, such as `169.254.169.254`, open only
   * if a `/32` or `/128` block is exactly that address. Default: none.
   *
   * @example
   * allowedPrivateHosts: ['10.1.2.0/24', { host: 'crm.internal', addresses: ['10.9.0.0/16'] }]
   */
  readonly allowedPrivateHosts?: readonly PrivateHost[] | undefined;
  /**
   * The HTTP proxy through which every request leaves, except those to this machine with `allowLoopback`.
   * The proxy resolves names, so **it must refuse internal addresses itself**; private addresses in URLs are
   * still rejected here. Proxies of the environment are never used. Default: none.
   *
   * @example
   * proxy: { url: 'http://proxy.internal:3128', username: 'exports', password }
   */
  readonly proxy?: EgressProxy | undefined;
}

/** The rules that every URL and every address of an outgoing request must meet. */
export interface EgressRules {
  readonly allowLoopback: boolean;
  /** Whether a host, written as in a URL and without brackets, may be connected to at an address. */
  readonly allows: (host: string, address: string) => boolean;
  readonly proxy: ProxyAddress | undefined;
}

/**
 * @param owner the function that takes the options, for messages.
 * @throws TypeError if an option is invalid.
 */
export function toEgressRules(owner: string, options: EgressOptions): EgressRules {
  const { allowLoopback = false, allowedPrivateHosts = [], proxy } = options;
  // The text 'false' of an environment variable is truthy and would open this machine to requests.
  if (typeof allowLoopback !== 'boolean') {
    throw new TypeError(`${owner}: allowLoopback must be a boolean`);
  }
  const hosts = parsePrivateHosts(`${owner}: allowedPrivateHosts`, allowedPrivateHosts);
  const allows = (host: string, address: string): boolean => {
    if (hosts.allows(host, address)) return true;
    if (hosts.isPinned(host)) return false;
    return isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address));
  };
  if (proxy === undefined) return { allowLoopback, allows, proxy };
  if (hosts.hasPinned) {
    throw new TypeError(
      `${owner}: allowedPrivateHosts must not pin addresses of a host with a proxy, which resolves the name`,
    );
  }
  return { allowLoopback, allows, proxy: parseProxy(`${owner}: proxy`, proxy) };
}
