import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createGuard, type Guard } from '@mandate/core';
import { createTokenFinder, type TokenReader } from '@mandate/core/token-places';
import * as guardExpress from '@mandate/express';
import * as guardHono from '@mandate/hono';
import * as guardKoa from '@mandate/koa';
import cookieParser from 'cookie-parser';
import express, { type Request } from 'express';
import { type Context, Hono } from 'hono';
import { getSignedCookie, setSignedCookie } from 'hono/cookie';
import Koa, { type ParameterizedContext } from 'koa';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const SECRET = 'a secret for cookies';

interface Host {
  readonly read: TokenReader;
  /** `/login` sets the signed cookie; everything else is guarded. */
  serve(guard: Guard): Server;
}

const HOSTS: Readonly<Record<string, Host>> = {
  Express: {
    read: (_, host) => (host as Request).signedCookies['token'] || undefined,
    serve(guard) {
      const app = express().use(cookieParser(SECRET));
      app.get('/login', (_req, res) => res.cookie('token', 'good', { signed: true }).end());
      app.use(guardExpress.requireAuth(guard), (_req, res) => res.end('served'));
      return createServer(app);
    },
  },
  Koa: {
    read: (_, host) => (host as ParameterizedContext).cookies.get('token', { signed: true }),
    serve(guard) {
      const app = new Koa({ keys: [SECRET] });
      app.use((ctx, next) => {
        if (ctx.path !== '/login') return next();
        ctx.cookies.set('token', 'good', { signed: true });
        ctx.body = '';
        return undefined;
      });
      app.use(guardKoa.requireAuth(guard)).use((ctx) => {
        ctx.body = 'served';
      });
      return createServer(app.callback());
    },
  },
  Hono: {
    read: async (_, host) => (await getSignedCookie(host as Context, SECRET, 'token')) || undefined,
    serve(guard) {
      const app = new Hono();
      app.get('/login', async (c) => {
        await setSignedCookie(c, 'token', 'good', SECRET);
        return c.body(null);
      });
      app.use(guardHono.requireAuth(guard)).all('*', (c) => c.text('served'));
      return createAdaptorServer({ fetch: app.fetch }) as Server;
    },
  },
};

describe.each(Object.entries(HOSTS))('a signed cookie on %s', (_name, { read, serve }) => {
  async function start() {
    const guard = createGuard({
      verifiers: [verifierOf(createPrincipal())],
      token: createTokenFinder([{ cookie: 'token', read }]),
      endpoints: { 'GET /': { scopes: [] }, 'POST /': { scopes: [] } },
    });
    const origin = await listen(serve(guard));
    const login = await fetch(`${origin}/login`);
    const cookie = login.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    return { origin, cookie };
  }

  test("is read with the host's own function", async () => {
    const { origin, cookie } = await start();
    expect((await fetch(origin, { headers: { cookie } })).status).toBe(200);
  });

  test('with another signature is not a token', async () => {
    const { origin, cookie } = await start();
    const forged = cookie.replaceAll('good', 'evil');
    expect((await fetch(origin, { headers: { cookie: forged } })).status).toBe(401);
    expect((await fetch(origin, { headers: { cookie: 'token=good' } })).status).toBe(401);
  });

  test('brings protection against CSRF', async () => {
    const { origin, cookie } = await start();
    const post = (headers: Readonly<Record<string, string>>) =>
      fetch(origin, { method: 'POST', headers: { cookie, ...headers } });
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({})).status).toBe(403);
  });
});
