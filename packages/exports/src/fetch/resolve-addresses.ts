import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { isIP } from 'node:net';
import { FetchFailure } from './fetch-failure.js';

/** `dns.lookup` with `all: true`. */
export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Resolves a host to the addresses that may be connected to. A single address that is not allowed
 * rejects the host, because no honest name mixes public and private addresses.
 *
 * @param host a name, or an IP address without brackets.
 */
export async function resolveAddresses(
  host: string,
  lookup: LookupAll,
  isAllowed: (host: string, address: string) => boolean,
): Promise<readonly string[]> {
  const addresses = isIP(host) === 0 ? await lookUp(host, lookup) : [host];
  if (addresses.length === 0) throw new FetchFailure('unreachable', false);
  if (!addresses.every((address) => isAllowed(host, address)))
    throw new FetchFailure('address_refused', false);
  return addresses;
}

function lookUp(host: string, lookup: LookupAll): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, found) => {
      if (error) reject(new FetchFailure('unreachable', false));
      else resolve((found ?? []).map(({ address }) => address));
    });
  });
}
