import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { FetchHandler } from '@mandate/core';
import { createGuard } from '@mandate/core';
import * as guardExpress from '@mandate/express';
import * as guardHono from '@mandate/hono';
import * as guardKoa from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import mount from 'koa-mount';
import { Response as ForeignResponse } from 'undici';
import { describe, expect, test } from 'vitest';
import { type RawResponse, sendRaw } from '../contract/raw-http.js';
import { listen } from '../support/listen.js';
import { createPrincipal } from '../support/static-verifier.js';

const guard = createGuard({
  verifiers: [{ accepts: () => true, verify: () => createPrincipal({ scopes: ['READ'] }) }],
  endpoints: {
    'GET /admin/status': { scopes: ['READ'] },
    'GET /admin/tokens': { scopes: ['ADMIN'] },
  },
});

const tellUrl: FetchHandler = async ({ url }) => new Response(url);

const tellMountPath: FetchHandler = async (_request, { mountPath }) => new Response(mountPath);

const HOSTS: Readonly<Record<string, () => Server>> = {
  Express() {
    const app = express().set('env', 'production');
    app.use(guardExpress.requireAuth(guard));
    app.use('/admin', guardExpress.mountFetch(tellUrl));
    return createServer(app);
  },
  Koa() {
    const app = new Koa<guardKoa.AuthState>();
    app.silent = true;
    app.use(guardKoa.requireAuth(guard));
    app.use(mount('/admin', guardKoa.mountFetch(tellUrl)));
    return createServer(app.callback());
  },
};

describe.each(Object.entries(HOSTS))('a handler mounted in %s', (_name, create) => {
  async function ask(host: string) {
    const port = Number(new URL(await listen(create())).port);
    return sendRaw(port, {
      method: 'GET',
      target: '/admin/status?x=1',
      headers: [`Host: ${host}`, 'Authorization: Bearer token'],
    });
  }

  test.each([
    'api.example',
    'api_1.example:8080',
    'api.example:',
    '192.0.2.7:80',
    '[2001:db8::7]:80',
    '[::ffff:192.0.2.7]',
  ])('receives the judged path, at the host %s', async (host) => {
    const { status, body } = await ask(host);
    expect(status).toBe(200);
    expect(new URL(body).pathname).toBe('/status');
    expect(new URL(body).host).toBe(new URL(`http://${host}`).host);
  });

  test.each([
    'api.example/tokens?',
    'api.example/tokens#',
    'api.example\\tokens?',
    'api.example?',
    'api.example#',
    'user@api.example',
    'api.example/x',
    'api .example',
    'api.example:99999',
    'api.example, api.example/tokens?',
    '[',
    '[2001:db8::7]tokens',
    '',
  ])('is not reached at the invalid host "%s"', async (host) => {
    expect(await ask(host)).toMatchObject({ status: 400, body: 'Bad Request' });
  });

  test('ignores a second host', async () => {
    const port = Number(new URL(await listen(create())).port);
    const { body } = await sendRaw(port, {
      method: 'GET',
      target: '/admin/status',
      headers: ['Host: api.example', 'Host: x/tokens?', 'Authorization: Bearer token'],
    });
    expect(body).not.toContain('tokens');
  });
});

/** Without a guard, which rejects these methods before they come so far. */
const UNGUARDED: Readonly<Record<string, () => Server>> = {
  Express: () => createServer(express().use(guardExpress.mountFetch(tellUrl))),
  Koa: () => createServer(new Koa().use(guardKoa.mountFetch(tellUrl)).callback()),
  Hono() {
    const app = new Hono();
    app.use(guardHono.mountFetch(tellUrl));
    return createAdaptorServer({ fetch: app.fetch }) as Server;
  },
};

test.each(Object.entries(UNGUARDED))(
  'a method that no web-standard request can have is not implemented in %s',
  async (_name, create) => {
    const port = Number(new URL(await listen(create())).port);
    const headers = ['Host: api.example'];
    const { status } = await sendRaw(port, { method: 'TRACE', target: '/x', headers });
    expect(status).toBe(501);
  },
);

/** An absolute target would come behind the host in the address that the handler sees, and name another. */
test.each(['http://other.example/admin/x', 'http://other.example/x', '*'])(
  'a target that is not a path is rejected, and is not a fault of the server: %s',
  async (target) => {
    const onExpress = express().set('env', 'production');
    onExpress.use('/admin', guardExpress.mountFetch(tellUrl)).use(guardExpress.mountFetch(tellUrl));
    const onKoa = new Koa().use(mount('/admin', guardKoa.mountFetch(tellUrl)));
    onKoa.use(guardKoa.mountFetch(tellUrl)).silent = true;
    for (const listener of [onExpress, onKoa.callback()]) {
      const port = Number(new URL(await listen(createServer(listener))).port);
      const headers = ['Host: api.example'];
      const answer = await sendRaw(port, { method: 'GET', target, headers });
      expect(answer).toMatchObject({ status: 400, body: 'Bad Request' });
    }
  },
);

describe('a handler gets the part of the path that the host removed', () => {
  const onExpress = () => {
    const inner = express.Router().use('/console', guardExpress.mountFetch(tellMountPath));
    const app = express().use('/admin', inner).use(guardExpress.mountFetch(tellMountPath));
    return createServer(app);
  };
  const onKoa = () => {
    const inner = new Koa().use(mount('/console', guardKoa.mountFetch(tellMountPath)));
    const app = new Koa().use(mount('/admin', inner));
    return createServer(app.use(guardKoa.mountFetch(tellMountPath)).callback());
  };

  test.each([
    ['Express', onExpress],
    ['Koa', onKoa],
  ])('on %s', async (_name, create) => {
    const origin = await listen(create());
    const ask = async (path: string) => (await fetch(origin + path)).text();
    expect(await ask('/admin/console/tokens?a=/b')).toBe('/admin/console');
    expect(await ask('/admin/console/')).toBe('/admin/console');
    expect(await ask('/admin/console')).toBe('/admin/console');
    expect(await ask('/')).toBe('');
    expect(await ask('/tokens/')).toBe('');
  });
});

describe("a handler's response", () => {
  const serve = async (handler: FetchHandler, create: (handler: FetchHandler) => Server) =>
    Number(new URL(await listen(create(handler))).port);
  const hosts: Readonly<Record<string, (handler: FetchHandler) => Server>> = {
    Express(handler) {
      const app = express().set('env', 'test');
      return createServer(app.use(guardExpress.mountFetch(handler)));
    },
    Koa(handler) {
      const app = new Koa().use(guardKoa.mountFetch(handler));
      app.silent = true;
      return createServer(app.callback());
    },
    Hono: (handler) => {
      const app = new Hono().all('*', guardHono.mountFetch(handler));
      return createAdaptorServer({ fetch: app.fetch }) as Server;
    },
  };
  const linesOf = ({ headers }: RawResponse, name: string) =>
    headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);

  describe.each(Object.entries(hosts))('in %s', (_name, create) => {
    test('keeps its cookies separate', async () => {
      const headers = new Headers({ 'content-type': 'text/plain' });
      headers.append('set-cookie', 'a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT');
      headers.append('set-cookie', 'b=2');
      const port = await serve(async () => new Response('c', { headers }), create);
      const response = await sendRaw(port, { method: 'GET', target: '/', headers: [] });
      expect(response).toMatchObject({ status: 200, body: 'c' });
      expect(linesOf(response, 'set-cookie')).toEqual(headers.getSetCookie());
    });

    test('has no invented length in the answer to HEAD', async () => {
      const port = await serve(async () => new Response('a long body'), create);
      const response = await sendRaw(port, { method: 'HEAD', target: '/', headers: [] });
      expect(['11', undefined]).toContain(linesOf(response, 'content-length')[0]);
    });

    test('may fail in the middle of its body', async () => {
      const fails = async () => {
        const body = new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('part'));
            setImmediate(() => controller.error(new Error('a fault of the application')));
          },
        });
        return new Response(body);
      };
      const port = await serve(fails, create);
      const head = await sendRaw(port, { method: 'HEAD', target: '/', headers: [] });
      expect(head).toMatchObject({ status: 200, body: '' });
      const { text } = await sendRaw(port, { method: 'GET', target: '/', headers: [] });
      expect(text).not.toContain('a fault');
    });

    test.each([200, 204, 303, 304, 404])('may have no body: %i', async (status) => {
      const headers = { etag: '"x"' };
      const port = await serve(async () => new Response(null, { status, headers }), create);
      const response = await sendRaw(port, { method: 'GET', target: '/', headers: [] });
      expect(response).toMatchObject({ status, body: '' });
      expect(linesOf(response, 'etag')).toEqual(['"x"']);
    });

    test('may be a response of another library', async () => {
      const made = new ForeignResponse('no', { status: 403 }) as unknown as Response;
      const port = await serve(async () => made, create);
      const response = await sendRaw(port, { method: 'GET', target: '/', headers: [] });
      expect(response).toMatchObject({ status: 403, body: 'no' });
    });
  });

  test('keeps the cookies that Koa set before', async () => {
    const headers = { 'set-cookie': 'a=1' };
    const app = new Koa().use((ctx, next) => {
      ctx.cookies.set('session', '7', { httpOnly: false });
      return next();
    });
    app.use(guardKoa.mountFetch(async () => new Response('c', { headers })));
    const port = Number(new URL(await listen(createServer(app.callback()))).port);
    const response = await sendRaw(port, { method: 'GET', target: '/', headers: [] });
    expect(linesOf(response, 'set-cookie')).toEqual(['session=7; path=/', 'a=1']);
  });
});
