import { createServer } from 'node:http';
import { type EndpointKey, type EndpointMap, markGuard, markRouteRule } from '@mandate/core';
import {
  allowAnonymous,
  requireAnyScope,
  requireAuth,
  requireGroup,
  requireScopes,
} from '@mandate/express';
import { type CheckRoutesOptions, checkRoutes, listRoutes } from '@mandate/express/check-routes';
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  Router,
} from 'express';
import { describe, expect, test } from 'vitest';
import { createStubGuard, omitUnserved, readFaults } from '../support/stub-guard.js';

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

  test('lists methods and paths with all prefixes, in the order of registration', () => {
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

  test('lists which routes have a rule', () => {
    const withRule = listRoutes(app).filter(({ hasRule }) => hasRule);
    expect(withRule.map(({ path }) => path)).toEqual(['/b', '/g{/:id}']);
  });

  test('accepts a router as well', () => {
    expect(listRoutes(nested)).toEqual([
      { method: 'GET', path: '/', hasRule: false },
      { method: 'GET', path: '/:id', hasRule: false },
    ]);
  });

  test('runs no handler of a mounted application', () => {
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

  test('reports a router that keeps no paths', () => {
    const old = createApp((app) => app.get('/a', answer));
    for (const layer of old.router.stack) Reflect.deleteProperty(layer, 'rawPath');
    expect(() => listRoutes(old)).toThrow(TypeError);
  });
});

describe('checkRoutes of Express, with rules at routes', () => {
  const byRoute = requireAuth(createStubGuard(), { endpoints: 'by-route' });
  const check = (register: (app: Express) => void, options?: CheckRoutesOptions) =>
    readFaults(() =>
      checkRoutes(
        createApp((app) => register(app.use(byRoute))),
        options,
      ),
    );
  const checkUnguarded = (register: (app: Express) => void, options?: CheckRoutesOptions) =>
    readFaults(() => checkRoutes(createApp(register), options));

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
    ['a custom middleware that is marked', markRouteRule<RequestHandler>((_q, _s, n) => n())],
  ])('accepts %s as a rule', (_name, rule) => {
    expect(check((app) => app.get('/a', rule, answer))).toEqual([]);
    expect(check((app) => app.get('/a', goOn, [rule], answer))).toEqual([]);
    expect(check((app) => app.use(rule).get('/a', answer))).toEqual([]);
    expect(check((app) => app.route('/a').all(rule).get(answer))).toEqual([]);
  });

  test('accepts a rule of a path that covers the route', () => {
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
  ])('rejects a rule that %s', (_name, register, route) => {
    expect(check(register)).toEqual([`${route} has no rule`]);
  });

  test('rejects a rule that compares case if the route does not', () => {
    const register = (app: Express) =>
      app
        .enable('case sensitive routing')
        .use(byRoute)
        .use('/a', requireScopes('A'))
        .use(Router().get('/a', answer));
    expect(checkUnguarded(register)).toEqual([
      'GET /a has no rule: /A bypasses the rule or guard before it',
    ]);
  });

  test('rejects a rule that compares the case of one segment if the route compares that of another', () => {
    const routing = { caseSensitive: true };
    const rules = Router(routing).use('/a', requireScopes('A'));
    const routes = Router(routing).get('/b', answer);
    expect(checkUnguarded((app) => app.use(byRoute, rules).use('/a', routes))).toEqual([
      'GET /a/b has no rule: /A/b bypasses the rule or guard before it',
    ]);
  });

  test('accepts for a regular expression only a rule on its own chain or for every path', () => {
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

  test('accepts public routes, and reports names that are not needed', () => {
    const register = (app: Express) =>
      app.get('/health', answer).get('/a', requireScopes('A'), answer);
    expect(check(register, { public: ['GET /health'] })).toEqual([]);
    expect(check(register, { public: ['GET /health', 'GET /gone', 'GET /a'] })).toEqual([
      'GET /gone is listed as public, but there is no such route',
      'GET /a is listed as public, but it has a rule',
    ]);
  });

  test('leaves routes behind a map to the map', () => {
    const guard = createStubGuard({ 'GET /a': { scopes: [] } });
    expect(checkUnguarded((app) => app.use(requireAuth(guard)).get('/a', answer))).toEqual([]);
  });

  test('throws one readable TypeError', () => {
    const app = createApp((app) => app.get('/a', answer).get('/b', answer));
    expect(() => checkRoutes(app)).toThrow(
      new TypeError('checkRoutes found 2 faults:\n- GET /a has no rule\n- GET /b has no rule'),
    );
  });

  test.each<[string, unknown]>([
    ['a server', createServer(express())],
    ['a function that makes the application', () => express()],
    ['nothing', undefined],
  ])('rejects %s instead of an application', (_, value) => {
    for (const read of [checkRoutes, listRoutes]) {
      expect(() => read(value as Express)).toThrow(/need an application or a router of Express$/);
    }
  });

  test('names the option to copy for what it cannot check', () => {
    const app = createApp((app) => app.use(express.json()));
    expect(() => checkRoutes(app)).toThrow(
      /\nWhen you have checked by hand what it cannot check, pass the option \{ checked: \["USE \/ jsonParser"\] \}\.$/,
    );
    expect(() => checkRoutes(app, { checked: ['USE / jsonParser'] })).not.toThrow();
  });

  test('names the whole option if a part of it is there', () => {
    const app = createApp((app) => app.use(express.json()).use(express.urlencoded()));
    expect(() => checkRoutes(app, { checked: ['USE / jsonParser'] })).toThrow(
      /\{ checked: \["USE \/ jsonParser", "USE \/ urlencodedParser"\] \}\.$/,
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
  const check = (register: (app: Express) => void, options?: CheckRoutesOptions) =>
    omitUnserved(readFaults(() => checkRoutes(createApp(register), options)));

  test('accepts routes that the map and the host match in the same way', () => {
    const faults = check(
      (app) => {
        app.get('/health', answer);
        app.use(auth);
        app.get('/docs/admin', answer).get('/docs/:id', answer).post('/docs', answer);
        app.get('/files/*path', answer);
        app.use('/files', Router().get('/:a/:b', answer));
      },
      { public: ['GET /health'] },
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
      ['POST /docs has no rule: requireAuth is registered after it'],
    ],
    [
      'is shadowed by a parameter',
      (app) => app.use(auth).get('/docs/:id', answer).get('/docs/admin', answer),
      ['GET /docs/admin is shadowed by GET /docs/:id'],
    ],
    [
      'is shadowed by a wildcard',
      (app) => app.use(auth).get('/docs/*all', answer).get('/docs/admin', answer),
      [
        'GET /docs/*all is not in the endpoint map',
        'GET /docs/*all also answers GET /docs/:id, which has its own rule but no route',
        'GET /docs/admin is shadowed by GET /docs/*all',
      ],
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
      ['GET /docs/:id also answers GET /docs/admin, which has its own rule but no route'],
    ],
    [
      'overlaps an entry crosswise',
      (app) => app.use(auth).get('/docs/admin', answer).get('/:kind/:id', answer),
      [
        'GET /:kind/:id is not in the endpoint map',
        'GET /:kind/:id also answers GET /docs/:id, which has its own rule but no route',
        'GET /:kind/:id also answers GET /files/*, which has its own rule but no route',
      ],
    ],
    [
      'is a regular expression',
      (app) => app.use(auth).get(/^\/docs$/, answer),
      ['GET /^\\/docs$/ cannot be checked: its path is not a plain pattern'],
    ],
    [
      'is in a router that compares paths in another way',
      (app) => app.use(auth).use(Router({ strict: true }).post('/docs', answer)),
      [
        'POST /docs is routed with {"caseSensitive":false,"strict":true}, but requireAuth assumes ' +
          '{"caseSensitive":false,"strict":false}: set its option routing',
      ],
    ],
  ])('reports a route that %s', (_name, register, faults) => {
    expect(check(register)).toEqual(faults);
  });

  test('reports a route that answers the path of a wildcard entry without its last segment, in strict routing', () => {
    const open = createStubGuard({
      'GET /public/*': 'public',
      'GET /*': { scopes: ['ADMIN'] },
    });
    const routing = { caseSensitive: false, strict: true };
    const routes = Router({ strict: true }).get('/public/*path', answer).get('/*path', answer);
    // Express takes `/public/` to the last of them, the map to the first.
    expect(check((app) => app.use(requireAuth(open, { routing }), routes))).toEqual([
      'GET /*path also answers GET /public/*, which has its own rule but no route',
    ]);
  });

  test.each([
    ['/api', '/list'],
    ['/API', '/List'],
    ['/a/b', '/c/LIST'],
  ])('reports a route that answers another case than its mounts compare, at %s', (base, path) => {
    const map = createStubGuard({
      [`GET ${base}${path}/-`]: { scopes: ['A'] },
      [`GET ${base}/*`]: { scopes: ['B'] },
    });
    const sensitive = () => Router({ caseSensitive: true });
    const all = Router().get('/*path', answer);
    const inner = sensitive().use(path, Router().get('/-', answer)).use(all);
    const register = (app: Express) => app.use(requireAuth(map), sensitive().use(base, inner));
    expect(check(register)).toEqual([
      `GET ${base}/*path answers GET ${base}${path}/- in another case: make requireAuth (option ` +
        'routing) and the routers case-sensitive',
    ]);
  });

  test('compares paths by the routing option of requireAuth', () => {
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

  test('accepts a custom middleware that is marked as the guard', () => {
    const wrapped = markGuard<RequestHandler>((req, res, next) => auth(req, res, next), {
      guard,
      endpoints: 'by-map',
    });
    expect(check((app) => app.use(wrapped).post('/docs', answer))).toEqual([]);
  });
});

describe('checkRoutes of Express reports what it cannot check', () => {
  const guard = createStubGuard({ 'GET /a': { scopes: [] } });
  const check = (register: (app: Express) => void, options?: CheckRoutesOptions) =>
    readFaults(() =>
      checkRoutes(
        createApp((app) => {
          app.use(requireAuth(guard)).get('/a', answer);
          register(app);
        }),
        options,
      ),
    );

  test.each<[string, (app: Express) => void, string]>([
    ['a function for every path', (app) => app.use(goOn), 'USE / goOn'],
    ['a function at a mount', (app) => app.use('/legacy', goOn), 'USE /legacy goOn'],
    ['another framework', (app) => app.use('/f', new Proxy(goOn, {})), 'USE /f goOn'],
    ['a static server', (app) => app.use('/s', express.static('.')), 'USE /s serveStatic'],
    ['a body parser', (app) => app.use(express.json()), 'USE / jsonParser'],
    ['a function in a Router', (app) => app.use('/n', Router().use('/m', goOn)), 'USE /n/m goOn'],
    ['a function at a pattern', (app) => app.use(/^\/x/, goOn), 'USE /^\\/x/ goOn'],
  ])('%s, which may be listed as checked', (_name, register, name) => {
    const fault = `${name} cannot be checked: it is a function, which may answer any path`;
    expect(check(register)).toEqual([fault]);
    expect(check(register, { checked: [name] })).toEqual([]);
  });

  test('functions without names, and two with the same name, each by a name of its own', () => {
    const register = (app: Express) => app.use((_q, _s, next) => next()).use(goOn, goOn);
    const names = ['USE / <anonymous>', 'USE / goOn', 'USE / goOn #2'];
    expect(check(register).map((fault) => fault.split(' cannot')[0])).toEqual(names);
    expect(check(register, { checked: names })).toEqual([]);
  });

  test('but not error handlers, nor functions behind a rule', () => {
    const onError: ErrorRequestHandler = (_error, _req, _res, next) => next();
    const files = (app: Express) => app.use('/files', requireScopes('FILES'), goOn).use(onError);
    expect(check(files)).toEqual([]);
  });

  test('a regular expression, until it is listed as checked', () => {
    const register = (app: Express) => app.get(/^\/a$/, answer);
    const name = 'GET /^\\/a$/';
    expect(check(register)).toEqual([`${name} cannot be checked: its path is not a plain pattern`]);
    expect(check(register, { checked: [name] })).toEqual([]);
  });

  test('but looks into an application in a Router, and into a Router in an application', () => {
    const inner = express().get('/x', answer);
    expect(check((app) => app.use(Router().use('/m', inner)))).toEqual([
      'GET /m/x is not in the endpoint map',
    ]);
    const open = createApp((app) => app.use(Router().use('/m', inner)));
    expect(readFaults(() => checkRoutes(open))).toEqual(['GET /m/x has no rule']);
    expect(listRoutes(open)).toEqual([{ method: 'GET', path: '/m/x', hasRule: false }]);
  });

  test('an application in a Router, after which a guard compares paths as that application', () => {
    const inner = express().enable('case sensitive routing').get('/x', answer);
    const open = createApp((app) => app.use(Router().use('/m', inner)));
    const faults = readFaults(() => checkRoutes(open, { public: ['GET /m/x'] }));
    expect(faults).toEqual([
      'USE /m app cannot be checked: it is an application in a Router, which changes req.app and ' +
        'compares paths in another way; mount it with app.use',
    ]);
    const mounted = createApp((app) => app.use('/m', inner));
    expect(readFaults(() => checkRoutes(mounted, { public: ['GET /m/x'] }))).toEqual([]);
  });

  test('and entries of the lists that are not needed', () => {
    expect(check(() => undefined, { checked: ['USE / gone', 'GET /a'] })).toEqual([
      'USE / gone is listed as checked, but there is nothing to check',
      'GET /a is listed as checked, but there is nothing to check',
    ]);
    expect(() => check(() => undefined, { chekced: [] } as CheckRoutesOptions)).not.toThrow();
    expect(() => checkRoutes(express(), { open: [] } as CheckRoutesOptions)).toThrow(
      'unknown option "open" in checkRoutes',
    );
  });
});

/** A function whose answers `checkRoutes` cannot know. */
const markChecked = (): RequestHandler =>
  function served(_req, _res, next) {
    next();
  };

describe('checkRoutes of Express, with entries and rules without effect', () => {
  const check = (app: Express, options?: CheckRoutesOptions) =>
    readFaults(() => checkRoutes(app, options));
  const byRoute = requireAuth(createStubGuard(), { endpoints: 'by-route' });

  test('reports an entry that no route serves, unless an unlistable handler may serve it', () => {
    const guard = createStubGuard({ 'GET /a': { scopes: [] }, 'POST /a': { scopes: ['W'] } });
    const app = () => express().use(requireAuth(guard)).get('/a', answer);
    expect(check(app())).toEqual(['POST /a is in the endpoint map, but no route serves it']);
    expect(check(app(), { servedElsewhere: ['POST /a'] })).toEqual([]);
    expect(check(app(), { servedElsewhere: ['POST /a', 'GET /a', 'GET /b'] })).toEqual([
      'GET /a is listed as served elsewhere, but a route serves it',
      'GET /b is listed as served elsewhere, but is in no endpoint map',
    ]);
  });

  test('reports an entry for another method over an entry that is served elsewhere', () => {
    const servedElsewhere = ['GET /files/*', 'GET /files/x/*'];
    const create = (endpoints: EndpointMap, routed = endpoints) => {
      const files = createStubGuard({
        'GET /files/*': { scopes: ['FILES'] },
        'GET /files/x/*': { scopes: ['X'] },
        ...endpoints,
      });
      const app = express().use(requireAuth(files)).use('/files', markChecked());
      for (const key of Object.keys(routed)) {
        const [method = '', path = ''] = key.split(' ');
        app[method.toLowerCase() as 'post'](path.replace('*', '*rest'), answer);
      }
      return app;
    };
    const checked = ['USE /files served'];
    const over = (other: string, key: string) =>
      `${other} over ${key} cannot be checked: the handler of ${key} may ignore the method, and then ` +
      `also answers by the rule of ${other}`;
    const app = create({ 'POST /*': { scopes: [] } });
    expect(check(app, { checked, servedElsewhere })).toEqual([
      over('POST /*', 'GET /files/*'),
      over('POST /*', 'GET /files/x/*'),
    ]);
    const subjects = servedElsewhere.map((key) => `POST /* over ${key}`);
    expect(check(app, { checked: [...checked, ...subjects], servedElsewhere })).toEqual([]);
    expect(check(create({ 'OPTIONS /:a/x/:b': 'public' }), { checked, servedElsewhere })).toEqual([
      over('OPTIONS /:a/x/:b', 'GET /files/x/*'),
    ]);
    const apart = create({ 'POST /b/*': { scopes: [] } });
    expect(check(apart, { checked, servedElsewhere })).toEqual([]);
    // The rule of another method without what that of the files requires too.
    const mfa = { scopes: ['X'], stepUp: { acrValues: ['mfa'] } };
    for (const strict of [mfa, { scopes: ['X'], allowIf: () => 'never' }] as const) {
      const files: EndpointMap = { 'GET /files/x/*': strict };
      const weaker: EndpointMap = { 'POST /files/x/:a': { scopes: ['X'] } };
      expect(check(create({ ...files, ...weaker }, weaker), { checked, servedElsewhere })).toEqual([
        over('POST /files/x/:a', 'GET /files/x/*'),
      ]);
      const equal: EndpointMap = { 'POST /files/x/:a': { ...strict } };
      expect(check(create({ ...files, ...equal }, equal), { checked, servedElsewhere })).toEqual(
        [],
      );
    }
    const optional = create({ 'POST /files/x/:a': { scopes: ['X'], optional: true } });
    expect(check(optional, { checked, servedElsewhere })).toEqual([
      over('POST /files/x/:a', 'GET /files/x/*'),
    ]);
    const same = create({ 'POST /files/x/:a': { scopes: ['X'] } });
    expect(check(same, { checked, servedElsewhere })).toEqual([]);
  });

  describe('before a static server that may add an extension or an index file', () => {
    const create = (endpoints: EndpointMap) =>
      express().use(requireAuth(createStubGuard(endpoints)));
    const checked = ['USE /files served'];
    const over = (judged: string, own: string) =>
      `${judged} over ${own} cannot be checked: a static server may add an extension or an index ` +
      `file, and then serves files of ${own} by the rule of ${judged}`;
    const FILES = { 'GET /files/*': { scopes: ['FILES'] } };
    const servedElsewhere = ['GET /files/*'];

    test('reports a route in its folder with another rule', () => {
      const app = create({ ...FILES, 'GET /files/a': { scopes: ['A'] } })
        .use('/files', markChecked())
        .get('/files/a', answer);
      const subject = 'GET /files/a over GET /files/*';
      expect(check(app, { checked, servedElsewhere })).toEqual([
        over('GET /files/a', 'GET /files/*'),
      ]);
      expect(check(app, { checked: [...checked, subject], servedElsewhere })).toEqual([]);
    });

    test.each<[string, EndpointMap]>([
      ['with the same rule', { ...FILES, 'GET /files/a': { scopes: ['FILES'] } }],
      ['if the files are public', { 'GET /files/*': 'public', 'GET /files/a': { scopes: ['A'] } }],
      ['if the map has no other files', { 'GET /files/a': { scopes: ['A'] } }],
    ])('accepts a route in its folder %s', (_name, endpoints) => {
      const app = create(endpoints).use('/files', markChecked()).get('/files/a', answer);
      const wide = Object.keys(endpoints).filter((name) => name !== 'GET /files/a');
      expect(check(app, { checked, servedElsewhere: wide })).toEqual([]);
    });

    test('accepts a route that is registered before it', () => {
      const app = create({ ...FILES, 'GET /files/a': { scopes: ['A'] } })
        .get('/files/a', answer)
        .use('/files', markChecked());
      expect(check(app, { checked, servedElsewhere })).toEqual([]);
    });

    test.each(['GET /files/a.txt', 'GET /files/:id/a.txt', 'GET /files/docs/index.html'])(
      'reports an entry for one file: %s',
      (file) => {
        const app = create({ ...FILES, [file]: { scopes: ['A'] } }).use('/files', markChecked());
        expect(check(app, { checked, servedElsewhere: [...servedElsewhere, file] })).toEqual([
          over('GET /files/*', file),
        ]);
      },
    );

    test('accepts an entry for a folder', () => {
      const folder = { 'GET /files/a': { scopes: ['A'] }, 'GET /files/a/*': { scopes: ['A'] } };
      const app = create({ ...FILES, ...folder }).use('/files', markChecked());
      const elsewhere = [...servedElsewhere, ...Object.keys(folder)];
      expect(check(app, { checked, servedElsewhere: elsewhere })).toEqual([]);
    });

    test.each([
      ['/files/a.txt', '/files/a'],
      ['/files/docs/index.html', '/files/docs/'],
    ])('reports a rule at a mount for one file: %s', (file, second) => {
      const app = express().use(byRoute).use(file, requireScopes('A'));
      app.use('/files', requireScopes(), markChecked());
      const reason = 'bypasses if a static server adds an extension or an index file';
      expect(check(app)).toEqual([`USE ${file} has a rule that ${second} ${reason}`]);
      expect(check(app, { checked: [`USE ${file}`] })).toEqual([]);
      const alone = express().use(byRoute).use(file, requireScopes('A'), markChecked());
      expect(check(alone)).toEqual([]);
    });

    test.each(['/files/*rest', '/files/:name', '/files/:name{.:extension}', /^\/files\/(.+)$/])(
      'reports a rule at a mount for one file, before a route that may serve the file: %s',
      (path) => {
        const app = express().use(byRoute).use('/files/a.txt', requireScopes('A'));
        app.get(path, requireScopes(), answer);
        expect(check(app)).toContain(
          'USE /files/a.txt has a rule that /files/a bypasses if a static server adds an ' +
            'extension or an index file',
        );
      },
    );

    test.each(['/files/a', '/files/b/*rest', '/other/:name'])(
      'accepts a rule at a mount for one file, before a route that takes other paths: %s',
      (path) => {
        const app = express().use(byRoute).use('/files/a.txt', requireScopes('A'));
        app.get(path, requireScopes(), answer);
        expect(check(app)).toEqual([]);
      },
    );
  });

  test.each<[string, Express]>([
    ['without a guard', express().get('/a', requireScopes('A'), answer)],
    ['with the guard behind it', express().get('/a', requireScopes('A'), byRoute, answer)],
    [
      'with the guard on another path',
      express().use('/b', byRoute).get('/a', requireScopes(), answer),
    ],
    [
      'with the guard for another method',
      express().post('/a', byRoute).get('/a', requireScopes(), answer),
    ],
    [
      'with the guard after a rule at a mount',
      express().use(requireScopes(), byRoute).get('/a', answer),
    ],
  ])('reports a rule %s', (_name, app) => {
    expect(check(app)).toEqual([
      'GET /a has a rule, but no guard before the rule: use requireAuth',
    ]);
  });

  test.each([
    ['/files/a@b', '/files/a%40b'],
    ['/files/a\\:b', '/files/a%3Ab'],
    ["/files/o'x", '/files/o%27x'],
    ['/files/a\\+b', '/files/a%2Bb'],
    ['/files/\\(a\\)', '/files/%28a)'],
    ['/files/a%40b', '/files/a@b'],
    ['/files/é', '/files/%C3%A9'],
    ['/:kind/a@b', '/Zz~0/a%40b'],
  ])('reports a rule at the mount %s, which %s bypasses', (path, other) => {
    const app = express().use(byRoute).use(path, requireScopes('SECRET'));
    app.get('/files/*path', requireScopes(), answer);
    const [fault, ...more] = check(app);
    expect(fault).toContain(`has a rule that ${other} bypasses`);
    expect(more).toEqual([]);
    expect(check(app, { checked: [fault?.split(' has a rule')[0] as string] })).toEqual([]);
  });

  test('accepts rules at mounts with one spelling, and routes with several', () => {
    const app = express().use(byRoute).use('/files/a.b_c-d~e', requireScopes('A'));
    app.use('/t@x', Router().use(requireScopes('T')).get('/y', answer));
    app.get('/users/a@b', requireScopes('A'), answer);
    expect(check(app)).toEqual([]);
  });

  test('reports a group rule whose parameter is another one at the handler', () => {
    const rule = requireGroup({ path: 'g' });
    const nested = express().use(byRoute).use('/t/:g', rule, Router().get('/:g/y', answer));
    expect(check(nested)).toEqual([
      'GET /t/:g/:g/y has another parameter where its group rule reads "g" of /t/:g: rename one of them',
    ]);
    const beside = express().use(byRoute).use('/t/:g', rule).get('/t/:x/:g', answer);
    expect(check(beside)).toHaveLength(1);
    const same = express().use(byRoute).use('/t/:g', rule).get('/t/:g/:x', answer);
    expect(check(same)).toEqual([]);
    const own = express().use(byRoute).get('/t/:g', rule, answer);
    expect(check(own)).toEqual([]);
  });
});

describe('checkRoutes of Express, with routes that answer for others', () => {
  const check = (paths: readonly string[], keys: readonly EndpointKey[], before?: string) => {
    const guard = createStubGuard(Object.fromEntries(keys.map((key) => [key, { scopes: [] }])));
    const app = express();
    if (before !== undefined) app.get(before, answer);
    app.use(requireAuth(guard));
    for (const path of paths) app.get(path, answer);
    const open = before === undefined ? [] : [`GET ${before}`];
    return readFaults(() => checkRoutes(app, { public: open }));
  };

  test('reports a catch-all that answers what other entries name', () => {
    expect(check(['/*all'], ['GET /:page', 'GET /*'])).toEqual([
      'GET /*all also answers GET /:page, which has its own rule but no route',
    ]);
    expect(check(['/a', '/*all'], ['GET /a', 'GET /a/b/c/d/e', 'GET /*'])).toEqual([
      'GET /*all also answers GET /a/b/c/d/e, which has its own rule but no route',
    ]);
    expect(check(['/a', '/*all'], ['GET /a', 'GET /*'])).toEqual([]);
  });

  test('reports a catch-all at every depth', () => {
    expect(check(['/:a/:b/:c/:d', '/x/*all'], ['GET /x/*', 'GET /:a/:b/:c/:d'])).toEqual([
      'GET /x/*all is shadowed by GET /:a/:b/:c/:d',
    ]);
    expect(check(['/x/:a/*all', '/*all'], ['GET /x/:a/*', 'GET /x/:a/b/c', 'GET /*'])).toEqual([
      'GET /x/:a/*all also answers GET /x/:a/b/c, which has its own rule but no route',
    ]);
  });

  test('reports a public catch-all before the guard that answers what the map names', () => {
    expect(check(['/a'], ['GET /a'], '/*all')).toEqual(['GET /a is shadowed by GET /*all']);
    expect(check(['/a'], ['GET /a'], '/health')).toEqual([]);
  });

  test('accepts an optional part with an entry for each form', () => {
    expect(check(['/a{/:x}'], ['GET /a', 'GET /a/:x'])).toEqual([]);
    expect(check(['/f/*all'], ['GET /f/*'])).toEqual([]);
    expect(check(['/f/x', '/f/:y/z'], ['GET /f/*'])).toEqual([]);
  });
});
