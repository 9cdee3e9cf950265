import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook that accepts every request. */
export interface Receiver {
  readonly url: string;
  readonly headers: readonly Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const headers: Readonly<Record<string, unknown>>[] = [];
  const server = createServer((request, response) => {
    headers.push(request.headers);
    request.resume().on('end', () => response.writeHead(204).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers,
    async close() {
      server.close().closeAllConnections();
      await once(server, 'close');
    },
  };
}
