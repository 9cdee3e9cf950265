import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import fastifyWebSocket from '@fastify/websocket';
import { createGuard } from '@mandate/core';
import { requireAuth } from '@mandate/fastify';
import Fastify from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const readGroup = (body: unknown) => (body as { readonly group?: unknown }).group;

/** The caller is in group 1 and has the scope READ. */
const createTestGuard = () =>
  createGuard({
    verifiers: [verifierOf(createPrincipal({ scopes: ['READ'], groups: ['1'] }))],
    endpoints: {
      'GET /docs': { scopes: ['READ'] },
      'GET /admin': { scopes: ['ADMIN'] },
      'POST /notes': { scopes: [], group: { body: readGroup } },
    },
  });

const GOOD = { authorization: 'Bearer good' };

describe('HTTP/2', () => {
  async function start() {
    const seen: unknown[] = [];
    const app = Fastify({ http2: true });
    await app.register(requireAuth(createTestGuard()));
    app.get('/docs', ({ auth }) => auth?.subject);
    app.get('/admin', () => 'admin');
    app.post('/notes', ({ body }) => {
      seen.push(body);
      return 'kept';
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const session = connect(`http://127.0.0.1:${port}`);
    onTestFinished(async () => {
      session.close();
      await app.close();
    });
    return { seen, send: (headers: object, body?: string) => send(session, headers, body) };
  }

  async function send(session: ClientHttp2Session, headers: object, body?: string) {
    const stream = session.request({ ':method': body === undefined ? 'GET' : 'POST', ...headers });
    const answered = once(stream, 'response');
    stream.end(body);
    const [answer] = (await answered) as [Record<string, unknown>];
    return {
      status: answer[':status'],
      challenge: answer['www-authenticate'],
      body: await text(stream),
    };
  }

  test('a request is decided by its pseudo-headers', async () => {
    const { send } = await start();
    expect(await send({ ':path': '/docs' })).toMatchObject({ status: 401, challenge: 'Bearer' });
    expect(await send({ ':path': '/docs', ...GOOD })).toMatchObject({ status: 200 });
    expect((await send({ ':path': '/admin', ...GOOD })).status).toBe(403);
    expect((await send({ ':path': '/docs/%2e%2e/admin', ...GOOD })).status).toBe(400);
    expect((await send({ ':path': '/nowhere', ...GOOD })).status).toBe(403);
  });

  test('a body without a length has its group checked', async () => {
    const { send, seen } = await start();
    const headers = { ':path': '/notes', 'content-type': 'application/json', ...GOOD };
    expect((await send(headers, '{"group":"1"}')).status).toBe(200);
    expect((await send(headers, '{"group":"2"}')).status).toBe(403);
    expect((await send(headers, '{"group":"1","group":"2"}')).status).not.toBe(200);
    expect((await send({ ...headers, 'content-type': 'text/plain' }, '{"group":"1"}')).status).toBe(
      400,
    );
    expect(seen).toEqual([{ group: '1' }]);
  });
});

describe('@fastify/websocket', () => {
  async function start() {
    let opened = 0;
    const app = Fastify();
    await app.register(fastifyWebSocket);
    await app.register(requireAuth(createTestGuard()));
    for (const path of ['/docs', '/admin']) {
      app.get(path, { websocket: true }, (socket, { auth }) => {
        opened++;
        socket.send(String(auth?.subject));
      });
    }
    await app.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => app.close());
    const { port } = app.server.address() as AddressInfo;
    const open = async (path: string, headers: Record<string, string> = {}) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
      onTestFinished(() => socket.terminate());
      const refused = once(socket, 'unexpected-response').then(
        ([, response]) => response.statusCode,
      );
      return Promise.race([refused, once(socket, 'message').then(([data]) => String(data))]);
    };
    return { open, count: () => opened };
  }

  test('a socket opens only for a token that the endpoint allows', async () => {
    const { open, count } = await start();
    expect(await open('/docs')).toBe(401);
    expect(await open('/admin', GOOD)).toBe(403);
    expect(await open('/nowhere', GOOD)).toBe(403);
    expect(count()).toBe(0);
    expect(await open('/docs', GOOD)).toBe(createPrincipal().subject);
  });
});
