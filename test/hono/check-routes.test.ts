import type { EndpointMap } from '@mandate/core';
import { type AuthEnv, requireAuth, requireGroup, requireScopes } from '@mandate/hono';
import { type CheckRoutesOptions, checkRoutes, listRoutes } from '@mandate/hono/check-routes';
import { type Handler, Hono, type MiddlewareHandler } from 'hono';
import { Hono as QuickHono } from 'hono/quick';
import { LinearRouter } from 'hono/router/linear-router';
import { Hono as TinyHono } from 'hono/tiny';
import { describe, expect, test } from 'vitest';
import { createStubGuard, omitUnserved, readFaults } from '../support/stub-guard.js';

const answer: Handler = (c) => c.text('answered');
const goOn: MiddlewareHandler = (_c, next) => next();
const rule = requireScopes('A');

type App = Hono<AuthEnv>;
const createApp = (register: (app: App) => unknown): App => {
  const app = new Hono<AuthEnv>();
  register(app);
  return app;
};

describe('listRoutes of Hono', () => {
  const nested = createApp((app) => app.get('/', answer).get('/:id', goOn, rule, answer));
  const failing = createApp((app) => app.get('/x', answer).onError((_error, c) => c.text('')));
  const app = createApp((app) => {
    app.use(goOn).get('/a', answer).all('/b', answer);
    app.on(['GET', 'PURGE'], ['/c', '/d'], answer);
    app.route('/groups/:groupid', nested).route('/e', failing);
    app.basePath('/v1').post('/f', answer);
    app.get('/g/:id{[0-9]+}', answer).get('/h/:x?', answer).get('/i/*', answer);
  });

  test('lists methods and paths with all prefixes, in the order of registration', () => {
    expect(listRoutes(app).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /a',
      'ALL /b',
      'GET /c',
      'PURGE /c',
      'GET /d',
      'PURGE /d',
      'GET /groups/:groupid',
      'GET /groups/:groupid/:id',
      'GET /e/x',
      'POST /v1/f',
      'GET /g/:id{[0-9]+}',
      'GET /h/:x?',
      'GET /i/*',
    ]);
  });

  test('lists which routes have a rule', () => {
    const withRule = listRoutes(app).filter(({ hasRule }) => hasRule);
    expect(withRule.map(({ path }) => path)).toEqual(['/groups/:groupid/:id']);
  });

  test('asks the router of the application, which accepts no more routes afterwards', async () => {
    const app = createApp((app) => app.get('/a', answer));
    listRoutes(app);
    expect(() => app.get('/b', answer)).toThrow('matcher is already built');
    expect((await app.request('/a')).status).toBe(200);
  });
});

describe('checkRoutes of Hono, with rules at routes', () => {
  const byRoute = requireAuth(createStubGuard(), { endpoints: 'by-route' });
  const check = (register: (app: App) => unknown, options?: CheckRoutesOptions) =>
    readFaults(() =>
      checkRoutes(
        createApp((app) => register(app.use(byRoute))),
        options,
      ),
    );

  test.each<[string, unknown]>([
    ['the handler of a server', new Hono().fetch],
    ['nothing', undefined],
  ])('rejects %s instead of an application', (_, value) => {
    for (const read of [checkRoutes, listRoutes]) {
      expect(() => read(value as Hono)).toThrow(/need an application of Hono$/);
    }
  });

  test('names every route that has no rule', () => {
    const register = (app: App) => app.get('/a', answer).get('/b', rule, answer).post('/b', answer);
    expect(check(register)).toEqual(['GET /a has no rule', 'POST /b has no rule']);
  });

  test.each<[string, (app: App) => unknown]>([
    ['on its own chain', (app) => app.get('/a', goOn, rule, answer)],
    ['on the chain of a pattern', (app) => app.get('/a/:id{x[0-9]y}', rule, answer)],
    ['before it', (app) => app.use(rule).get('/a', answer).get('/b/:id{x[0-9]y}', answer)],
    [
      'of a path that covers it',
      (app) => app.use('/a/*', rule).get('/a', answer).get('/a/b', answer),
    ],
    [
      'of the application it is in',
      (app) =>
        app.route(
          '/n',
          createApp((n) => n.use(rule).get('/a', answer)),
        ),
    ],
    ['for all methods', (app) => app.all('/a', rule, answer)],
    [
      'of an application with its own error handler',
      (app) =>
        app.route(
          '/n',
          createApp((n) => n.get('/a', rule, answer).onError((_e, c) => c.text(''))),
        ),
    ],
  ])('accepts a rule %s', (_name, register) => {
    expect(check(register)).toEqual([]);
  });

  test.each<[string, (app: App) => unknown]>([
    ['comes later', (app) => app.get('/a', answer).use(rule)],
    ['comes behind the handler', (app) => app.get('/a', answer, rule, answer)],
    ['is elsewhere', (app) => app.use('/b/*', rule).get('/a', answer)],
    ['is for another method', (app) => app.post('/a', rule).get('/a', answer)],
    [
      'is in another application',
      (app) =>
        app
          .route(
            '/n',
            createApp((n) => n.use(rule)),
          )
          .get('/a', answer),
    ],
  ])('rejects a rule that %s', (_name, register) => {
    expect(check(register)).toEqual(['GET /a has no rule']);
  });

  test('rejects a rule that covers only some of the paths', () => {
    expect(check((app) => app.use('/a/:x', rule).get('/a/*', answer))).toHaveLength(1);
    expect(check((app) => app.use('/a/:x{[0-9]+}', rule).get('/a/:x', answer))).toHaveLength(1);
    expect(check((app) => app.use('/a/:x', rule).get('/a/:x?', answer))).toHaveLength(1);
  });

  test('accepts public routes', () => {
    const app = createApp((app) => app.get('/health', answer));
    expect(() => checkRoutes(app, { public: ['GET /health'] })).not.toThrow();
    expect(() => checkRoutes(app, { public: ['GET /healthz'] })).toThrow(TypeError);
  });
});

describe('checkRoutes of Hono, with a map', () => {
  const guard = createStubGuard({
    'GET /docs/:id': { scopes: ['DOCS'] },
    'GET /docs/admin': { scopes: ['ADMIN'] },
    'GET /files/*': { scopes: ['FILES'] },
  });
  const auth = requireAuth(guard);
  const check = (app: App, options?: CheckRoutesOptions) =>
    omitUnserved(readFaults(() => checkRoutes(app, options)));

  test('accepts routes that the map and the host match in the same way', () => {
    const docs = createApp((app) => app.get('/admin', answer).get('/:id', answer));
    expect(
      check(createApp((app) => app.use(auth).route('/docs', docs).get('/files/*', answer))),
    ).toEqual([]);
    expect(
      check(
        createApp((app) =>
          app.use('/docs/*', auth).get('/docs/admin', answer).get('/docs/:id{[0-9]+}', answer),
        ),
        { checked: ['GET /docs/:id{[0-9]+}'] },
      ),
    ).toEqual([]);
  });

  test('reports what is not mapped, before the guard or shadowed', () => {
    const app = createApp((app) => {
      app.get('/docs/admin', answer).use(auth);
      app.get('/docs/:id', answer).get('/docs/admin', answer).get('/a', answer);
      app.get('/docs/:id{(x|y)z}', answer);
    });
    expect(check(app)).toEqual([
      'GET /docs/admin has no rule: requireAuth is registered after it',
      'GET /a is not in the endpoint map',
      'GET /docs/:id{(x|y)z} cannot be checked: it has a parameter with a pattern',
      'GET /docs/admin is shadowed by GET /docs/:id',
    ]);
  });

  test('reports a wildcard that also answers without anything below it, by the rule of another', () => {
    const map = { 'GET /docs/*': { scopes: ['DOCS'] }, 'GET /:page': 'public' } as const;
    const create = (endpoints: EndpointMap) =>
      new Hono<AuthEnv>()
        .use(requireAuth(createStubGuard(endpoints)))
        .get('/docs/*', answer)
        .get('/:page', answer);
    expect(check(create(map))).toEqual(['GET /:page is shadowed by GET /docs/*']);
    expect(check(create({ ...map, 'GET /docs': { scopes: ['DOCS'] } }))).toEqual([]);
    expect(check(create({ 'GET /*': { scopes: ['DOCS'] } }))).toEqual([]);
  });

  test('reports it also if a wider wildcard has the rule', () => {
    const map = { 'GET /a/:p/*': { scopes: ['A'] }, 'GET /a/*': { scopes: ['B'] } } as const;
    const app = new Hono<AuthEnv>()
      .use(requireAuth(createStubGuard(map)))
      .get('/a/:p/*', answer)
      .get('/a/*', answer);
    expect(check(app)).toEqual(['GET /a/* is shadowed by GET /a/:p/*']);
  });

  test('reports an application that ignores a trailing slash, if requireAuth lacks the option', () => {
    const create = (middleware: MiddlewareHandler<AuthEnv>) =>
      new Hono<AuthEnv>({ strict: false }).use(middleware).get('/files/*', answer);
    expect(check(create(auth))).toHaveLength(1);
    const routing = { caseSensitive: true, strict: false };
    expect(check(create(requireAuth(guard, { routing })))).toEqual([]);
  });
});

describe('checkRoutes of Hono reports what it cannot check', () => {
  const auth = requireAuth(createStubGuard({ 'GET /a': { scopes: [] } }));
  const check = (register: (app: App) => unknown, options?: CheckRoutesOptions) =>
    readFaults(() =>
      checkRoutes(
        createApp((app) => register(app.use(auth).get('/a', answer))),
        options,
      ),
    );

  test.each<[string, (app: App) => unknown, string]>([
    ['a function for every path', (app) => app.use(goOn), 'USE /* goOn'],
    ['a function at a path', (app) => app.use('/m/*', goOn), 'USE /m/* goOn'],
    ['a handler for all methods that may go on', (app) => app.all('/a', goOn), 'USE /a goOn'],
    ['another framework', (app) => app.mount('/m', () => new Response()), 'USE /m/* handler'],
  ])('%s, which may be listed as checked', (_name, register, name) => {
    const fault = `${name} cannot be checked: it is a function, which may answer any path`;
    expect(check(register)).toEqual([fault]);
    expect(check(register, { checked: [name] })).toEqual([]);
  });

  test('a parameter with a pattern', () => {
    const name = 'GET /:page{a|b}';
    const register = (app: App) => app.get('/:page{a|b}', answer);
    const fault = `${name} cannot be checked: it has a parameter with a pattern`;
    expect(check(register)).toContain(fault);
    expect(check(register, { checked: [name] })).not.toContain(fault);
  });
});

describe.each([
  ['hono', Hono],
  ['hono/quick', QuickHono],
  ['hono/tiny', TinyHono],
])('checkRoutes asks the router of %s', (name, create) => {
  const check = (
    paths: readonly string[],
    endpoints: EndpointMap,
    options?: CheckRoutesOptions,
  ) => {
    const routing = { caseSensitive: true, strict: name === 'hono' };
    const app = new create<AuthEnv>();
    app.use(requireAuth(createStubGuard(endpoints), { routing }));
    for (const path of paths) app.get(path, answer);
    return readFaults(() => checkRoutes(app, options));
  };

  test('about a wildcard before its own bare path', () => {
    const map = { 'GET /a/*': { scopes: ['A'] }, 'GET /a': { scopes: ['B'] } } as const;
    expect(check(['/a/*', '/a'], map)).toEqual(['GET /a is shadowed by GET /a/*']);
    expect(check(['/a', '/a/*'], map)).toEqual([]);
  });

  test('about a parameter with a pattern before a wildcard', () => {
    const map = { 'GET /n/:id': { scopes: ['A'] }, 'GET /n/*': { scopes: ['B'] } } as const;
    const pattern = 'GET /n/:id{[0-9]+}';
    expect(check(['/n/:id{[0-9]+}', '/n/*'], map, { checked: [pattern] })).toEqual([
      'GET /n/* also answers GET /n/:id, which has its own rule but no route',
    ]);
  });

  test('about a trailing slash', () => {
    const app = new create<AuthEnv>();
    const map = { 'GET /admin': { scopes: ['A'] }, 'GET /*': 'public' } as const;
    app.use(requireAuth(createStubGuard(map), { routing: { caseSensitive: true, strict: true } }));
    app.get('/admin', answer).get('/*', answer);
    const faults = readFaults(() => checkRoutes(app));
    if (name === 'hono') expect(faults).toEqual([]);
    else
      expect(faults[0]).toContain(
        'GET /admin is routed with {"caseSensitive":true,"strict":false}',
      );
  });

  test('about entries that no route serves, and routes that answer for other entries', () => {
    const map = {
      'GET /:page': { scopes: [] },
      'POST /a': { scopes: [] },
      'GET /*': 'public',
    } as const;
    expect(check(['/*'], map)).toEqual([
      'GET /* also answers GET /:page, which has its own rule but no route',
      'POST /a is in the endpoint map, but no route serves it',
    ]);
  });
});

describe('checkRoutes of Hono, with rules without effect', () => {
  const byRoute = requireAuth(createStubGuard(), { endpoints: 'by-route' });
  const check = (register: (app: App) => unknown) =>
    readFaults(() => checkRoutes(createApp(register)));

  test('reports a rule without a guard before it', () => {
    const fault = 'GET /a has a rule, but no guard before the rule: use requireAuth';
    expect(check((app) => app.get('/a', rule, answer))).toEqual([fault]);
    expect(check((app) => app.get('/a', rule, answer).use(byRoute))).toEqual([fault]);
    expect(check((app) => app.use('/b/*', byRoute).get('/a', rule, answer))).toEqual([fault]);
  });

  test('reports a rule at a mount with a second spelling, of which Hono decodes only some', () => {
    const mount = (path: string) =>
      check((app) =>
        app.use(byRoute).use(`${path}/*`, rule).get('/files/*', requireScopes(), answer),
      );
    expect(mount('/files/a@b')[0]).toContain('bypasses');
    expect(mount('/files/a+b')[0]).toContain('bypasses');
    expect(mount('/files/a!b')).toEqual([]);
    expect(mount('/files/é')).toEqual([]);
    expect(mount('/files/a.b')).toEqual([]);
  });

  test('reports a rule for one file, before a route that may serve the file at a second path', () => {
    const mount = (path: string) =>
      check((app) => app.use(byRoute).use(path, rule).get('/files/*', requireScopes(), answer));
    const reason = 'bypasses if a static server adds an extension or an index file';
    expect(mount('/files/a.txt')).toEqual([`USE /files/a.txt has a rule that /files/a ${reason}`]);
    for (const path of ['/files/docs/index.html', '/files/docs/index.html/*']) {
      expect(mount(path)).toEqual([`USE ${path} has a rule that /files/docs/ ${reason}`]);
    }
    expect(mount('/other/a.txt')).toEqual([]);
  });

  test('reports a group rule whose parameter is another one at the handler', () => {
    const group = requireGroup({ path: 'g' });
    const at = (path: string) => (app: App) =>
      app.use(byRoute).use('/t/:g/*', group).get(path, answer);
    expect(check(at('/t/:x/:g'))).toHaveLength(1);
    expect(check(at('/t/:g/:x'))).toEqual([]);
    expect(check(at('/t/:g/x'))).toEqual([]);
  });
});

test.each([
  ['hono/quick', () => new QuickHono<AuthEnv>()],
  ['the linear router', () => new Hono<AuthEnv>({ router: new LinearRouter() })],
])('checkRoutes lists a path for which %s throws', (_name, create) => {
  const app = create();
  app.use(requireAuth(createStubGuard({}), { routing: { caseSensitive: true, strict: false } }));
  app.get('/b', answer);
  // The quick router chooses one of its routers by the first request, which here has another method.
  app.post('/a/:p/*', answer);
  expect(readFaults(() => checkRoutes(app))).toEqual([
    'POST /a/:p/* is not supported by the router of the application, which throws an error for every ' +
      'request of this method: use the router of new Hono()',
  ]);
  expect(listRoutes(app)).toHaveLength(2);
});
