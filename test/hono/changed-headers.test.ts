import type { IncomingMessage } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createGuard, type TokenVerifier } from '@mandate/core';
import { type AuthEnv, requireAuth } from '@mandate/hono';
import { Hono, type MiddlewareHandler } from 'hono';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal } from '../support/static-verifier.js';

/** Every token is good, and stands for whom it names. */
const verifier: TokenVerifier = {
  accepts: () => true,
  verify: ({ token }) => createPrincipal({ subject: token, groups: ['a', 'b'] }),
};

const guard = createGuard({
  verifiers: [verifier],
  endpoints: { 'GET /who': { scopes: [], group: { header: 'x-group' } } },
});

/** A server that answers with who was let in, behind this middleware. */
async function serve(
  middleware: MiddlewareHandler,
  change: (message: IncomingMessage) => void = () => undefined,
) {
  const app = new Hono<AuthEnv>();
  app.use(middleware);
  app.use(requireAuth(guard));
  app.get('/who', (c) => {
    const seen = [c.req.header('authorization'), c.req.header('x-group')];
    return c.text(`${c.var.auth.subject} ${seen.join(' ')}`);
  });
  const answer = getRequestListener(app.fetch);
  const origin = await listen((message, response) => {
    change(message);
    void answer(message, response);
  });
  return async (headers: Record<string, string>) => {
    const response = await fetch(`${origin}/who`, { headers });
    return response.ok ? response.text() : response.status;
  };
}

const ada = { authorization: 'Bearer ada', 'x-group': 'a' };

describe('headers that an earlier middleware changed', () => {
  test('count if nothing changed', async () => {
    const ask = await serve((_c, next) => next());
    for (let i = 0; i < 3; i++) expect(await ask(ada)).toBe('ada Bearer ada a');
    expect(await ask({ authorization: 'Bearer bob', 'x-group': 'c' })).toBe(403);
    expect(await ask({})).toBe(401);
  });

  test('count if they were changed in place', async () => {
    const ask = await serve((c, next) => {
      if (c.req.raw.headers.get('x-swap') !== null) {
        c.req.raw.headers.set('authorization', 'Bearer eve');
        c.req.raw.headers.set('x-group', 'b');
      }
      return next();
    });
    for (let i = 0; i < 3; i++) {
      expect(await ask(ada)).toBe('ada Bearer ada a');
      expect(await ask({ ...ada, 'x-swap': '1' })).toBe('eve Bearer eve b');
    }
  });

  test('count if the request was replaced', async () => {
    const ask = await serve((c, next) => {
      const headers = { authorization: 'Bearer eve', 'x-group': 'b' };
      c.req.raw = new Request(c.req.raw, { headers });
      return next();
    });
    for (let i = 0; i < 3; i++) expect(await ask(ada)).toBe('eve Bearer eve b');
  });

  test('count if the headers were replaced', async () => {
    const ask = await serve((c, next) => {
      const value = new Headers({ authorization: 'Bearer eve', 'x-group': 'b' });
      Object.defineProperty(c.req.raw, 'headers', { value });
      return next();
    });
    for (let i = 0; i < 3; i++) expect(await ask(ada)).toBe('eve Bearer eve b');
  });

  test('count as Hono sees them if they were changed before Hono', async () => {
    const ask = await serve(
      (_c, next) => next(),
      ({ headers }) => Object.assign(headers, { authorization: 'Bearer eve', 'x-group': 'b' }),
    );
    for (let i = 0; i < 3; i++) expect(await ask(ada)).toBe('ada Bearer ada b');
  });

  test('count if the token was removed', async () => {
    const ask = await serve((c, next) => {
      c.req.raw.headers.delete('authorization');
      return next();
    });
    for (let i = 0; i < 3; i++) expect(await ask(ada)).toBe(401);
  });
});
