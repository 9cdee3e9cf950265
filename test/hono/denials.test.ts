import { createGuard } from '@mandate/core';
import { type AuthEnv, requireAuth, requireScopes } from '@mandate/hono';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { expect, test } from 'vitest';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const guard = createGuard({ verifiers: [verifierOf(createPrincipal())] });
const later = createGuard({
  verifiers: [{ accepts: () => true, verify: async () => createPrincipal() }],
});

test.each([
  ['at once', guard],
  ['later', later],
])('a refusal has the headers that were set before it: %s', async (_when, guard) => {
  const app = new Hono<AuthEnv>();
  app.use(requestId(), (c, next) => {
    c.header('access-control-allow-origin', 'https://app.example');
    c.header('cache-control', 'public');
    c.header('set-cookie', 'a=1');
    c.header('set-cookie', 'b=2', { append: true });
    return next();
  });
  app.use('/by-map', requireAuth(guard));
  app.use('/by-route', requireAuth(guard, { endpoints: 'by-route' }));
  app.get('/by-route', requireScopes('A'), (c) => c.text('reached'));
  for (const path of ['/by-map', '/by-route']) {
    const headers = { authorization: 'Bearer good', 'x-request-id': '7' };
    const response = await app.request(path, { headers });
    expect(response.status).toBe(403);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      'x-request-id': '7',
    });
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toMatchObject({ status: 403 });
  }
});
