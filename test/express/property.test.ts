import { createGuard, type Guard } from '@mandate/core';
import { mountFetch, type RequireAuthOptions, requireAuth, requireScopes } from '@mandate/express';
import express, { type RequestHandler } from 'express';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal } from '../support/static-verifier.js';

const guard: Guard = createGuard({
  verifiers: [{ accepts: () => true, verify: () => createPrincipal({ scopes: ['A'] }) }],
  endpoints: { 'GET /*': { scopes: [] } },
});

/** Answers the names of the properties that hold the principal. */
const showProperties: RequestHandler = (req, res) => {
  const names = ['auth', 'principal'].filter((name) => name in req);
  res.end(names.join());
};

/** Another library's middleware: it puts its own result at `req.auth`. */
const overwriteAuth: RequestHandler = (req, _res, next) => {
  Object.assign(req, { auth: { subject: 'mallory', scopes: ['A', 'B'] } });
  next();
};

async function ask(app: express.Express): Promise<string> {
  const headers = { authorization: 'Bearer good' };
  const response = await fetch(`${await listen(app)}/x`, { headers });
  return `${response.status} ${await response.text()}`;
}

describe('the property of the request that gets the principal', () => {
  test.each([
    [undefined, '200 auth'],
    ['principal', '200 principal'],
  ])('%s', async (property, answer) => {
    const app = express().use(requireAuth(guard, { property })).use(showProperties);
    expect(await ask(app)).toBe(answer);
  });

  test.each(['', 'a-b', '__proto__', 'url', 'headers', 'body', 'get', 'toString', 5, null])(
    'cannot be %s',
    (property) => {
      const options = { property } as RequireAuthOptions;
      expect(() => requireAuth(guard, options)).toThrow(TypeError);
    },
  );

  test('does not affect what a rule at a route reads', async () => {
    const app = express().use(requireAuth(guard, { endpoints: 'by-route' }), overwriteAuth);
    app.get('/x', requireScopes('B'), showProperties);
    expect(await ask(app)).toMatch(/^403 /);
  });

  test('does not affect what a mounted handler receives', async () => {
    const handler = mountFetch(async (_request, { principal }) => {
      return new Response(principal?.subject);
    });
    const app = express().use(requireAuth(guard), overwriteAuth, handler);
    expect(await ask(app)).toBe(`200 ${createPrincipal().subject}`);
  });
});
