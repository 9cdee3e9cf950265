import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  readonly url: string;
  close(this: void): Promise<void>;
}

/** Listens on a loopback port: on the one asked for, or on a free one if that is taken. */
export async function listen(server: Server, port: number): Promise<Listening> {
  await bind(server, port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    return bind(server, 0);
  });
  const { address, port: bound } = server.address() as AddressInfo;
  if (port !== 0 && bound !== port) console.warn(`Port ${port} is taken: using ${bound} instead.`);
  return { url: `http://${address}:${bound}`, close: () => close(server) };
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
