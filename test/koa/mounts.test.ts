import { createServer } from 'node:http';
import Router from '@koa/router';
import { createGuard } from '@mandate/core';
import { type AuthState, markMount, requireAuth } from '@mandate/koa';
import Koa from 'koa';
import mount from 'koa-mount';
import { expect, test } from 'vitest';
import { sendRaw } from '../contract/raw-http.js';
import { listen } from '../support/listen.js';
import { createPrincipal } from '../support/static-verifier.js';

/** A front page that is public, and below it an application whose own root is not. */
const guard = createGuard({
  verifiers: [{ accepts: () => true, verify: () => createPrincipal({ scopes: ['API'] }) }],
  endpoints: { 'GET /': 'public', 'GET /api': { scopes: ['API'] }, 'GET /api/v1': { scopes: [] } },
});

function createApi(prefixes: readonly string[]): Koa<AuthState> {
  const api = new Koa<AuthState>();
  const router = new Router<AuthState>().get('/', (ctx) => {
    ctx.body = ctx.state.auth.subject;
  });
  api.use(requireAuth(guard)).use(router.routes());
  return prefixes.reduceRight((inner, prefix) => {
    const outer = new Koa<AuthState>();
    outer.silent = true;
    return outer.use(markMount(mount(prefix, inner), { path: prefix, app: inner }));
  }, api);
}

test.each([
  { prefixes: ['/api'], target: '/api' },
  { prefixes: ['/api'], target: '/api?x=/' },
  { prefixes: ['/api'], target: '/api/' },
  { prefixes: ['/api/'], target: '/api/' },
  { prefixes: ['/api', '/v1'], target: '/api/v1' },
  { prefixes: ['/api', '/v1'], target: '/api/v1/' },
])('the mount point of $prefixes itself is judged as $target', async ({ prefixes, target }) => {
  const origin = await listen(createServer(createApi(prefixes).callback()));
  const port = Number(new URL(origin).port);
  expect(await sendRaw(port, { method: 'GET', target, headers: [] })).toMatchObject({
    status: 401,
  });
  const headers = ['Authorization: Bearer token'];
  const { status, body } = await sendRaw(port, { method: 'GET', target, headers });
  expect([status, body]).toEqual([200, createPrincipal({}).subject]);
});
