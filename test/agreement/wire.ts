import type { Server } from 'node:http';
import { Duplex } from 'node:stream';

/** The server's side of a connection in memory: Node's HTTP parser reads it like a socket. */
class MemorySocket extends Duplex {
  readonly received: Buffer[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.received.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
  }
}

/** Ends a run in which a handler never answers; far longer than any answer takes. */
const DEADLINE_MS = 120_000;

/** Sends one request after another to a server, on one connection while the server keeps it open. */
export class Wire {
  readonly #server: Server;
  #socket: MemorySocket | undefined;
  #done: (() => void) | undefined;
  #fail: ((error: Error) => void) | undefined;
  readonly #watch: NodeJS.Timeout;

  constructor(server: Server) {
    this.#server = server;
    // A slow machine must not make the server give up a connection.
    server.keepAliveTimeout = 0;
    server.headersTimeout = 0;
    server.requestTimeout = 0;
    this.#watch = setTimeout(() => this.#fail?.(new Error('no answer')), DEADLINE_MS);
    server.on('request', (_message, response) => {
      response.once('close', () => this.#done?.());
    });
  }

  /**
   * Sends the bytes of one request.
   * @param raw in Latin-1: one character is one byte.
   * @returns everything that the server answered, in Latin-1.
   */
  exchange(raw: string): Promise<string> {
    const socket = this.#connect();
    socket.received.length = 0;
    this.#watch.refresh();
    return new Promise((resolve, reject) => {
      this.#fail = () => reject(new Error(`no answer to ${JSON.stringify(raw)}`));
      this.#done = () => {
        this.#done = undefined;
        resolve(Buffer.concat(socket.received).toString('latin1'));
      };
      socket.push(Buffer.from(raw, 'latin1'));
    });
  }

  close(): void {
    clearTimeout(this.#watch);
    this.#socket?.destroy();
  }

  #connect(): MemorySocket {
    const open = this.#socket;
    if (open !== undefined && !open.destroyed && !open.writableEnded) return open;
    const socket = new MemorySocket();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (this.#socket === socket) this.#done?.();
    });
    this.#socket = socket;
    this.#server.emit('connection', socket);
    return socket;
  }
}
