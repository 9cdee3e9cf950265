import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type SigningKey, toJwks } from './tokens.js';

/** How the server answers; it may leave the response open. */
export type Answer = (response: ServerResponse) => void;

/**
 * An issuer's key server: `node:http` on a loopback port, which it keeps over `stop` and `start`.
 * Assign `answer` to rotate its keys or to break it.
 */
export interface KeyServer {
  /** The address of the key set. */
  readonly url: string;
  /** How many requests arrived since the server was made. */
  readonly requests: number;
  answer: Answer;
  /** Resolves when the next request arrives. */
  nextRequest(): Promise<void>;
  /** Refuses connections, and cuts those that there are. */
  stop(): Promise<void>;
  /** Listens again on the same port. */
  start(): Promise<void>;
}

export async function createKeyServer(answer: Answer): Promise<KeyServer> {
  const keyServer = new RunningKeyServer(answer);
  await keyServer.start();
  return keyServer;
}

class RunningKeyServer implements KeyServer {
  answer: Answer;
  requests = 0;
  #port = 0;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #awaitingRequest: (() => void)[] = [];

  constructor(answer: Answer) {
    this.answer = answer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/jwks.json`;
  }

  nextRequest(): Promise<void> {
    return new Promise((resolve) => this.#awaitingRequest.push(resolve));
  }

  start(): Promise<void> {
    const server = createServer((_request, response) => {
      this.requests++;
      for (const tell of this.#awaitingRequest.splice(0)) tell();
      this.answer(response);
    });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.on('error', reject);
      server.listen(this.#port, '127.0.0.1', () => {
        this.#port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#server === undefined) return resolve();
      this.#server.close(() => resolve());
      this.#server = undefined;
      for (const socket of this.#sockets) socket.destroy();
    });
  }
}

/** Publishes these keys. */
export function serveKeys(...keys: readonly SigningKey[]): Answer {
  return serveJson(toJwks(...keys));
}

export function serveJson(value: unknown): Answer {
  return serveText(JSON.stringify(value), 'application/jwk-set+json');
}

export function serveText(body: string, type = 'text/html'): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': type });
    response.end(body);
  };
}

export function serveStatus(status: number, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, headers);
    response.end('<h1>Not now</h1>');
  };
}

/** Sends that many bytes as fast as the peer reads them, until it hangs up. */
export function serveBytes(size: number): Answer {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    let sent = 0;
    const send = () => {
      while (sent < size && !response.destroyed) {
        sent += chunk.byteLength;
        if (!response.write(chunk)) {
          response.once('drain', send);
          return;
        }
      }
      response.end();
    };
    send();
  };
}

/** Accepts the request and never says a word. */
export function serveNothing(): Answer {
  return () => {};
}

/** The same number of bytes, compressed to a thousandth. */
export function serveCompressed(size: number): Answer {
  const body = gzipSync(Buffer.alloc(size, ' '));
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(body);
  };
}

/** Sends the headers at once, and the body a byte at a time and without end. */
export function serveDrip(status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(timer));
  };
}

/** Holds every answer back until `release` is called, and gives `then` from that time on. */
export function serveHeld(then: Answer): { readonly answer: Answer; release(): void } {
  let held: ServerResponse[] | undefined = [];
  return {
    answer: (response) => {
      if (held === undefined) then(response);
      else held.push(response);
    },
    release() {
      const waiting = held ?? [];
      held = undefined;
      for (const response of waiting) then(response);
    },
  };
}
