import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import Router from '@koa/router';
import { createGuard, type Guard } from '@mandate/core';
import * as guardExpress from '@mandate/express';
import * as guardHono from '@mandate/hono';
import * as guardKoa from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const OPTIONAL = { endpoints: 'by-route', optional: true } as const;

/** `/open` needs no token. The other routes do, although the guard lets requests without one through. */
const HOSTS: Readonly<Record<string, (guard: Guard) => Server>> = {
  Express(guard) {
    const { requireAuth, optionalAuth, requireScopes, allowAnonymous } = guardExpress;
    const app = express().use(requireAuth(guard, OPTIONAL));
    app.get('/open', optionalAuth('A'), (_req, res) => res.end('served'));
    app.get('/closed', requireScopes(), (_req, res) => res.end('served'));
    app.get('/kiosk', allowAnonymous(), requireScopes(), (_req, res) => res.end('served'));
    app.get('/both', optionalAuth(), requireScopes('A'), (_req, res) => res.end('served'));
    return createServer(app);
  },
  Koa(guard) {
    const { requireAuth, optionalAuth, requireScopes, allowAnonymous } = guardKoa;
    const router = new Router<guardKoa.AuthState>();
    const serve = (ctx: { body: unknown }) => {
      ctx.body = 'served';
    };
    router.get('/open', optionalAuth('A'), serve);
    router.get('/closed', requireScopes(), serve);
    router.get('/kiosk', allowAnonymous(), requireScopes(), serve);
    router.get('/both', optionalAuth(), requireScopes('A'), serve);
    const app = new Koa<guardKoa.AuthState>();
    return createServer(app.use(requireAuth(guard, OPTIONAL)).use(router.routes()).callback());
  },
  Hono(guard) {
    const { requireAuth, optionalAuth, requireScopes, allowAnonymous } = guardHono;
    const app = new Hono<guardHono.AuthEnv>();
    app.use(requireAuth(guard, OPTIONAL));
    app.get('/open', optionalAuth('A'), (c) => c.text('served'));
    app.get('/closed', requireScopes(), (c) => c.text('served'));
    app.get('/kiosk', allowAnonymous(), requireScopes(), (c) => c.text('served'));
    app.get('/both', optionalAuth(), requireScopes('A'), (c) => c.text('served'));
    return createAdaptorServer({ fetch: app.fetch }) as Server;
  },
};

describe.each(Object.entries(HOSTS))('a guard with optional tokens on %s', (_host, serve) => {
  async function ask(path: string, headers: Readonly<Record<string, string>> = {}) {
    const verifiers = [verifierOf(createPrincipal({ scopes: ['A'] }))];
    const origin = await listen(serve(createGuard({ verifiers })));
    return (await fetch(origin + path, { headers })).status;
  }

  test.each(['/closed', '/kiosk', '/both'])('still needs one at %s', async (path) => {
    expect(await ask(path)).toBe(401);
    expect(await ask(path, { authorization: 'Bearer good' })).toBe(200);
  });

  test('needs none at a route with optionalAuth, but rejects another scheme there', async () => {
    expect(await ask('/open')).toBe(200);
    expect(await ask('/open', { authorization: 'Bearer good' })).toBe(200);
    expect(await ask('/open', { authorization: 'Basic YWRhOnNlY3JldA==' })).toBe(401);
  });
});
