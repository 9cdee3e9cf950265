import { createServer } from 'node:http';
import middie from '@fastify/middie';
import serveStatic from '@fastify/static';
import type { EndpointMap } from '@mandate/core';
import { mountFetch, requireAuth, requireScopes } from '@mandate/fastify';
import { checkRoutes, listRoutes, trackRoutes } from '@mandate/fastify/check-routes';
import '@mandate/fastify/typed-auth';
import Fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { createStubGuard, readFaults } from '../support/stub-guard.js';

async function faultsOf(
  build: (app: FastifyInstance) => unknown,
  options: Parameters<typeof checkRoutes>[1] = {},
  settings: object = {},
): Promise<readonly string[]> {
  const app = Fastify(settings) as FastifyInstance;
  trackRoutes(app);
  await build(app);
  await app.ready();
  return readFaults(() => checkRoutes(app, options));
}

const guardOf = (endpoints: EndpointMap) => requireAuth(createStubGuard(endpoints));
const byRoute = () => requireAuth(createStubGuard(), { endpoints: 'by-route' });
const answer = () => 'answer';

describe('checkRoutes of Fastify', () => {
  test('accepts routes that the map has, also if they were registered before the guard', async () => {
    const faults = await faultsOf((app) => {
      app.register(guardOf({ 'GET /a': { scopes: [] }, 'GET /b/:id': { scopes: [] } }));
      app.get('/a', answer);
      app.register(async (inner) => void inner.get('/b/:id', answer));
    });
    expect(faults).toEqual([]);
  });

  test('reports a route outside the context of the guard', async () => {
    const faults = await faultsOf((app) => {
      app.get('/open', answer);
      app.register(async (api) => {
        await api.register(guardOf({ 'GET /a': { scopes: [] } }));
        api.get('/a', answer);
      });
    });
    expect(faults).toEqual(['GET /open has no rule']);
  });

  test('accepts a context that is older than the guard around it, because Fastify adds the hooks to it', async () => {
    const faults = await faultsOf((app) => {
      app.register(async (early) => void early.get('/early', answer));
      app.register(guardOf({ 'GET /early': { scopes: [] } }));
    });
    expect(faults).toEqual([]);
  });

  test('accepts rules in config, as hooks of routes and as hooks of contexts', async () => {
    const faults = await faultsOf(async (app) => {
      await app.register(byRoute());
      app.get('/config', { config: { auth: { scopes: [] } } }, answer);
      app.get('/hook', { preHandler: requireScopes('A') }, answer);
      app.get('/hooks', { onRequest: [requireScopes('A')] }, answer);
      app.register(async (inner) => {
        inner.addHook('preHandler', requireScopes('A'));
        inner.get('/context', answer);
      });
    });
    expect(faults).toEqual([]);
  });

  test('reports a route without a rule, and one that is public only in config', async () => {
    const build = async (app: FastifyInstance) => {
      await app.register(byRoute());
      app.get('/a', answer);
      app.get('/b', { config: { auth: 'public' } }, answer);
    };
    expect(await faultsOf(build)).toEqual(['GET /a has no rule', 'GET /b has no rule']);
    expect(await faultsOf(build, { public: ['GET /b'] })).toEqual(['GET /a has no rule']);
  });

  test('reports a HEAD route of its own, and not the one that Fastify adds', async () => {
    const faults = await faultsOf(async (app) => {
      await app.register(byRoute());
      app.head('/a', answer);
      app.get('/a', { preHandler: requireScopes('A') }, answer);
      app.get('/b', { preHandler: requireScopes('A') }, answer);
    });
    expect(faults).toEqual(['HEAD /a has no rule']);
  });

  test('reports a wildcard over paths for which the map has another rule', async () => {
    const faults = await faultsOf(async (app) => {
      await app.register(
        guardOf({ 'GET /a/*': { scopes: ['A'] }, 'GET /a/b/*': { scopes: ['B'] } }),
      );
      app.get('/a/*', answer);
    });
    expect(faults.join()).toContain('GET /a/b/*');
  });

  test('knows that the router prefers literals, in any order', async () => {
    const faults = await faultsOf(async (app) => {
      await app.register(
        guardOf({
          'GET /a/:id': { scopes: ['A'] },
          'GET /a/b': { scopes: ['B'] },
          'GET /*': 'public',
        }),
      );
      app.get('/*', answer);
      app.get('/a/:id', answer);
      app.get('/a/b', answer);
    });
    expect(faults).toEqual([]);
  });

  test('reports parameters with a pattern, and constraints that lead to another route', async () => {
    const map: EndpointMap = { 'GET /a/:id': { scopes: ['A'] }, 'GET /a/b': { scopes: ['B'] } };
    const pattern = await faultsOf(async (app) => {
      await app.register(guardOf({ 'GET /a/:id': { scopes: ['A'] } }));
      app.get('/a/:id(^\\d+$)', answer);
    });
    expect(pattern.join()).toContain('it has a parameter with a pattern');
    const constraint = await faultsOf(async (app) => {
      await app.register(guardOf(map));
      app.get('/a/:id', answer);
      app.get('/a/b', { constraints: { version: '1.0.0' } }, answer);
    });
    expect(constraint.join()).toContain('do not satisfy its constraints reach /a/:id');
    const versions = await faultsOf(async (app) => {
      await app.register(guardOf({ 'GET /v': { scopes: ['A'] } }));
      app.get('/v', { constraints: { version: '1.0.0' } }, answer);
      app.get('/v', { constraints: { version: '2.0.0' } }, answer);
    });
    expect(versions).toEqual([]);
  });

  test('reports a guard that assumes another routing than that of the router', async () => {
    const guard = createStubGuard({ 'GET /a': { scopes: [] } });
    const routing = { caseSensitive: true, strict: true };
    const faults = await faultsOf(
      async (app) => {
        await app.register(requireAuth(guard, { routing }));
        app.get('/a', answer);
      },
      {},
      { routerOptions: { caseSensitive: false } },
    );
    expect(faults.join()).toContain('GET /a');
  });

  test('reports middleware of @fastify/middie until it is checked', async () => {
    const build = async (app: FastifyInstance) => {
      await app.register(middie);
      await app.register(guardOf({ 'GET /a': { scopes: [] } }));
      app.get('/a', answer);
    };
    expect((await faultsOf(build)).join()).toContain('USE / use cannot be checked');
    expect(await faultsOf(build, { checked: ['USE / use'] })).toEqual([]);
  });

  test('lists the routes of plugins', async () => {
    const app = Fastify() as FastifyInstance;
    trackRoutes(app);
    await app.register(byRoute());
    app.register(serveStatic, { root: import.meta.dirname, prefix: '/files/' });
    app.register(
      async (api) => {
        api.addHook('onRequest', requireScopes('A'));
        api.get('/', answer);
        api.register(
          mountFetch(async () => new Response()),
          { prefix: '/admin' },
        );
      },
      { prefix: '/api' },
    );
    await app.ready();
    const routes = listRoutes(app);
    expect(routes).toContainEqual({ method: 'GET', path: '/files/*', hasRule: false });
    expect(routes).toContainEqual({ method: 'GET', path: '/api', hasRule: true });
    expect(routes).toContainEqual({ method: 'POST', path: '/api/admin/*', hasRule: true });
  });

  test('needs trackRoutes before the first route, and a ready application', async () => {
    const late = Fastify() as FastifyInstance;
    late.get('/a', answer);
    expect(() => trackRoutes(late)).toThrow('before the first route');
    await late.ready();
    expect(() => checkRoutes(late)).toThrow('need trackRoutes(app)');
    const early = Fastify() as FastifyInstance;
    trackRoutes(early);
    expect(() => listRoutes(early)).toThrow('await app.ready() first');
    expect(() => trackRoutes(createServer() as never)).toThrow(TypeError);
  });
});
