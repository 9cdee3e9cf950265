import { getRequestListener } from '@hono/node-server';
import Router from '@koa/router';
import type { EndpointMap, Guard } from '@mandate/core';
import { requireAuth as requireExpress } from '@mandate/express';
import '@mandate/express/typed-auth';
import { type AuthEnv, requireAuth as requireHono } from '@mandate/hono';
import { type AuthState, requireAuth as requireKoa } from '@mandate/koa';
import type { TestApp } from '@mandate/testing';
import express, { type Express } from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import injectRequest from 'light-my-request';

export const ENDPOINTS: EndpointMap = {
  'GET /health': 'public',
  'GET /documents/:id': { scopes: ['DOCUMENTS'] },
  'DELETE /documents/:id': { scopes: ['DOCUMENTS', 'ADMIN'] },
  'POST /search': { scopes: { anyOf: ['SEARCH', 'ADMIN'] } },
  'GET /groups/:groupid/visitors': { scopes: [], group: { path: 'groupid' } },
};

/** What ran, so that tests see whether a handler did. */
export type Ran = string[];

export function createExpressApp(guard: Guard, ran: Ran = []): Express {
  const app = express();
  app.use(requireExpress(guard), express.json());
  app.all('/{*path}', (req, res) => {
    ran.push(`${req.method} ${req.path}`);
    res.json({ subject: req.auth.subject, actor: req.auth.actor?.subject });
  });
  return app;
}

export function createKoaApp(guard: Guard, ran: Ran = []): Koa<AuthState> {
  const router = new Router<AuthState>();
  router.all('/{*path}', (ctx) => {
    ran.push(`${ctx.method} ${ctx.path}`);
    const { subject, actor } = ctx.state.auth;
    ctx.body = { subject, actor: actor?.subject };
  });
  const app = new Koa<AuthState>();
  app.use(requireKoa(guard));
  app.use(router.routes());
  return app;
}

export function createHonoApp(guard: Guard, ran: Ran = []): Hono<AuthEnv> {
  const app = new Hono<AuthEnv>();
  app.use(requireHono(guard));
  app.all('/*', (c) => {
    ran.push(`${c.req.method} ${c.req.path}`);
    const { subject, actor } = c.var.auth;
    return c.json({ subject, actor: actor?.subject });
  });
  return app;
}

/** The Hono app, called without a socket by the library with which Fastify does so. */
export function createInjectedApp(guard: Guard, ran: Ran = []): TestApp {
  const listener = getRequestListener(createHonoApp(guard, ran).fetch);
  return {
    inject: ({ method, url, headers, payload }) =>
      injectRequest(listener, {
        method: method as 'GET',
        url,
        headers,
        ...(payload !== undefined && { payload }),
      }),
  };
}

export const HOSTS: Readonly<Record<string, (guard: Guard, ran?: Ran) => TestApp>> = {
  Express: createExpressApp,
  Koa: createKoaApp,
  Hono: createHonoApp,
  'an injected app': createInjectedApp,
};
