import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import Router from '@koa/router';
import { createGuard, type Guard } from '@mandate/core';
import * as onExpress from '@mandate/express';
import * as checkExpress from '@mandate/express/check-routes';
import * as onHono from '@mandate/hono';
import * as checkHono from '@mandate/hono/check-routes';
import * as onKoa from '@mandate/koa';
import * as checkKoa from '@mandate/koa/check-routes';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const BY_ROUTE = { endpoints: 'by-route' } as const;

/** `/own` has a rule of the guard before it, and `/other` one of another guard. */
const HOSTS: Readonly<Record<string, (guard: Guard, other: Guard) => Server>> = {
  Express(guard, other) {
    const auth = onExpress.requireAuth(guard, BY_ROUTE);
    const app = express().set('env', 'test').use(auth);
    app.get('/own', auth.requireScopes('A'), (_req, res) => res.end('served'));
    app.get('/claim', auth.requireClaim('plan', 'pro'), (_req, res) => res.end('served'));
    const { requireScopes } = onExpress.requireAuth(other, BY_ROUTE);
    app.get('/other', requireScopes('A'), (_req, res) => res.end('served'));
    checkExpress.checkRoutes(app);
    return createServer(app);
  },
  Koa(guard, other) {
    const auth = onKoa.requireAuth(guard, BY_ROUTE);
    const router = new Router<onKoa.AuthState>();
    const serve = (ctx: { body: unknown }) => {
      ctx.body = 'served';
    };
    router.get('/own', auth.requireScopes('A'), serve);
    router.get('/claim', auth.requireClaim('plan', 'pro'), serve);
    const { requireScopes } = onKoa.requireAuth(other, BY_ROUTE);
    router.get('/other', requireScopes('A'), serve);
    const app = new Koa<onKoa.AuthState>().use(auth).use(router.routes());
    app.silent = true;
    checkKoa.checkRoutes(app);
    return createServer(app.callback());
  },
  Hono(guard, other) {
    const auth = onHono.requireAuth(guard, BY_ROUTE);
    const { requireScopes } = onHono.requireAuth(other, BY_ROUTE);
    const app = new Hono()
      .use(auth)
      .get('/own', auth.requireScopes('A'), (c) => c.text('served'))
      .get('/claim', auth.requireClaim('plan', 'pro'), (c) => c.text('served'))
      .get('/other', requireScopes('A'), (c) => c.text('served'))
      .onError((_error, c) => c.text('a fault', 500));
    checkHono.checkRoutes(app);
    return createAdaptorServer({ fetch: app.fetch }) as Server;
  },
};

describe.each(Object.entries(HOSTS))('the rules of requireAuth(guard) on %s', (_host, serve) => {
  async function ask(path: string, scopes: readonly string[]): Promise<number> {
    const verifiers = [verifierOf(createPrincipal({ scopes, claims: { plan: 'free' } }))];
    const origin = await listen(serve(createGuard({ verifiers }), createGuard({ verifiers })));
    return (await fetch(origin + path, { headers: { authorization: 'Bearer good' } })).status;
  }

  test('decide as those of the package do', async () => {
    expect(await ask('/own', ['A'])).toBe(200);
    expect(await ask('/own', ['B'])).toBe(403);
    expect(await ask('/claim', ['A'])).toBe(403);
  });

  test('are a fault on a request that another guard allowed', async () => {
    expect(await ask('/other', ['A'])).toBe(500);
  });
});

describe('the list of scopes', () => {
  const verifiers = [verifierOf(createPrincipal({}))];

  test('counts every spelling that is the same scope', () => {
    const guard = createGuard({
      verifiers,
      scopes: ['search'],
      normalizeScope: (scope) => scope.toLowerCase(),
      endpoints: JSON.parse('{ "GET /a": { "scopes": ["SEARCH"] } }'),
    });
    expect(guard.scopes).toEqual(['search']);
  });

  test('must be a list', () => {
    const scopes = 'SEARCH' as unknown as string[];
    expect(() => createGuard({ verifiers, scopes })).toThrow('createGuard: scopes must be a list');
  });

  test('is copied, so that it cannot change later', () => {
    const scopes = ['A'];
    const guard = createGuard({ verifiers, scopes });
    scopes.push('B');
    expect(guard.scopes).toEqual(['A']);
  });
});
