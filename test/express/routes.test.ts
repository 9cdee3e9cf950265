import { markGuard, markRouteRule } from '@mandate/core';
import {
  allowAnonymous,
  checkRoutes,
  listRoutes,
  requireAnyScope,
  requireAuth,
  requireGroup,
  requireScopes,
} from '@mandate/express';
import express, { type Express, type RequestHandler, Router } from 'express';
import { describe, expect, test } from 'vitest';
import { createStubGuard, readFaults } from '../support/stub-guard.js';

const answer: RequestHandler = (_req, res) => void res.end();
const goOn: RequestHandler = (_req, _res, next) => next();

function createApp(register: (app: Express) => void): Express {
  const app = express();
  register(app);
  return app;
}

describe('listRoutes of Express', () => {
  const nested = Router();
  nested.get('/', answer).get('/:id', answer);
  const sub = express();
  sub.delete('/all', answer);
  const app = createApp((app) => {
    app.use(goOn);
    app.get('/a', answer);
    app.route('/b').get(answer).post(requireScopes('B'), answer);
    app.all('/c', answer);
    app.get(['/d', '/e'], answer);
    app.put(/^\/f\d+$/, answer);
    app.use('/groups/:groupid', nested);
    app.use(['/v1', '/v2'], sub);
    app.get('/g{/:id}', allowAnonymous(), requireScopes('G'), answer);
  });

  test('tells methods and paths with all prefixes, in the order of registration', () => {
    expect(listRoutes(app).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /a',
      'GET /b',
      'POST /b',
      'ALL /c',
      'GET /d',
      'GET /e',
      'PUT /^\\/f\\d+$/',
      'GET /groups/:groupid',
      'GET /groups/:groupid/:id',
      'DELETE /v1/all',
      'DELETE /v2/all',
      'GET /g{/:id}',
    ]);
  });

  test('tells which have a rule', () => {
    const withRule = listRoutes(app).filter(({ hasRule }) => hasRule);
    expect(withRule.map(({ path }) => path)).toEqual(['/b', '/g{/:id}']);
  });

  test('takes a router as well', () => {
    expect(listRoutes(nested)).toEqual([
      { method: 'GET', path: '/', hasRule: false },
      { method: 'GET', path: '/:id', hasRule: false },
    ]);
  });

  test('runs nothing of a mounted application', () => {
    const calls: string[] = [];
    const mounted = express();
    mounted.use((_req, _res, next) => {
      calls.push('called');
      next();
    });
    mounted.get('/x', answer);
    expect(listRoutes(createApp((app) => app.use('/m', mounted)))).toHaveLength(1);
    expect(calls).toEqual([]);
  });

  test('says so when the router keeps no paths', () => {
    const old = createApp((app) => app.get('/a', answer));
    for (const layer of old.router.stack) Reflect.deleteProperty(layer, 'rawPath');
    expect(() => listRoutes(old)).toThrow(TypeError);
  });
});

describe('checkRoutes of Express, with rules at routes', () => {
  const check = (register: (app: Express) => void, open?: readonly string[]) =>
    readFaults(() => checkRoutes(createApp(register), { public: open }));

  test('names every route that has no rule', () => {
    const faults = check((app) => {
      app.get('/a', answer);
      app.get('/b', requireScopes('B'), answer);
      app.post('/b', answer);
    });
    expect(faults).toEqual(['GET /a has no rule', 'POST /b has no rule']);
  });

  test.each([
    ['requireScopes', requireScopes('A')],
    ['requireAnyScope', requireAnyScope('A', 'B')],
    ['requireGroup', requireGroup('admins')],
    ['allowAnonymous', allowAnonymous()],
    ['a middleware of yours that is marked', markRouteRule<RequestHandler>((_q, _s, n) => n())],
  ])('takes %s for a rule', (_name, rule) => {
    expect(check((app) => app.get('/a', rule, answer))).toEqual([]);
    expect(check((app) => app.get('/a', goOn, [rule], answer))).toEqual([]);
    expect(check((app) => app.use(rule).get('/a', answer))).toEqual([]);
    expect(check((app) => app.route('/a').all(rule).get(answer))).toEqual([]);
  });

  test('takes a rule of a path that covers the route', () => {
    expect(check((app) => app.use('/a', requireScopes('A')).get('/a/:id', answer))).toEqual([]);
    expect(check((app) => app.use('/:x', requireScopes('A')).get('/a', answer))).toEqual([]);
    expect(check((app) => app.all('/a/*all', requireScopes('A')).get('/a/b', answer))).toEqual([]);
    const nested = Router().use(requireScopes('A')).get('/x', answer);
    expect(check((app) => app.use('/n', nested))).toEqual([]);
  });

  test.each<[string, (app: Express) => void, string]>([
    ['comes later', (app) => app.get('/a', answer).use(requireScopes('A')), 'GET /a'],
    ['comes behind the handler', (app) => app.get('/a', answer, requireScopes('A')), 'GET /a'],
    ['is behind two', (app) => app.get('/a', answer, requireScopes('A'), answer), 'GET /a'],
    ['is elsewhere', (app) => app.use('/b', requireScopes('A')).get('/a', answer), 'GET /a'],
    [
      'covers a part',
      (app) => app.use('/a/b', requireScopes('A')).get('/a/:x', answer),
      'GET /a/:x',
    ],
    [
      'covers less',
      (app) => app.use('/a/:x', requireScopes('A')).get('/a{/:x}', answer),
      'GET /a{/:x}',
    ],
    [
      'is for another method',
      (app) => app.post('/a', requireScopes('A')).get('/a', answer),
      'GET /a',
    ],
    [
      'is in another router',
      (app) => app.use('/n', Router().use(requireScopes('A'))).get('/a', answer),
      'GET /a',
    ],
  ])('does not take a rule that %s', (_name, register, route) => {
    expect(check(register)).toEqual([`${route} has no rule`]);
  });

  test('does not take a rule that compares case where the route does not', () => {
    const register = (app: Express) =>
      app
        .enable('case sensitive routing')
        .use('/a', requireScopes('A'))
        .use(Router().get('/a', answer));
    expect(check(register)).toEqual(['GET /a has no rule: /A passes by what stands before it']);
  });

  test('takes for a regular expression only a rule on its own chain or for everything', () => {
    const own = (app: Express) => app.get(/^\/a/, requireScopes('A'), answer);
    const everything = (app: Express) => app.use(requireScopes('A')).get(/^\/a/, answer);
    const some = (app: Express) => app.use('/a', requireScopes('A')).get(/^\/a/, answer);
    expect([own, everything, some].map((register) => check(register).length)).toEqual([0, 0, 1]);
  });

  test('looks into mounted applications', () => {
    const inner = express().get('/x', answer);
    const outer = express().use('/y', inner);
    expect(check((app) => app.use('/z', outer))).toEqual(['GET /z/y/x has no rule']);
    expect(check((app) => app.use('/z', requireScopes('A'), outer))).toEqual([]);
  });

  test('leaves open what is listed, and reports what the list has too much', () => {
    const register = (app: Express) =>
      app.get('/health', answer).get('/a', requireScopes('A'), answer);
    expect(check(register, ['GET /health'])).toEqual([]);
    expect(check(register, ['GET /health', 'GET /gone', 'GET /a'])).toEqual([
      'GET /gone is listed as public, but there is no such route',
      'GET /a is listed as public, but it has a rule',
    ]);
  });

  test('leaves routes behind a map to the map', () => {
    const guard = createStubGuard({ 'GET /a': { scopes: [] } });
    expect(check((app) => app.use(requireAuth(guard)).get('/a', answer))).toEqual([]);
  });

  test('throws one TypeError that can be read', () => {
    const app = createApp((app) => app.get('/a', answer).get('/b', answer));
    expect(() => checkRoutes(app)).toThrow(
      new TypeError('checkRoutes found 2 faults:\n- GET /a has no rule\n- GET /b has no rule'),
    );
  });
});

describe('checkRoutes of Express, with a map', () => {
  const guard = createStubGuard({
    'GET /docs/:id': { scopes: ['DOCS'] },
    'GET /docs/admin': { scopes: ['ADMIN'] },
    'GET /files/*': { scopes: ['FILES'] },
    'POST /docs': { scopes: ['DOCS'] },
  });
  const auth = requireAuth(guard);
  const check = (register: (app: Express) => void, open?: readonly string[]) =>
    readFaults(() => checkRoutes(createApp(register), { public: open }));

  test('accepts what is mapped and routed as it is judged', () => {
    const faults = check(
      (app) => {
        app.get('/health', answer);
        app.use(auth);
        app.get('/docs/admin', answer).get('/docs/:id', answer).post('/docs', answer);
        app.get('/files/*path', answer);
        app.use('/files', Router().get('/:a/:b', answer));
      },
      ['GET /health'],
    );
    expect(faults).toEqual([]);
  });

  test.each<[string, (app: Express) => void, readonly string[]]>([
    [
      'is not mapped',
      (app) => app.use(auth).get('/a', answer).put('/docs', answer),
      ['GET /a is not in the endpoint map', 'PUT /docs is not in the endpoint map'],
    ],
    [
      'stands before the guard',
      (app) => app.post('/docs', answer).use(auth),
      ['POST /docs has no rule'],
    ],
    [
      'is shadowed by a parameter',
      (app) => app.use(auth).get('/docs/:id', answer).get('/docs/admin', answer),
      ['GET /docs/admin is shadowed by GET /docs/:id'],
    ],
    [
      'is shadowed by a wildcard',
      (app) => app.use(auth).get('/docs/*all', answer).get('/docs/admin', answer),
      ['GET /docs/admin is shadowed by GET /docs/*all'],
    ],
    [
      'is shadowed by a route for all methods',
      (app) => app.use(auth).all('/docs/:id', answer).get('/docs/admin', answer),
      ['GET /docs/admin is shadowed by ALL /docs/:id'],
    ],
    [
      'is shadowed across a nested router',
      (app) => app.use(auth).use('/docs', Router().get('/:id', answer)).get('/docs/admin', answer),
      ['GET /docs/admin is shadowed by GET /docs/:id'],
    ],
    [
      'answers an entry that has no route',
      (app) => app.use(auth).get('/docs/:id', answer),
      [
        'GET /docs/:id also answers GET /docs/admin, which has a rule of its own and no route there',
      ],
    ],
    [
      'overlaps an entry crosswise',
      (app) => app.use(auth).get('/docs/admin', answer).get('/:kind/:id', answer),
      [
        'GET /:kind/:id is not in the endpoint map',
        'GET /:kind/:id also answers GET /docs/:id, which has a rule of its own and no route there',
        'GET /:kind/:id also answers GET /files/*, which has a rule of its own and no route there',
      ],
    ],
    [
      'is a regular expression',
      (app) => app.use(auth).get(/^\/docs$/, answer),
      ['GET /^\\/docs$/ cannot be checked: its path is no plain pattern'],
    ],
    [
      'is in a router that compares paths in another way',
      (app) => app.use(auth).use(Router({ strict: true }).post('/docs', answer)),
      [
        'POST /docs is routed with {"caseSensitive":false,"strict":true}, but requireAuth assumes ' +
          '{"caseSensitive":false,"strict":false}: tell it by its option routing',
      ],
    ],
  ])('reports a route that %s', (_name, register, faults) => {
    expect(check(register)).toEqual(faults);
  });

  test('reports a route that answers what is nothing below an entry, where a last slash counts', () => {
    const open = createStubGuard({
      'GET /public/*': 'public',
      'GET /*': { scopes: ['ADMIN'] },
    });
    const routing = { caseSensitive: false, strict: true };
    const routes = Router({ strict: true }).get('/public/*path', answer).get('/*path', answer);
    // Express takes `/public/` to the last of them, the map to the first.
    expect(check((app) => app.use(requireAuth(open, { routing }), routes))).toEqual([
      'GET /*path also answers GET /public/*, which has a rule of its own and no route there',
    ]);
  });

  test('judges paths as requireAuth was told to', () => {
    const routing = { caseSensitive: true, strict: true };
    const router = Router(routing).post('/docs', answer);
    expect(check((app) => app.use(requireAuth(guard, { routing }), router))).toEqual([]);
  });

  test('accepts a route of another guard, and one with a rule of its own', () => {
    const other = requireAuth(createStubGuard({ 'GET /o/a': { scopes: [] } }));
    const byRoute = requireAuth(guard, { endpoints: 'by-route' });
    expect(check((app) => app.use('/o', other).get('/o/a', answer))).toEqual([]);
    expect(check((app) => app.use(byRoute).get('/a', requireScopes('A'), answer))).toEqual([]);
    expect(check((app) => app.use(byRoute).get('/a', answer))).toEqual(['GET /a has no rule']);
  });

  test('accepts a middleware of yours that is marked as the guard', () => {
    const wrapped = markGuard<RequestHandler>((req, res, next) => auth(req, res, next), {
      guard,
      endpoints: 'by-map',
    });
    expect(check((app) => app.use(wrapped).post('/docs', answer))).toEqual([]);
  });
});
