import { createServer, type RequestListener, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createGuard, type Guard } from '@mandate/core';
import { createResource } from '@mandate/core/resource';
import * as onExpress from '@mandate/express';
import * as onFastify from '@mandate/fastify';
import * as onHono from '@mandate/hono';
import * as onKoa from '@mandate/koa';
import express from 'express';
import express4 from 'express4';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import Koa from 'koa';
import { expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const guard = createGuard({
  verifiers: [verifierOf(createPrincipal())],
  resource: createResource({
    identifier: 'https://api.example.com',
    authorizationServers: ['https://sso.example.com/'],
  }),
  endpoints: { 'GET /documents': { scopes: ['DOCUMENTS'] } },
});

/** What middleware before the guard sets, as CORS middleware and a cache do. */
const BEFORE = {
  'access-control-expose-headers': 'X-Request-Id,ETag',
  'cache-control': 'public, max-age=60',
  'x-request-id': '1',
};

type Middleware = (guard: Guard) => Server | Promise<Server>;

const withExpress =
  (create: typeof express): Middleware =>
  (one) => {
    const app = create();
    app.use((_req, res, next) => {
      res.set(BEFORE);
      next();
    });
    return createServer(app.use(onExpress.requireAuth(one)));
  };

const withHono =
  (options: onHono.RequireAuthOptions): Middleware =>
  (one) => {
    const app = new Hono();
    app.use(cors({ origin: '*', exposeHeaders: ['X-Request-Id', 'ETag'] }));
    app.use((c, next) => {
      c.header('cache-control', BEFORE['cache-control']);
      c.header('x-request-id', BEFORE['x-request-id']);
      return next();
    });
    app.use(onHono.requireAuth(one, options)).get('/documents', (c) => c.text('served'));
    return createServer(getRequestListener(app.fetch));
  };

const HOSTS: Readonly<Record<string, Middleware>> = {
  'express 5': withExpress(express),
  'express 4': withExpress(express4 as unknown as typeof express),
  koa(one) {
    const app = new Koa();
    app.use((ctx, next) => {
      ctx.set(BEFORE);
      return next();
    });
    return createServer(app.use(onKoa.requireAuth(one)).callback() as RequestListener);
  },
  hono: withHono({}),
  'hono, with an error handler': withHono({ denials: 'throw' }),
  async fastify(one) {
    const app = Fastify();
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers(BEFORE);
    });
    await app.register(onFastify.requireAuth(one));
    app.get('/documents', () => 'served');
    await app.ready();
    return app.server;
  },
};

test.each(Object.entries(HOSTS))(
  'a refusal on %s is not cached, and exposes the challenge beside what is exposed already',
  async (_host, create) => {
    const origin = await listen((await create(guard as unknown as Guard)) as never);
    for (const [headers, status] of [
      [{}, 401],
      [{ authorization: 'Bearer good' }, 403],
    ] as const) {
      const response = await fetch(`${origin}/documents`, { headers });
      expect(response.status).toBe(status);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(response.headers.get('x-request-id')).toBe('1');
      expect(response.headers.get('access-control-expose-headers')).toBe(
        'X-Request-Id, ETag, WWW-Authenticate',
      );
    }
  },
);
