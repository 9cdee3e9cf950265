import type { ServerResponse } from 'node:http';
import { listen } from '../../support/listen.js';

/** A request as the receiver saw it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What a receiver does with one request. */
export type Behaviour = (response: ServerResponse, received: Received) => void;

export interface TestReceiver {
  readonly origin: string;
  /** Everything that arrived, whatever was answered. */
  readonly received: readonly Received[];
  /** Behaves like that for the next requests, one after the other. */
  next(...behaviours: readonly Behaviour[]): void;
  /** The behaviour unless another one is planned. At first, it accepts everything. */
  always(behaviour: Behaviour): void;
}

/** A receiver on loopback that accepts events, or fails on demand. */
export async function createReceiver(): Promise<TestReceiver> {
  const received: Received[] = [];
  const planned: Behaviour[] = [];
  let usual = answer(204);
  const origin = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one: Received = {
        method,
        path: url,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, value?.toString()]),
        ),
        body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(one);
      (planned.shift() ?? usual)(response, one);
    });
  });
  return {
    origin,
    received,
    next: (...behaviours) => void planned.push(...behaviours),
    always: (behaviour) => {
      usual = behaviour;
    },
  };
}

export function answer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Behaviour {
  return (response) => response.writeHead(status, headers).end(body);
}

/** An error of Salesforce's REST API: a list, unlike those of its token endpoint. */
export function reject(status: number, errorCode: string): Behaviour {
  const body = JSON.stringify([{ message: `says ${errorCode}`, errorCode }]);
  return answer(status, { 'content-type': 'application/json' }, body);
}

export const hang: Behaviour = () => {};

export const reset: Behaviour = (response) => response.socket?.resetAndDestroy();

export const hangUp: Behaviour = (response) => response.socket?.end();

export const garbage: Behaviour = (response) => response.socket?.end('<h1>It works!</h1>\r\n\r\n');

/** Announces a body, and sends only its beginning. */
export const breakOff =
  (status: number): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-length': '1000' }).write('{', () => {
      response.socket?.resetAndDestroy();
    });
  };

export const hangInBody =
  (status: number): Behaviour =>
  (response) =>
    response.writeHead(status, { 'content-length': '1000' }).write('{');

/** A body larger than the limit. */
export const endlessBody =
  (status: number): Behaviour =>
  (response) => {
    response.writeHead(status);
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', write);
    };
    write();
  };

/** A byte now and then, for ever. */
export const drip =
  (status: number): Behaviour =>
  (response) => {
    response.writeHead(status);
    const timer = setInterval(() => response.write('x'), 50);
    response.once('close', () => clearInterval(timer));
  };

/** Switches protocols without a request to do so. */
export const switchProtocols: Behaviour = (response) =>
  response.socket?.end(
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
  );

/** An answer without an end to its header. */
export const endlessHeader: Behaviour = (response) => {
  const line = `x-endless: ${'x'.repeat(1000)}\r\n`;
  response.socket?.write(`HTTP/1.1 200 OK\r\n${line.repeat(1000)}`);
};

/** Interim answers (RFC 9110 §15.2) before the real one. */
export const withInterim =
  (behaviour: Behaviour): Behaviour =>
  (response, received) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    behaviour(response, received);
  };

/** 401 until the token is another than this one. */
export const rejectToken =
  (token: string): Behaviour =>
  (response, received) => {
    const isRejected = received.headers['authorization'] === `Bearer ${token}`;
    (isRejected ? reject(401, 'INVALID_SESSION_ID') : answer(204))(response, received);
  };
