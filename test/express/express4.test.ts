import { type EndpointMap, type FetchHandler, markGuard } from '@mandate/core';
import { mountFetch, requireAuth, requireGroup, requireScopes } from '@mandate/express';
import { type CheckRoutesOptions, checkRoutes, listRoutes } from '@mandate/express/check-routes';
import type { Express, RequestHandler } from 'express';
import express4 from 'express4';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createStubGuard, omitUnserved, readFaults } from '../support/stub-guard.js';

const answer: RequestHandler = (_req, res) => void res.end();
const goOn: RequestHandler = (_req, _res, next) => next();
const create = () => express4() as unknown as Express;
const createRouter = (options?: express4.RouterOptions) =>
  express4.Router(options) as unknown as Express;
const byRoute = requireAuth(createStubGuard(), { endpoints: 'by-route' });

const listPaths = (app: Express) => listRoutes(app).map(({ method, path }) => `${method} ${path}`);
const check = (app: Express, options?: CheckRoutesOptions) =>
  readFaults(() => checkRoutes(app, options));

describe('listRoutes of Express 4', () => {
  test('lists methods and paths with all prefixes, in the order of registration', () => {
    const nested = createRouter();
    nested.get('/', answer).get('/:id', answer);
    const sub = create();
    sub.delete('/all', answer);
    const app = create();
    app.use(goOn);
    app.get('/a', answer);
    app.route('/b').get(answer).post(requireScopes('B'), answer);
    app.all('/c', answer);
    app.get(['/d', '/e/:x'], answer);
    app.put(/^\/f\d+$/, answer);
    app.use('/groups/:groupid', nested);
    app.use(['/v1', '/v.2'], sub);
    app.get('/g/:id?', answer).get('/h/*', answer).get('/i/:n(\\d+)', answer);
    expect(listPaths(app)).toEqual([
      'GET /a',
      'GET /b',
      'POST /b',
      'ALL /c',
      'GET /d',
      'GET /e/:x',
      'PUT /^\\/f\\d+$/',
      'GET /groups/:groupid',
      'GET /groups/:groupid/:id',
      'DELETE /v1/all',
      'DELETE /v.2/all',
      'GET /g/:id?',
      'GET /h/*',
      'GET /i/:n(\\d+)',
    ]);
  });

  test('lists nothing of an application that has no routes yet', () => {
    expect(listRoutes(create())).toEqual([]);
    expect(listRoutes(create().use('/m', create()))).toEqual([]);
  });

  test('runs no handler of a mounted application, not even its error handlers', () => {
    const calls: string[] = [];
    const mounted = create();
    mounted.use((_req, _res, next) => {
      calls.push('called');
      next();
    });
    mounted.get('/x', answer);
    mounted.use((_error: unknown, _req: object, _res: object, next: () => void) => {
      calls.push('error');
      next();
    });
    expect(listPaths(create().use('/m', mounted))).toEqual(['GET /m/x']);
    expect(calls).toEqual([]);
  });
});

describe('checkRoutes of Express 4', () => {
  test('reports a rule for one file, before a route that may serve the file', () => {
    const app = create().use(byRoute).use('/files/a.txt', requireScopes('A'));
    expect(check(app.get('/files/*', requireScopes(), answer))).toContain(
      'USE /files/a.txt has a rule that /files/a bypasses if a static server adds an extension or ' +
        'an index file',
    );
  });

  test('accepts guarded routes, and names those without a rule', () => {
    const app = create().use(byRoute).get('/a', requireScopes('A'), answer).get('/b', answer);
    expect(check(app)).toEqual(['GET /b has no rule']);
    expect(check(create().use(byRoute).use('/n', createRouter().get('/x', answer)))).toEqual([
      'GET /n/x has no rule',
    ]);
    expect(check(create().get('/a', requireScopes('A'), answer))).toEqual([
      'GET /a has a rule, but no guard before the rule: use requireAuth',
    ]);
  });

  test.each<[string, (app: Express) => unknown]>([
    ['a path', (app) => app.use('/a', requireScopes('A')).get('/a/:id', answer)],
    ['a parameter', (app) => app.use('/:x', requireScopes('A')).get('/a', answer)],
    ['a wildcard', (app) => app.all('/a/*', requireScopes('A')).get('/a/b', answer)],
    ['a router', (app) => app.use('/n', createRouter().use(requireScopes()).get('/x', answer))],
  ])('accepts a rule of %s that covers the route', (_name, register) => {
    const app = create().use(byRoute);
    register(app);
    expect(check(app)).toEqual([]);
  });

  test('reports functions, patterns and regular expressions until they are listed', () => {
    const guard = createStubGuard({ 'GET /a/:n': { scopes: [] } });
    const app = create().use(requireAuth(guard)).use('/m', goOn).use(/^\/x/, goOn);
    app.use('/y(z)?', goOn).get('/a/:n', answer).get('/a/:n(\\d+)', answer).get(/^\/a$/, answer);
    app.get('/ab?c', answer);
    const names = [
      'USE /m goOn',
      'USE /^\\/x/ goOn',
      'USE /^\\/y(z)?\\/?(?=\\/|$)/i goOn',
      'GET /a/:n(\\d+)',
      'GET /^\\/a$/',
      'GET /ab?c',
    ];
    const faults = check(app);
    expect(faults.map((fault) => fault.split(' cannot be checked')[0])).toEqual(names);
    expect(check(app, { checked: names })).toEqual([]);
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
      ['/a', '*'],
      { 'GET /a': { scopes: [] }, 'GET /:page': { scopes: [] }, 'GET /*': 'public' },
      ['GET * also answers GET /:page, which has its own rule but no route'],
    ],
    [
      'a wildcard without anything below it',
      ['/f/*', '/f'],
      { 'GET /f/*': { scopes: [] }, 'GET /f': { scopes: ['A'] } },
      ['GET /f is shadowed by GET /f/*'],
    ],
    ['what is not mapped', ['/b'], { 'GET /a': 'public' }, ['GET /b is not in the endpoint map']],
    [
      'nothing where the map judges as Express 4 routes',
      ['/a/:x?', '/f/*', '/:kind/:id/z'],
      {
        'GET /a': { scopes: [] },
        'GET /a/:x': { scopes: [] },
        'GET /f/*': { scopes: [] },
        'GET /:kind/:id/z': { scopes: [] },
      },
      [],
    ],
  ])('reports %s', (_name, paths, endpoints, faults) => {
    const app = create().use(requireAuth(createStubGuard(endpoints)));
    for (const path of paths) app.get(path, answer);
    expect(omitUnserved(check(app))).toEqual(faults);
  });

  test('reports a Router that compares paths in another way than the application', () => {
    const guard = createStubGuard({ 'GET /a': { scopes: [] } });
    const app = create()
      .use(requireAuth(guard))
      .use(createRouter({ strict: true }).get('/a', answer));
    expect(check(app)).toEqual([
      'GET /a is routed with {"caseSensitive":false,"strict":true}, but requireAuth assumes ' +
        '{"caseSensitive":false,"strict":false}: set its option routing',
    ]);
  });

  test('reports rules at mounts with a second spelling, and moved parameters', () => {
    const mounted = create().use(byRoute).use('/files/a@b', requireScopes('A'));
    expect(check(mounted)[0]).toContain('/files/a%40b bypasses');
    const group = requireGroup({ path: 'g' });
    const moved = create().use(byRoute).use('/t/:g', group, createRouter().get('/:g/y', answer));
    expect(check(moved)).toEqual([
      'GET /t/:g/:g/y has another parameter where its group rule reads "g" of /t/:g: rename one of them',
    ]);
  });
});

describe('requests of Express 4', () => {
  test('are compared with the settings that the router was created with', async () => {
    const guard = createStubGuard({ 'GET /Docs': 'public' });
    const ask = async (app: Express, path: string) =>
      (await fetch((await listen(app)) + path)).status;
    const serve = (app: Express) => app.use(requireAuth(guard)).get('/Docs', answer);
    expect(await ask(serve(create()), '/docs/')).toBe(200);
    expect(await ask(serve(create().enable('case sensitive routing')), '/docs')).toBe(401);
    expect(await ask(serve(create().enable('case sensitive routing')), '/Docs')).toBe(200);
    expect(await ask(serve(create().enable('strict routing')), '/Docs/')).toBe(401);
  });

  test('reach the error handler when a mounted handler rejects', async () => {
    const fails: FetchHandler = () => Promise.reject(new Error('out of order'));
    const seen: unknown[] = [];
    const app = create().use('/m', mountFetch(fails));
    app.use(
      (error: unknown, _req: object, res: Parameters<RequestHandler>[1], _next: () => void) => {
        seen.push(error);
        res.status(500).end();
      },
    );
    expect((await fetch(`${await listen(app)}/m`)).status).toBe(500);
    expect(seen).toEqual([new Error('out of order')]);
  });

  test('reach the error handler when a verifier rejects', async () => {
    const guard = createStubGuard({ 'GET /a': { scopes: [] } });
    const app = create().use(requireAuth(guard)).get('/a', answer);
    const seen: unknown[] = [];
    app.use(
      (error: unknown, _req: object, res: Parameters<RequestHandler>[1], _next: () => void) => {
        seen.push(error);
        res.status(500).end();
      },
    );
    const headers = { authorization: 'Bearer token' };
    expect((await fetch(`${await listen(app)}/a`, { headers })).status).toBe(500);
    expect(seen).toEqual([new Error('no token is expected here')]);
  });

  test('are served by a mounted fetch handler', async () => {
    const handler: FetchHandler = (request, { mountPath }) =>
      Promise.resolve(Response.json({ path: new URL(request.url).pathname, mountPath }));
    const origin = await listen(create().use('/m', mountFetch(handler)));
    expect(await (await fetch(`${origin}/m/x`)).json()).toEqual({ path: '/x', mountPath: '/m' });
  });

  test('accept a marked middleware as a guard', () => {
    const guard = createStubGuard({ 'GET /a': { scopes: [] } });
    const marked = markGuard<RequestHandler>((_q, _s, next) => next(), {
      guard,
      endpoints: 'by-map',
    });
    expect(check(create().use(marked).get('/a', answer))).toEqual([]);
  });
});

test('the types of the adapter fit those of Express 4', () => {
  const app = express4();
  app.use(requireAuth(createStubGuard()));
  app.get('/t/:g', requireGroup({ path: 'g' }), (req, res) => void res.end(req.params.g));
  app.use(
    '/m',
    mountFetch(() => Promise.resolve(new Response())),
  );
  expect(listRoutes(app as unknown as Express)).toHaveLength(1);
});
