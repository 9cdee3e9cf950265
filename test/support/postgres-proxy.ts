import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** The way to a PostgreSQL server, on which things go wrong. */
export interface PostgresProxy {
  /** The database by way of the proxy. */
  readonly connectionString: string;
  /** Connections that clients hold open. */
  connections(): number;
  /** From now on everything is accepted, connections as well, and nothing forwarded. */
  hold(): void;
  /** Forwards again, and what was held back first. */
  release(): void;
  /** Forwards again, but nothing of connections so far: their clients get neither an answer nor an error. */
  forget(): void;
  /**
   * Cuts a connection when its client commits: before the server hears of it, or before the client hears of the
   * answer.
   */
  cutsCommits: 'before' | 'after' | undefined;
  /** Whether notifications are swallowed, as by a pooler that gives clients another session each time. */
  swallowsNotifications: boolean;
}

/** One connection and its two ends. */
interface Line {
  readonly client: Socket;
  readonly server: Socket;
  readonly held: (() => void)[];
  isForgotten: boolean;
}

/** Listens on loopback until the test is over. */
export async function startPostgresProxy(connectionString: string): Promise<PostgresProxy> {
  const url = new URL(connectionString);
  const { hostname, port } = url;
  const lines = new Set<Line>();
  let isHeld = false;
  const listener = createServer((client) => {
    const server = connect(Number(port), hostname);
    const line: Line = { client, server, held: [], isForgotten: false };
    lines.add(line);
    const pass = (work: () => void) => {
      if (line.isForgotten) return;
      if (isHeld) line.held.push(work);
      else work();
    };
    const filter = createFilter();
    let isCut = false;
    client.on('data', (chunk) =>
      pass(() => {
        isCut = proxy.cutsCommits !== undefined && /commit/i.test(chunk.toString('latin1'));
        if (isCut && proxy.cutsCommits === 'before') client.destroy();
        else server.write(chunk);
      }),
    );
    server.on('data', (chunk) =>
      pass(() => {
        if (isCut) client.destroy();
        else client.write(proxy.swallowsNotifications ? filter(chunk) : chunk);
      }),
    );
    client.on('close', () => {
      lines.delete(line);
      server.destroy();
    });
    server.on('close', () => pass(() => client.destroy()));
    for (const end of [client, server]) end.on('error', () => {});
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const { client } of lines) client.destroy();
    listener.close();
  });
  url.host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const proxy: PostgresProxy = {
    connectionString: url.href,
    connections: () => lines.size,
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      for (const { held } of lines) for (const work of held.splice(0)) work();
    },
    forget() {
      isHeld = false;
      for (const line of lines) line.isForgotten = true;
    },
    cutsCommits: undefined,
    swallowsNotifications: false,
  };
  return proxy;
}

const NOTIFICATION = 'A'.charCodeAt(0);

/** Takes notifications out of what a server says: messages of one letter, a length and that many bytes. */
function createFilter(): (chunk: Buffer) => Buffer {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const kept: Buffer[] = [];
    while (rest.length >= 5) {
      const end = 1 + rest.readInt32BE(1);
      if (rest.length < end) break;
      if (rest[0] !== NOTIFICATION) kept.push(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    return Buffer.concat(kept);
  };
}
