import Router, { type RouterOptions } from '@koa/router';
import {
  type AuthState,
  checkRoutes,
  listRoutes,
  markMount,
  requireAuth,
  requireScopes,
} from '@mandate/koa';
import Koa, { type Middleware } from 'koa';
import mount from 'koa-mount';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createStubGuard, readFaults } from '../support/stub-guard.js';

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
  test('tells methods and paths with all prefixes, in the order of registration', () => {
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

  test('looks into what koa-mount mounts, where it is told what that is', () => {
    const inner = createApp(createRouter().get('/x', answer));
    const outer = createApp(markMount(mount('/in', inner), { path: '/in', app: inner }));
    const app = createApp(markMount(mount('/out', outer), { path: '/out', app: outer }));
    expect(listRoutes(app)).toEqual([{ method: 'GET', path: '/out/in/x', hasRule: false }]);
  });

  test('takes a router as well', () => {
    const router = createRouter().get('/', rule, answer);
    expect(listRoutes(router)).toEqual([{ method: 'GET', path: '/', hasRule: true }]);
  });
});

describe('checkRoutes of Koa, with rules at routes', () => {
  const check = (...parts: Part[]) => readFaults(() => checkRoutes(createApp(...parts)));

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
  ])('takes a rule %s', (_name, parts) => {
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
    [
      'is skipped by an exclusive router',
      [createRouter({ exclusive: true }).use(rule).get('/a', answer)],
    ],
  ])('does not take a rule that %s', (_name, parts) => {
    expect(check(...parts)).toEqual(['GET /a has no rule']);
  });

  test.each([
    ['of a router with a prefix', [createRouter({ prefix: '/n' }).use(rule).get('/a', answer)]],
    [
      'of a router that is nested under a path',
      [createRouter().use('/n', createRouter().use(rule).get('/a', answer).routes())],
    ],
  ])('does not take a rule %s, which the router compares with case', async (_name, parts) => {
    expect(check(...parts)).toEqual(['GET /n/a has no rule: /N/A passes by what stands before it']);
    // The rule is reached before requireAuth here, which it cannot forgive.
    const app = createApp(...parts);
    app.silent = true;
    const origin = await listen(app.callback());
    expect((await fetch(`${origin}/n/a`)).status).toBe(500);
    expect(await (await fetch(`${origin}/N/A`)).text()).toBe('answered');
  });

  test('takes a rule before a mounted application, and one inside of it', () => {
    const inner = createApp(createRouter().get('/x', answer));
    const guarded = createApp(rule, createRouter().get('/x', answer));
    const at = (app: Koa<AuthState>) => markMount(mount('/m', app), { path: '/m', app });
    expect(check(at(inner))).toEqual(['GET /m/x has no rule']);
    expect(check(rule, at(inner))).toEqual([]);
    expect(check(at(guarded))).toEqual([]);
    expect(check(at(guarded), createRouter().get('/m/y', answer).get('/z', answer))).toEqual([
      'GET /m/y has no rule: /M/Y passes by what stands before it',
      'GET /z has no rule',
    ]);
  });

  test('reports what koa-mount hides', () => {
    const inner = createApp(createRouter().get('/x', rule, answer));
    expect(check(mount('/m', inner))).toEqual([
      'ALL /(hidden by koa-mount: see markMount) has no rule',
    ]);
  });

  test('leaves open what is listed', () => {
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
  const check = (...parts: Part[]) => readFaults(() => checkRoutes(createApp(...parts)));

  test('accepts what is mapped and routed as it is judged', () => {
    const docs = createRouter({ prefix: '/docs' }).get('/admin', answer).get('/:id', answer);
    const files = createRouter().get('/files/*path', answer);
    expect(check(auth, docs, files)).toEqual([]);
    expect(check(createRouter().use(auth).use(docs.routes()))).toEqual([]);
    const app = createApp(docs);
    const mapped = markMount(mount('/', app), { path: '/', app });
    expect(check(auth, mapped)).toEqual([]);
  });

  test('reports what is not mapped, before the guard, shadowed or routed otherwise', () => {
    const early = createRouter().get('/docs/admin', answer);
    const docs = createRouter()
      .get('/docs/:id', answer)
      .get('/docs/admin', answer)
      .get('/a', answer);
    const strict = createRouter({ strict: true }).get('/files/*path', answer);
    expect(check(early, auth, docs, strict)).toEqual([
      'GET /docs/admin has no rule',
      'GET /a is not in the endpoint map',
      'GET /files/*path is routed with {"caseSensitive":false,"strict":true}, but requireAuth ' +
        'assumes {"caseSensitive":false,"strict":false}: tell it by its option routing',
      'GET /docs/admin is shadowed by GET /docs/:id',
    ]);
  });

  test('reports a route that answers the bare path of an earlier one, where a last slash counts', () => {
    const map = { 'GET /:kind/*': { scopes: [] }, 'GET /*': { scopes: ['ADMIN'] } } as const;
    const routing = { caseSensitive: false, strict: true };
    const strict = createRouter({ strict: true }).get('/:kind/*path', answer).get('/*path', answer);
    expect(check(requireAuth(createStubGuard(map), { routing }), strict)).toEqual([
      'GET /*path also answers GET /:kind/*, which has a rule of its own and no route there',
    ]);
  });

  test('reports a route that answers in capitals what koa-mount mounts in small letters', () => {
    const map = { 'GET /open/:file': 'public', 'GET /:kind/:id': { scopes: ['A'] } } as const;
    const open = (options?: RouterOptions) => {
      const app = createApp(createRouter(options).get('/:file', answer));
      return markMount(mount('/open', app), { path: '/open', app });
    };
    const all = (options?: RouterOptions) => createRouter(options).get('/:kind/:id', answer);
    expect(check(requireAuth(createStubGuard(map)), open(), all())).toEqual([
      'GET /:kind/:id answers GET /open/:file in capitals: tell upper from lower case by the option ' +
        'routing and by those of the routers',
    ]);
    const routing = { caseSensitive: true, strict: false };
    const told = requireAuth(createStubGuard(map), { routing });
    expect(check(told, open({ sensitive: true }), all({ sensitive: true }))).toEqual([]);
  });

  test('knows which route an exclusive router prefers', () => {
    const register = (router: Router<AuthState>) =>
      router.get('/docs/:id', answer).get('/docs/admin', answer);
    expect(check(auth, register(createRouter({ exclusive: true })))).toEqual([]);
    expect(check(auth, register(createRouter({ exclusive: 'specificity' })))).toEqual([]);
  });
});
