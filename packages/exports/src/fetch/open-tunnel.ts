import { isIPv6, type Socket } from 'node:net';
import { connectToFirst } from './connect-to-first.js';
import { FetchFailure } from './fetch-failure.js';
import type { ProxyAddress } from './parse-proxy.js';
import { type LookupAll, resolveAddresses } from './resolve-addresses.js';

export interface Tunnel {
  readonly proxy: ProxyAddress;
  /** The receiver's host, without brackets. The proxy resolves it. */
  readonly host: string;
  readonly port: number;
  readonly lookup: LookupAll;
}

/** A proxy answers in a few lines. */
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * Asks a proxy for a connection to a host (`CONNECT`, RFC 9110 §9.3.6). Any failure is `proxy_failed`, and
 * nothing has been sent to the host.
 */
export async function openTunnel(tunnel: Tunnel, deadline: AbortSignal): Promise<Socket> {
  const { proxy, lookup } = tunnel;
  try {
    // An administrator of this server configures the proxy, so its own address may be private.
    const addresses = await resolveAddresses(proxy.host, lookup, () => true);
    const socket = await connectToFirst(addresses, proxy.port, deadline);
    return await requestTunnel(socket, tunnel, deadline);
  } catch {
    throw new FetchFailure('proxy_failed', false);
  }
}

function requestTunnel(socket: Socket, tunnel: Tunnel, deadline: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let head = '';
    const settle = (isOpen: boolean) => {
      socket.off('data', read).off('error', fail).off('close', fail).pause();
      deadline.removeEventListener('abort', fail);
      if (isOpen) return resolve(socket);
      socket.on('error', () => {}).destroy();
      reject(new FetchFailure('proxy_failed', false));
    };
    const fail = () => settle(false);
    const read = (chunk: Buffer) => {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return head.length > MAX_HEAD_BYTES ? fail() : undefined;
      // The receiver speaks only after the client in TLS, so anything after the head is not from it.
      settle(/^HTTP\/1\.[01] 2\d\d[ \r]/.test(head) && end + 4 === head.length);
    };
    if (deadline.aborted) return fail();
    deadline.addEventListener('abort', fail);
    socket.on('data', read).on('error', fail).on('close', fail);
    socket.write(toRequest(tunnel));
  });
}

function toRequest({ proxy, host, port }: Tunnel): string {
  const target = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const { authorization } = proxy;
  const credentials = authorization === undefined ? [] : [`Proxy-Authorization: ${authorization}`];
  return [`CONNECT ${target} HTTP/1.1`, `Host: ${target}`, ...credentials, '', ''].join('\r\n');
}
