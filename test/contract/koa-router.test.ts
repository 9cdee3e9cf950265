import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import { createGuard } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { requireAuth } from '@mandate/koa';
import Koa, { type Middleware } from 'koa';
import { describe, expect, test } from 'vitest';
import { createIssuers } from './issuers.js';
import { sendRaw } from './raw-http.js';

const guard = createGuard({ verifiers: [createJwtVerifier(createIssuers())] });

/** The status of a request without a token to a handler below `/api`. */
async function ask(
  target: string,
  protect: (router: Router, guard: Middleware) => void,
  sensitive = false,
) {
  const router = new Router({ prefix: '/api', sensitive });
  protect(router, requireAuth(guard) as Middleware);
  router.get('/secret', (ctx) => {
    ctx.body = 'secret';
  });
  const app = new Koa().use(router.routes());
  const server = createServer(app.callback() as RequestListener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { status } = await sendRaw(port, { method: 'GET', target, headers: [] });
  server.close();
  return status;
}

describe('a @koa/router with a prefix', () => {
  const targets = ['/api/secret', '/API/secret', '/Api/secret/'];

  test.each(targets)('guards %s when the guard is used with an empty path', async (target) => {
    expect(await ask(target, (router, middleware) => router.use('', middleware))).toBe(401);
  });

  test.each(targets)('guards %s when the router is case-sensitive', async (target) => {
    const status = await ask(target, (router, middleware) => router.use(middleware), true);
    expect(status).toBe(target === '/api/secret' ? 401 : 404);
  });

  // When this fails, @koa/router compares both in the same way, so remove the warning in the README.
  test('compares the prefix of `use(middleware)` with its case, and that of its routes without', async () => {
    expect(await ask('/api/secret', (router, middleware) => router.use(middleware))).toBe(401);
    expect(await ask('/API/secret', (router, middleware) => router.use(middleware))).toBe(200);
  });
});
