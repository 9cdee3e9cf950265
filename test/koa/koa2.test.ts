import KoaRouter15, { type RouterOptions } from '@koa/router';
import type { EndpointMap, FetchHandler } from '@mandate/core';
import {
  type AuthState,
  markMount,
  mountFetch,
  requireAuth,
  requireGroup,
  requireScopes,
} from '@mandate/koa';
import { type CheckRoutesOptions, checkRoutes, listRoutes } from '@mandate/koa/check-routes';
import type Koa from 'koa';
import type { Middleware } from 'koa';
import mount from 'koa-mount';
import KoaRouter12 from 'koa-router12';
import KoaRouter13 from 'koa-router13';
import KoaRouter14 from 'koa-router14';
import Koa2 from 'koa2';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createStubGuard, omitUnserved, readFaults } from '../support/stub-guard.js';

const answer: Middleware = (ctx) => {
  ctx.body = 'answered';
};
const goOn: Middleware = (_ctx, next) => next();
const byRoute = requireAuth(createStubGuard(), { endpoints: 'by-route' });
const create = () => new Koa2() as unknown as Koa<AuthState>;

describe.each([
  ['12', KoaRouter12, '(.*)', '/:x?'],
  ['13', KoaRouter13, '(.*)', '/:x?'],
  ['14', KoaRouter14, '*rest', '{/:x}'],
  ['15', KoaRouter15, '*rest', '{/:x}'],
])('Koa 2 with @koa/router %s', (version, KoaRouter, wildcard, optional) => {
  const createRouter = (options?: RouterOptions) => new KoaRouter<AuthState>(options);
  type Part = Middleware<AuthState> | ReturnType<typeof createRouter>;
  const createApp = (...parts: Part[]) => {
    const app = create();
    for (const part of parts) app.use(typeof part === 'function' ? part : part.routes());
    return app;
  };
  const check = (options: CheckRoutesOptions | undefined, ...parts: Part[]) =>
    readFaults(() => checkRoutes(createApp(...parts), options));

  test('lists methods and paths with all prefixes, in the order of registration', () => {
    const nested = createRouter({ prefix: '/nested' }).get('/', answer).get('/:id', answer);
    const router = createRouter({ prefix: '/api' });
    router.get('/a', answer).all('/b', answer).get(['/d', '/e'], requireScopes(), answer);
    router.use('/groups/:groupid', nested.routes());
    expect(
      listRoutes(createApp(goOn, router)).map(({ method, path }) => `${method} ${path}`),
    ).toEqual([
      'GET /api/a',
      'ALL /api/b',
      'GET /api/d',
      'GET /api/e',
      'GET /api/groups/:groupid/nested',
      'GET /api/groups/:groupid/nested/:id',
    ]);
  });

  test('checks rules and guards before routes', () => {
    const rule = requireScopes('A');
    const accepted = createRouter().use(rule).get('/a', answer).get(`/b${optional}`, answer);
    expect(check(undefined, byRoute, accepted)).toEqual([]);
    expect(check(undefined, byRoute, createRouter().get('/a', answer, rule))).toEqual([
      'GET /a has no rule',
    ]);
    expect(check(undefined, createRouter().get('/a', rule, answer))).toEqual([
      'GET /a has a rule, but no guard before the rule: use requireAuth',
    ]);
  });

  test('reports a rule at a path that its router compares with case', async () => {
    const router = createRouter().use('/a', requireScopes('A')).get('/a/:id', answer);
    // @koa/router 14 takes the path of a middleware for a regular expression without flags.
    const isPassed = version === '14';
    expect(check(undefined, byRoute, router).map((fault) => fault.split(':')[0])).toEqual(
      isPassed ? ['GET /a/'] : [],
    );
    const app = createApp(router);
    app.silent = true;
    const origin = await listen(app.callback());
    expect((await fetch(`${origin}/a/x`)).status).toBe(500);
    expect((await fetch(`${origin}/A/x`)).status).toBe(isPassed ? 200 : 500);
  });

  test('reports functions and patterns until they are listed', () => {
    const auth = requireAuth(createStubGuard({ 'GET /a': { scopes: [] } }));
    const router = createRouter().use(goOn).get('/a', answer).get(/^\/a$/, answer);
    if (version < '14') router.get('/:n(\\d+)', answer);
    const faults = check(undefined, auth, router);
    const names = faults.map((fault) => fault.split(' cannot be checked')[0] as string);
    expect(names.slice(0, 2)).toEqual(['USE / goOn', 'GET /^\\/a$/']);
    expect(names.slice(2)).toEqual(version < '14' ? ['GET /:n(\\d+)'] : []);
    expect(check({ checked: names }, auth, router)).toEqual([]);
  });

  test.each<[string, readonly string[], EndpointMap, readonly string[]]>([
    [
      'a route behind a parameter',
      ['/docs/:id', '/docs/admin'],
      { 'GET /docs/:id': { scopes: [] }, 'GET /docs/admin': { scopes: [] } },
      ['GET /docs/admin is shadowed by GET /docs/:id'],
    ],
    [
      'a catch-all that answers for others',
      [`/${wildcard}`],
      { 'GET /:page': { scopes: [] }, 'GET /*': 'public' },
      [`GET /${wildcard} also answers GET /:page, which has its own rule but no route`],
    ],
    [
      'nothing where the map judges as the router routes',
      [`/a${optional}`, `/f/${wildcard}`],
      { 'GET /a': { scopes: [] }, 'GET /a/:x': { scopes: [] }, 'GET /f/*': { scopes: [] } },
      [],
    ],
  ])('reports %s', (_name, paths, endpoints, faults) => {
    const router = createRouter();
    for (const path of paths) router.get(path, answer);
    const auth = requireAuth(createStubGuard(endpoints));
    expect(omitUnserved(check(undefined, auth, router))).toEqual(faults);
  });

  test('reports rules at mounts with a second spelling, and moved parameters', () => {
    const router = createRouter().use('/files/a@b', requireScopes('A'));
    expect(check(undefined, byRoute, router)[0]).toContain('/files/a%40b bypasses');
    const group = createRouter().use('/t/:g', requireGroup({ path: 'g' }));
    const moved = group.get('/t/:g/:g', answer);
    expect(check(undefined, byRoute, moved).length).toBeGreaterThan(0);
  });
});

describe('Koa 2', () => {
  test('shows what koa-mount mounts where it is marked', () => {
    const inner = create();
    inner.use(new KoaRouter12<AuthState>().get('/x', answer).routes());
    const app = create();
    app.use(markMount(mount('/in', inner), { path: '/in', app: inner as unknown as Koa }));
    expect(listRoutes(app)).toEqual([{ method: 'GET', path: '/in/x', hasRule: false }]);
  });

  test('passes errors of a mounted handler and of a verifier to its error handling', async () => {
    const fails: FetchHandler = () => Promise.reject(new Error('out of order'));
    const guard = createStubGuard({ 'GET /a': { scopes: [] } });
    const seen: unknown[] = [];
    const serve = async (middleware: Middleware<AuthState>) => {
      const app = create().use(middleware);
      app.on('error', (error: unknown) => seen.push(error));
      const headers = { authorization: 'Bearer token' };
      return (await fetch(`${await listen(app.callback())}/a`, { headers })).status;
    };
    expect(await serve(mountFetch(fails))).toBe(500);
    expect(await serve(requireAuth(guard))).toBe(500);
    const messages = seen.map((error) => (error as Error).message);
    expect(messages).toEqual(['out of order', 'no token is expected here']);
  });
});
