import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to a database that can break. */
export interface CutProxy {
  /** The database's URL through it. */
  readonly url: string;
  /** Breaks all connections, whatever is on its way. */
  cut(): void;
  /** Whether new connections are refused. */
  isDown: boolean;
  /**
   * From now on nothing that clients send arrives any more.
   * @returns fulfilled when one of them has sent something.
   */
  swallow(): Promise<void>;
}

export async function startCutProxy(databaseUrl: string): Promise<CutProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let swallowed: (() => void) | undefined;
  const proxy = { isDown: false };

  const server = createServer((client) => {
    if (proxy.isDown) return client.destroy();
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    database.pipe(client);
    client.on('data', (chunk) => {
      if (swallowed === undefined) database.write(chunk);
      else swallowed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const swallow = () =>
    new Promise<void>((resolve) => {
      swallowed = resolve;
    });
  return Object.assign(proxy, { url: url.href, cut, swallow });
}
