import { createGuard, type EndpointMap } from '@mandate/core';
import { requireAuth } from '@mandate/express';
import express, { type RequestHandler, Router } from 'express';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal } from '../support/static-verifier.js';

const answer: RequestHandler = (req, res) => void res.end(`handled ${req.path}`);

function createGuardOf(endpoints: EndpointMap) {
  const verify = () => createPrincipal();
  return createGuard({ verifiers: [{ accepts: () => true, verify }], endpoints });
}

async function request(app: express.Express, path: string) {
  const headers = { authorization: 'Bearer good' };
  return (await fetch(`${await listen(app)}${path}`, { headers })).status;
}

describe('requireAuth of Express', () => {
  test("compares paths with the settings that a mounted application's router was created with", async () => {
    const guard = createGuardOf({ 'GET /:page': 'public', 'GET /admin': { scopes: ['ADMIN'] } });
    // The sub-application makes its router before it inherits the setting of its parent.
    const sub = express().use(requireAuth(guard)).get('/admin', answer);
    const app = express().enable('case sensitive routing').use(sub);
    expect(await request(app, '/admin')).toBe(403);
    expect(await request(app, '/ADMIN')).toBe(403);
  });

  test('distinguishes the paths that the application distinguishes', async () => {
    const guard = createGuardOf({ 'GET /a': { scopes: [] } });
    const app = express().enable('case sensitive routing').enable('strict routing');
    app.use(requireAuth(guard)).get('/a', answer);
    expect([await request(app, '/a'), await request(app, '/A'), await request(app, '/a/')]).toEqual(
      [200, 403, 403],
    );
  });

  test('prefers the option routing to the settings', async () => {
    const guard = createGuardOf({ 'GET /a': { scopes: [] } });
    const routing = { caseSensitive: true, strict: true };
    const router = Router(routing).use(requireAuth(guard, { routing })).get('/a', answer);
    const app = express().use(router);
    expect([await request(app, '/a'), await request(app, '/A')]).toEqual([200, 403]);
  });

  test.each(['below the mount point', 'at the mount point', 'before it'])(
    'distinguishes a mount point from the same path with a slash, with the guard %s',
    async (place) => {
      const guard = createGuardOf({ 'GET /api': { scopes: [] }, 'GET /api/docs': { scopes: [] } });
      const app = express().enable('strict routing');
      const router = Router({ strict: true });
      if (place === 'below the mount point') router.use(requireAuth(guard));
      if (place === 'at the mount point') app.use('/api', requireAuth(guard));
      if (place === 'before it') app.use(requireAuth(guard));
      app.use('/api', router.get('/', answer).get('/docs', answer));
      expect([await request(app, '/api'), await request(app, '/api?x')]).toEqual([200, 200]);
      expect([await request(app, '/api/docs'), await request(app, '/api/docs/')]).toEqual([
        200, 403,
      ]);
      expect(await request(app, '/api/')).toBe(403);
    },
  );

  test('serves a request without rawHeaders, as serverless platforms create them', async () => {
    const guard = createGuardOf({ 'GET /a': { scopes: [] } });
    const app = express();
    app.use((req, _res, next) => {
      // Since Node 26 `headers` is built from `rawHeaders` when it is read: it must outlive them.
      Object.defineProperty(req, 'headers', { value: req.headers });
      Object.defineProperty(req, 'rawHeaders', { value: undefined });
      next();
    });
    app.use(requireAuth(guard)).get('/a', answer);
    expect(await request(app, '/a')).toBe(200);
  });

  test('uses the url of a message without originalUrl', async () => {
    const guard = createGuardOf({ 'GET /a': { scopes: [] } });
    const app = express();
    app.use((req, _res, next) => {
      Reflect.deleteProperty(req, 'originalUrl');
      next();
    });
    app.use(requireAuth(guard)).get(['/a', '/b'], answer);
    expect([await request(app, '/a?x'), await request(app, '/b')]).toEqual([200, 403]);
  });
});
