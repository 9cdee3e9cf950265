import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createGuard } from '@mandate/core';
import { type AuthEnv, requireAuth } from '@mandate/hono';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal } from '../support/static-verifier.js';

/** Each token has the scope that it is named after. */
const guard = createGuard({
  verifiers: [
    {
      accepts: () => true,
      verify: ({ token }) => createPrincipal({ subject: token, scopes: [token] }),
    },
  ],
  endpoints: {
    'POST /batch': { scopes: ['BATCH'] },
    'GET /admin': { scopes: ['ADMIN'] },
  },
});

/** A batch endpoint that calls the application itself, once with each of its ways to do so. */
function createBatchApp(): Hono<AuthEnv> {
  const app = new Hono<AuthEnv>();
  app.use(requireAuth(guard));
  app.get('/admin', (c) => c.text(`admin for ${c.var.auth.subject}`));
  app.post('/batch', async (c) => {
    const { path, authorization } = await c.req.json();
    const headers: HeadersInit = authorization === undefined ? {} : { authorization };
    const inner = new Request(`http://inner.example${path}`, { headers });
    const responses = await Promise.all([
      app.request(path, { headers }, c.env),
      app.fetch(inner, c.env),
      app.fetch(inner.clone()),
    ]);
    return c.json(await Promise.all(responses.map(async (r) => [r.status, await r.text()])));
  });
  return app;
}

describe('a request that a handler makes to its own application', () => {
  const batch = async (body: object) => {
    const origin = await listen(createAdaptorServer({ fetch: createBatchApp().fetch }) as Server);
    const headers = { authorization: 'Bearer BATCH', 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await (await fetch(`${origin}/batch`, init)).json()) as [number, string][];
  };

  test('is authorized by its own token, not by that of the outer request', async () => {
    const answers = await batch({ path: '/admin', authorization: 'Bearer ADMIN' });
    expect(answers).toEqual(Array(3).fill([200, 'admin for ADMIN']));
  });

  test('has no token if it was given none', async () => {
    const answers = await batch({ path: '/admin' });
    expect(answers.map(([status]) => status)).toEqual([401, 401, 401]);
  });

  test('is authorized by its own path', async () => {
    const answers = await batch({ path: '/admin', authorization: 'Bearer BATCH' });
    expect(answers.map(([status]) => status)).toEqual([403, 403, 403]);
  });

  test('is rejected if its own path is ambiguous', async () => {
    const answers = await batch({ path: '/x%2fadmin', authorization: 'Bearer ADMIN' });
    expect(answers.map(([status]) => status)).toEqual([400, 400, 400]);
  });
});

test('a guard inside app.mount judges the rest of the path, and a guard before it the whole path', async () => {
  const inner = new Hono<AuthEnv>().use(requireAuth(guard)).get('/admin', (c) => c.text('admin'));
  const headers = { authorization: 'Bearer ADMIN' };
  const status = async (app: Hono<AuthEnv>) =>
    (await app.request('/inner/admin', { headers })).status;
  expect(await status(new Hono<AuthEnv>().mount('/inner', inner.fetch))).toBe(200);
  const outer = new Hono<AuthEnv>().use(requireAuth(guard));
  expect(await status(outer.mount('/inner', inner.fetch))).toBe(403);
});
