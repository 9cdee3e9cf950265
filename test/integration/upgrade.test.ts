import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect } from 'node:net';
import { createAdaptorServer, upgradeWebSocket, type WebSocketServerLike } from '@hono/node-server';
import { AuthError, createGuard, type Guard, type TokenVerifier } from '@mandate/core';
import { rejectUpgrade, toAuthRequest } from '@mandate/core/node';
import * as guardExpress from '@mandate/express';
import * as guardHono from '@mandate/hono';
import * as guardKoa from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { listen } from '../support/listen.js';
import { createPrincipal } from '../support/static-verifier.js';

/** Tokens that say what becomes of them. */
const verifier: TokenVerifier = {
  accepts: () => true,
  async verify({ token }) {
    if (token === 'expired') throw new AuthError('token_expired');
    if (token === 'outage') {
      throw new AuthError('verifier_unavailable', 'down', { retryAfterSeconds: 7 });
    }
    if (token === 'fault') throw new Error('a fault of the application');
    const scopes = token === 'chat' ? ['CHAT'] : [];
    return createPrincipal({ scopes, groups: ['g1'] });
  },
};

const guard = createGuard({
  verifiers: [verifier],
  endpoints: {
    'GET /socket': { scopes: ['CHAT'] },
    'GET /room': { scopes: ['CHAT'], group: { query: 'groupid' } },
  },
});

/** Sockets of ws beside the routes of a framework, on the same server. */
function createUpgradeServer(guard: Guard, listener: RequestListener): Server {
  const server = createServer(listener);
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', async (message, socket, head) => {
    socket.on('error', () => socket.destroy());
    try {
      const decision = await guard.decide(toAuthRequest(message));
      if (!decision.allowed) return rejectUpgrade(socket, decision.denial);
      sockets.handleUpgrade(message, socket, head, (webSocket) => {
        webSocket.send(decision.principal.subject);
      });
    } catch {
      socket.destroy();
    }
  });
  return server;
}

const SERVERS: Record<string, (guard: Guard) => Server> = {
  Express(guard) {
    const app = express().use(guardExpress.requireAuth(guard));
    return createUpgradeServer(guard, app);
  },
  Koa(guard) {
    const app = new Koa().use(guardKoa.requireAuth(guard));
    return createUpgradeServer(guard, app.callback());
  },
  Hono(guard) {
    const app = new Hono<guardHono.AuthEnv>();
    app.use(guardHono.requireAuth(guard));
    app.on(
      'GET',
      ['/socket', '/room'],
      upgradeWebSocket((c) => ({
        onOpen: (_event, webSocket) => webSocket.send(c.var.auth.subject),
      })),
    );
    // An error that is not a refusal is a fault of the application, whose message is not sent.
    app.onError((_error, c) => c.body(null, 500));
    const server = new WebSocketServer({ noServer: true }) as WebSocketServerLike;
    return createAdaptorServer({ fetch: app.fetch, websocket: { server } }) as Server;
  },
};

interface Refusal {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
}

/** The first message, or how the upgrade was rejected. */
function open(url: string, headers: Record<string, string | string[]>): Promise<string | Refusal> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url.replace('http', 'ws'), { headers });
    webSocket.on('message', (data) => {
      resolve(String(data));
      webSocket.close();
    });
    webSocket.on('unexpected-response', (_request, response) => {
      resolve({ status: response.statusCode, headers: response.headers });
      response.resume();
    });
    webSocket.on('error', reject);
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe.each(Object.entries(SERVERS))('a WebSocket upgrade beside %s', (name, createServer) => {
  test('is opened for a caller whom the endpoint allows', async () => {
    const origin = await listen(createServer(guard));
    expect(await open(`${origin}/socket`, bearer('chat'))).toBe('ada@example.com');
    expect(await open(`${origin}/room?groupid=g1`, bearer('chat'))).toBe('ada@example.com');
  });

  test.each([
    ['without a token', '/socket', {}, 401],
    ['with an expired token', '/socket', bearer('expired'), 401],
    ['with a token in another scheme', '/socket', { authorization: 'Basic YTpi' }, 401],
    ['without the scope', '/socket', bearer('poor'), 403],
    ['to an endpoint that is not mapped', '/other', bearer('chat'), 403],
    ['for another group', '/room?groupid=g2', bearer('chat'), 403],
    ['for two groups', '/room?groupid=g1&groupid=g2', bearer('chat'), 400],
    ['to an ambiguous path', '/room/%2e%2e/socket', bearer('chat'), 400],
    ['with two tokens', '/socket', { authorization: ['Bearer chat', 'Bearer poor'] }, 400],
    ['during an outage', '/socket', bearer('outage'), 503],
  ])('is rejected %s', async (_name, path, headers, status) => {
    const origin = await listen(createServer(guard));
    const refusal = await sendUpgrade(origin, path, headers);
    expect(refusal.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} [A-Z]`));
    expect(refusal).not.toContain('101 Switching Protocols');
    expect(refusal.toLowerCase()).toContain('connection: close');
    if (status === 401) expect(refusal.toLowerCase()).toContain('www-authenticate: bearer');
    if (status === 503) expect(refusal.toLowerCase()).toContain('retry-after: 7');
  });

  test('is not opened after a fault of the application', async () => {
    const origin = await listen(createServer(guard));
    const answer = await sendUpgrade(origin, '/socket', bearer('fault'));
    expect(answer).not.toContain('101');
    expect(answer).not.toContain('fault');
  });

  test('is rejected in full to a client that reads with ws', async () => {
    const origin = await listen(createServer(guard));
    const refusal = (await open(`${origin}/socket`, bearer('expired'))) as Refusal;
    expect(refusal.status).toBe(401);
    expect(refusal.headers['www-authenticate']).toContain('error="invalid_token"');
    // node-server sends the status and the headers of a rejected upgrade, and no body.
    expect(refusal.headers['content-length']).toBe(name === 'Hono' ? '0' : '122');
  });
});

describe('rejectUpgrade', () => {
  /** Rejects the upgrade in that way; resolves when the server's side of the socket is closed. */
  async function reject(denial: Parameters<typeof rejectUpgrade>[1]) {
    const server = createServer();
    const closed = new Promise<unknown>((resolve) => {
      server.on('upgrade', (_message, socket) => {
        let thrown: unknown;
        socket.on('close', () => resolve(thrown));
        try {
          rejectUpgrade(socket, denial);
        } catch (error) {
          thrown = error;
        }
      });
    });
    const { port } = new URL(await listen(server));
    // A peer that never closes its half of the connection.
    const peer = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    const received: Buffer[] = [];
    peer.on('data', (chunk) => received.push(chunk));
    const ended = new Promise((resolve) => peer.on('end', resolve));
    peer.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [thrown] = await Promise.all([closed, ended]);
    peer.destroy();
    return { thrown, text: Buffer.concat(received).toString() };
  }

  test('closes the socket even if the peer keeps its half open', async () => {
    const { text } = await reject({ status: 429, headers: {}, body: 'slow down' });
    expect(text).toBe(
      'HTTP/1.1 429 Refused\r\nconnection: close\r\ncontent-length: 9\r\n\r\nslow down',
    );
  });

  test('lets no header value end the head of the response', async () => {
    const headers = { 'x-reason': 'a\r\nset-cookie: b=c' };
    const { thrown, text } = await reject({ status: 403, headers, body: '' });
    expect(thrown).toBeInstanceOf(TypeError);
    expect(text).toBe('');
  });
});

/** Sends an upgrade request as it is written, repeated headers included; resolves with the answer. */
function sendUpgrade(
  origin: string,
  path: string,
  headers: Record<string, string | string[]>,
): Promise<string> {
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}\r\n`),
  );
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(received));
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: api.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
        `${lines.join('')}\r\n`,
    );
  });
}
