import Router, { type RouterOptions } from '@koa/router';
import { type AuthState, markMount, requireAuth, requireGroup, requireScopes } from '@mandate/koa';
import { type CheckRoutesOptions, checkRoutes, listRoutes } from '@mandate/koa/check-routes';
import Koa, { type Middleware } from 'koa';
import mount from 'koa-mount';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createStubGuard, omitUnserved, readFaults } from '../support/stub-guard.js';

const answer: Middleware = (ctx) => {
  ctx.body = 'answered';
};
const goOn: Middleware = (_ctx, next) => next();
const rule = requireScopes('A');

type Part = Router<AuthState> | Middleware<AuthState>;

/** An application of what is given, routers by their routes. */
function createApp(...parts: Part[]): Koa<AuthState> {
  const app = new Koa<AuthState>();
  for (const part of parts) app.use(typeof part === 'function' ? part : part.routes());
  return app;
}

const createRouter = (options?: RouterOptions) => new Router<AuthState>(options);

describe('listRoutes of Koa', () => {
  test('lists methods and paths with all prefixes, in the order of registration', () => {
    const nested = createRouter({ prefix: '/nested' }).get('/', answer).get('/:id', answer);
    const router = createRouter({ prefix: '/api' });
    router.get('/a', answer).all('/b', answer).head('/c', answer);
    router.get(['/d', '/e'], answer).put(/^\/f\d+$/, answer);
    router.register('/g', ['get', 'post'], [answer]);
    router.use('/groups/:groupid', nested.routes(), nested.allowedMethods());
    const app = createApp(goOn, router);
    expect(listRoutes(app).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/a',
      'ALL /api/b',
      'HEAD /api/c',
      'GET /api/d',
      'GET /api/e',
      'PUT /^\\/f\\d+$/',
      'GET /api/g',
      'POST /api/g',
      'GET /api/groups/:groupid/nested',
      'GET /api/groups/:groupid/nested/:id',
    ]);
  });

  test('lists the routes that koa-mount mounts, if they are marked', () => {
    const inner = createApp(createRouter().get('/x', answer));
    const outer = createApp(markMount(mount('/in', inner), { path: '/in', app: inner }));
    const app = createApp(markMount(mount('/out', outer), { path: '/out', app: outer }));
    expect(listRoutes(app)).toEqual([{ method: 'GET', path: '/out/in/x', hasRule: false }]);
  });

  test('accepts a router as well', () => {
    const router = createRouter().get('/', rule, answer);
    expect(listRoutes(router)).toEqual([{ method: 'GET', path: '/', hasRule: true }]);
  });
});

describe('checkRoutes of Koa, with rules at routes', () => {
  const byRoute = requireAuth(createStubGuard(), { endpoints: 'by-route' });
  const check = (...parts: Part[]) => readFaults(() => checkRoutes(createApp(byRoute, ...parts)));

  test.each<[string, unknown]>([
    ['the middleware of a router', new Router().routes()],
    ['the handler of a server', new Koa().callback()],
    ['nothing', undefined],
  ])('rejects %s instead of an application', (_, value) => {
    for (const read of [checkRoutes, listRoutes]) {
      expect(() => read(value as Koa)).toThrow(/need an application of Koa or a router/);
    }
  });

  test('names every route that has no rule', () => {
    const router = createRouter().get('/a', answer).get('/b', rule, answer).post('/b', answer);
    expect(check(router)).toEqual(['GET /a has no rule', 'POST /b has no rule']);
  });

  test.each([
    ['on its own chain', [createRouter().get('/a', goOn, rule, answer)]],
    ['of its router', [createRouter().use(rule).get('/a', answer)]],
    [
      'of its case-sensitive router with a prefix',
      [createRouter({ prefix: '/p', sensitive: true }).use(rule).get('/a', answer)],
    ],
    ['of a path that covers it', [createRouter().use('/a', rule).get('/a/:id', answer)]],
    [
      'of the router it is nested in',
      [createRouter().use(rule).use('/n', createRouter().get('/a', answer).routes())],
    ],
    [
      'of its router with a prefix and an empty path',
      [createRouter({ prefix: '/p' }).use('', rule).get('/a', answer).get('/', answer)],
    ],
    [
      'of the router nested with it',
      [createRouter().use(createRouter().use(rule).get('/a', answer).routes())],
    ],
    ['of the application', [rule, createRouter().get('/a', answer).get(/^\/b/, answer)]],
    ['for everything in its router', [createRouter().use(rule).get(/^\/b/, answer)]],
  ])('accepts a rule %s', (_name, parts) => {
    expect(check(...parts)).toEqual([]);
  });

  test.each([
    ['comes later', [createRouter().get('/a', answer).use(rule)]],
    ['comes later in the application', [createRouter().get('/a', answer), rule]],
    ['comes behind the handler', [createRouter().get('/a', answer, rule)]],
    ['is elsewhere', [createRouter().use('/b', rule).get('/a', answer)]],
    [
      'is in another router',
      [createRouter().use(rule).get('/b', rule, answer), createRouter().get('/a', answer)],
    ],
  ])('rejects a rule that %s', (_name, parts) => {
    expect(check(...parts)).toEqual(['GET /a has no rule']);
  });

  test('reports a rule that an exclusive router skips, also if the route has another', () => {
    const router = createRouter({ exclusive: true }).use('/a', rule).get('/a', rule, answer);
    expect(check(router)).toEqual([
      'USE /a has a rule or guard that never runs: an exclusive router runs no middleware of its own',
    ]);
  });

  test('reports a rule that a route with its own rule bypasses in upper case', () => {
    const inner = createApp(rule);
    const guarded = markMount(mount('/a', inner), { path: '/a', app: inner });
    const router = createRouter().get('/a/b', rule, answer);
    expect(check(guarded, router)).toEqual([
      'GET /a/b does not always have the same rules: /A/B bypasses a rule or guard before it',
    ]);
  });

  test.each([
    ['/a@b', '/a%40b'],
    ['/a:b', '/a%3Ab'],
  ])('reports a rule that koa-mount mounts at %s, a path with two spellings', (path, other) => {
    const inner = createApp(rule);
    const guarded = markMount(mount(path, inner), { path, app: inner });
    const router = createRouter({ sensitive: true }).get('/:p', rule, answer);
    expect(check(guarded, router)).toEqual([
      `USE ${path} has a rule that ${other} bypasses: ${path} has two spellings`,
    ]);
  });

  test.each([
    ['of a router with a prefix', [createRouter({ prefix: '/n' }).use(rule).get('/a', answer)]],
    [
      'of a router that is nested under a path',
      [createRouter().use('/n', createRouter().use(rule).get('/a', answer).routes())],
    ],
  ])('rejects a rule %s, which the router compares case-sensitively', async (_name, parts) => {
    expect(check(...parts)).toEqual([
      'GET /n/a has no rule: /N/A bypasses the rule or guard before it',
    ]);
    // The rule is reached before requireAuth here, which it cannot forgive.
    const app = createApp(...parts);
    app.silent = true;
    const origin = await listen(app.callback());
    expect((await fetch(`${origin}/n/a`)).status).toBe(500);
    expect(await (await fetch(`${origin}/N/A`)).text()).toBe('answered');
  });

  test('accepts a rule before a mounted application, and one inside it', () => {
    const inner = createApp(createRouter().get('/x', answer));
    const guarded = createApp(rule, createRouter().get('/x', answer));
    const at = (app: Koa<AuthState>) => markMount(mount('/m', app), { path: '/m', app });
    expect(check(at(inner))).toEqual(['GET /m/x has no rule']);
    expect(check(rule, at(inner))).toEqual([]);
    expect(check(at(guarded))).toEqual([]);
    expect(check(at(guarded), createRouter().get('/m/y', answer).get('/z', answer))).toEqual([
      'GET /m/y has no rule: /M/Y bypasses the rule or guard before it',
      'GET /z has no rule',
    ]);
  });

  test('reports what koa-mount hides', () => {
    const inner = createApp(createRouter().get('/x', rule, answer));
    expect(check(mount('/m', inner))).toEqual([
      'USE / <anonymous> cannot be checked: koa-mount hides what it mounts: use markMount',
    ]);
  });

  test('accepts public routes', () => {
    const app = createApp(createRouter().get('/health', answer));
    expect(() => checkRoutes(app, { public: ['GET /health'] })).not.toThrow();
    expect(() => checkRoutes(app, { public: ['GET /healthz'] })).toThrow(TypeError);
  });
});

describe('checkRoutes of Koa, with a map', () => {
  const guard = createStubGuard({
    'GET /docs/:id': { scopes: ['DOCS'] },
    'GET /docs/admin': { scopes: ['ADMIN'] },
    'GET /files/*': { scopes: ['FILES'] },
  });
  const auth = requireAuth(guard);
  const check = (...parts: Part[]) =>
    omitUnserved(readFaults(() => checkRoutes(createApp(...parts))));

  test('accepts routes that the map and the host match in the same way', () => {
    const docs = createRouter({ prefix: '/docs' }).get('/admin', answer).get('/:id', answer);
    const files = createRouter().get('/files/*path', answer);
    expect(check(auth, docs, files)).toEqual([]);
    expect(check(createRouter().use(auth).use(docs.routes()))).toEqual([]);
    const app = createApp(docs);
    const mapped = markMount(mount('/', app), { path: '/', app });
    expect(check(auth, mapped)).toEqual([]);
  });

  test('reports routes that are unmapped, before the guard, shadowed or routed differently', () => {
    const early = createRouter().get('/docs/admin', answer);
    const docs = createRouter()
      .get('/docs/:id', answer)
      .get('/docs/admin', answer)
      .get('/a', answer);
    const strict = createRouter({ strict: true }).get('/files/*path', answer);
    expect(check(early, auth, docs, strict)).toEqual([
      'GET /docs/admin has no rule: requireAuth is registered after it',
      'GET /a is not in the endpoint map',
      'GET /files/*path is routed with {"caseSensitive":false,"strict":true}, but requireAuth ' +
        'assumes {"caseSensitive":false,"strict":false}: set its option routing',
      'GET /docs/admin is shadowed by GET /docs/:id',
    ]);
  });

  test('reports a route that answers the bare path of an earlier one if a trailing slash counts', () => {
    const map = { 'GET /:kind/*': { scopes: [] }, 'GET /*': { scopes: ['ADMIN'] } } as const;
    const routing = { caseSensitive: false, strict: true };
    const strict = createRouter({ strict: true }).get('/:kind/*path', answer).get('/*path', answer);
    expect(check(requireAuth(createStubGuard(map), { routing }), strict)).toEqual([
      'GET /*path also answers GET /:kind/*, which has its own rule but no route',
    ]);
  });

  test('reports a route that answers another case of a path that koa-mount mounts', () => {
    const map = { 'GET /open/:file': 'public', 'GET /:kind/:id': { scopes: ['A'] } } as const;
    const open = (options?: RouterOptions) => {
      const app = createApp(createRouter(options).get('/:file', answer));
      return markMount(mount('/open', app), { path: '/open', app });
    };
    const all = (options?: RouterOptions) => createRouter(options).get('/:kind/:id', answer);
    expect(check(requireAuth(createStubGuard(map)), open(), all())).toEqual([
      'GET /:kind/:id answers GET /open/:file in another case: make requireAuth (option routing) and the ' +
        'routers case-sensitive',
    ]);
    const routing = { caseSensitive: true, strict: false };
    const auth = requireAuth(createStubGuard(map), { routing });
    expect(check(auth, open({ sensitive: true }), all({ sensitive: true }))).toEqual([]);
  });

  test.each([
    ['/api', '/open'],
    ['/API', '/Open'],
    ['/a/b', '/c/OPEN'],
  ])('reports it below another mount, at %s', (base, path) => {
    const at = (path: string, app: Koa<AuthState>) => markMount(mount(path, app), { path, app });
    const map = {
      [`GET ${base}${path}/-`]: { scopes: ['A'] },
      [`GET ${base}/*`]: { scopes: ['B'] },
    };
    const open = at(path, createApp(createRouter().get('/-', answer)));
    const all = createRouter().get('/*path', answer);
    const inner = createApp(requireAuth(createStubGuard(map)), open, all);
    expect(check(at(base, inner))).toEqual([
      `GET ${base}/*path answers GET ${base}${path}/- in another case: make requireAuth (option ` +
        'routing) and the routers case-sensitive',
    ]);
  });

  test('knows which route an exclusive router prefers', () => {
    const register = (router: Router<AuthState>) =>
      router.get('/docs/:id', answer).get('/docs/admin', answer);
    expect(check(auth, register(createRouter({ exclusive: true })))).toEqual([]);
    expect(check(auth, register(createRouter({ exclusive: 'specificity' })))).toEqual([]);
  });
});

describe('checkRoutes of Koa reports what it cannot check', () => {
  const auth = requireAuth(createStubGuard({ 'GET /a': { scopes: [] } }));
  const check = (options: CheckRoutesOptions | undefined, ...parts: Part[]) =>
    readFaults(() =>
      checkRoutes(createApp(auth, createRouter().get('/a', answer), ...parts), options),
    );

  test.each<[string, Part, string]>([
    ['a function of the application', goOn, 'USE / goOn'],
    ['a function of a router', createRouter().use(goOn), 'USE / goOn'],
    ['a function at a path', createRouter().use('/m', goOn), 'USE /m goOn'],
    [
      'a function of a router with a prefix',
      createRouter({ prefix: '/p' }).use(goOn),
      'USE /p goOn',
    ],
    ['what runs when no route matches', createRouter().on('not-found', goOn), 'USE / goOn'],
  ])('%s, which may be listed as checked', (_name, part, name) => {
    const fault = `${name} cannot be checked: it is a function, which may answer any path`;
    expect(check(undefined, part)).toEqual([fault]);
    expect(check({ checked: [name] }, part)).toEqual([]);
  });

  test('a router that answers some hosts only, and one that ignores the path', () => {
    const hosts = createRouter({ host: 'a.example' }).get('/a', answer);
    const fixed = createRouter({ routerPath: '/a' }).get('/a', answer);
    expect(check(undefined, hosts)).toEqual([
      'GET /a cannot be checked: its router answers some hosts only',
    ]);
    expect(check(undefined, fixed)).toEqual([
      'GET /a cannot be checked: its router has the option routerPath',
    ]);
  });

  test('a regular expression', () => {
    const name = 'GET /^\\/a$/';
    const router = () => createRouter().get(/^\/a$/, answer);
    expect(check(undefined, router())).toEqual([
      `${name} cannot be checked: its path is not a plain pattern`,
    ]);
    expect(check({ checked: [name] }, router())).toEqual([]);
  });

  test('an entry that no route serves, and a catch-all that answers for others', () => {
    const keys = {
      'GET /:page': { scopes: [] },
      'POST /a': { scopes: [] },
      'GET /*': 'public',
    } as const;
    const app = createApp(requireAuth(createStubGuard(keys)), createRouter().get('/*all', answer));
    expect(readFaults(() => checkRoutes(app))).toEqual([
      'GET /*all also answers GET /:page, which has its own rule but no route',
      'POST /a is in the endpoint map, but no route serves it',
    ]);
  });

  test('a route without a trailing slash that answers for one with it', () => {
    const keys = { 'GET /docs/': { scopes: [] }, 'GET /:p': { scopes: ['P'] } } as const;
    const router = createRouter().get('/docs/', answer).get('/:p', answer);
    const app = createApp(requireAuth(createStubGuard(keys)), router);
    expect(readFaults(() => checkRoutes(app))).toEqual([
      'GET /:p also answers GET /docs/, which has its own rule but no route',
    ]);
  });
});

describe('checkRoutes of Koa, with rules without effect', () => {
  const byRoute = requireAuth(createStubGuard(), { endpoints: 'by-route' });
  const check = (...parts: Part[]) => readFaults(() => checkRoutes(createApp(...parts)));

  test('reports a rule without a guard before it', () => {
    const fault = 'GET /a has a rule, but no guard before the rule: use requireAuth';
    expect(check(createRouter().get('/a', rule, answer))).toEqual([fault]);
    expect(check(createRouter().get('/a', rule, answer), byRoute)).toEqual([fault]);
    expect(check(rule, byRoute, createRouter().get('/a', answer))).toEqual([fault]);
    expect(check(createRouter().get('/a', byRoute, rule, answer))).toEqual([]);
  });

  test.each([
    ['/files/a@b', '/files/a%40b'],
    ['/files/a\\:b', '/files/a%3Ab'],
    ['/files/a%40b', '/files/a@b'],
  ])('reports a rule at the mount %s, which %s bypasses', (path, other) => {
    const router = createRouter().use(path, rule).get('/files/*path', requireScopes(), answer);
    const [fault, ...more] = check(byRoute, router);
    expect(fault).toContain(`has a rule that ${other} bypasses`);
    expect(more).toEqual([]);
    expect(check(byRoute, createRouter().use('/files/a.b', rule))).toEqual([]);
  });

  test.each(['/files/*path', '/files/:name', /^\/files\/(.+)$/])(
    'reports a rule at a mount for one file, before a route that may serve the file: %s',
    (path) => {
      const router = createRouter().use('/files/a.txt', rule).get(path, requireScopes(), answer);
      expect(check(byRoute, router)).toContain(
        'USE /files/a.txt has a rule that /files/a bypasses if a static server adds an extension ' +
          'or an index file',
      );
    },
  );

  test('reports a group rule whose parameter is another one at the handler', () => {
    const group = requireGroup({ path: 'g' });
    const nested = createRouter().get('/:g/y', answer).routes();
    expect(check(byRoute, createRouter().use('/t/:g', group).use('/t/:g', nested))).toHaveLength(1);
    expect(check(byRoute, createRouter().use('/t/:g', group).get('/t/:x/:g', answer))).toHaveLength(
      1,
    );
    expect(check(byRoute, createRouter().use('/t/:g', group).get('/t/:g/x', answer))).toEqual([]);
  });
});
