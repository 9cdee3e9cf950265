import cookie from '@fastify/cookie';
import { createGuard, type EndpointMap, type EndpointRule, type Principal } from '@mandate/core';
import { getRawToken } from '@mandate/core/raw-token';
import { createTokenFinder } from '@mandate/core/token-places';
import {
  DenialError,
  mountFetch,
  requireAuth,
  requireGroup,
  requireScopes,
} from '@mandate/fastify';
import '@mandate/fastify/typed-auth';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { createPrincipal } from '../support/static-verifier.js';

const MEMBER = createPrincipal({ scopes: ['READ'], groups: ['1'] });

function createGuardOf(endpoints: EndpointMap, principal: Principal = MEMBER) {
  const accepts = ({ token }: { readonly token: string }) => token === 'good';
  return createGuard({ verifiers: [{ accepts, verify: () => principal }], endpoints });
}

const GOOD = { authorization: 'Bearer good' };
const groupOf = (body: unknown) => (body as { readonly group?: unknown } | null)?.group;

async function ask(app: FastifyInstance, url: string, options: object = {}) {
  const answer = await app.inject({ url, headers: GOOD, ...options });
  const { code } =
    String(answer.headers['content-type']).includes('problem') && answer.body !== ''
      ? answer.json()
      : {};
  return code === undefined ? answer.statusCode : `${answer.statusCode} ${code}`;
}

describe('requireAuth of Fastify', () => {
  test('guards the context that registers it, and the contexts inside', async () => {
    const app = Fastify();
    app.get('/open', () => 'open');
    app.register(
      async (api) => {
        await api.register(requireAuth(createGuardOf({})));
        api.get('/a', () => 'a');
        api.register(async (inner) => void inner.get('/b', () => 'b'));
      },
      { prefix: '/api' },
    );
    app.register(async (sibling) => void sibling.get('/sibling', () => 'sibling'));
    expect(await ask(app, '/open')).toBe(200);
    expect(await ask(app, '/sibling')).toBe(200);
    expect(await ask(app, '/api/a')).toBe('403 endpoint_unmapped');
    expect(await ask(app, '/api/b')).toBe('403 endpoint_unmapped');
  });

  test('guards routes that were registered before it in its context', async () => {
    const app = Fastify();
    app.register(requireAuth(createGuardOf({})));
    app.get('/early', () => 'early');
    expect(await ask(app, '/early')).toBe('403 endpoint_unmapped');
  });

  test('guards paths without a route', async () => {
    const app = Fastify();
    await app.register(requireAuth(createGuardOf({})));
    expect(await ask(app, '/nowhere')).toBe('403 endpoint_unmapped');
  });

  test('guards contexts that were registered before it', async () => {
    const app = Fastify();
    app.register(async (early) => void early.get('/early', () => 'early'));
    app.register(requireAuth(createGuardOf({})));
    expect(await ask(app, '/early')).toBe('403 endpoint_unmapped');
  });

  test('gives handlers the principal, and the raw token by the request', async () => {
    const app = Fastify();
    await app.register(requireAuth(createGuardOf({ 'GET /me': { scopes: [] } })));
    app.get('/me', (request) => `${request.auth.subject} ${getRawToken(request)?.token}`);
    expect((await app.inject({ url: '/me', headers: GOOD })).body).toBe('ada@example.com good');
  });

  test('stores the principal in another property', async () => {
    const app = Fastify();
    const guard = createGuardOf({ 'GET /me': { scopes: [] } });
    await app.register(requireAuth(guard, { property: 'principal' }));
    app.get('/me', (request) => request.getDecorator<Principal>('principal').subject);
    expect((await app.inject({ url: '/me', headers: GOOD })).body).toBe('ada@example.com');
  });

  test.each(['body', 'raw', 'query', 'log'])(
    'does not start with the property "%s", which Fastify uses',
    async (property) => {
      const app = Fastify();
      app.register(requireAuth(createGuardOf({}), { property }));
      await expect(app.ready()).rejects.toThrow(property);
    },
  );

  test.each([undefined, 'answer'] as const)(
    'answers a rejection with denials: %s',
    async (denials) => {
      const app = Fastify();
      await app.register(requireAuth(createGuardOf({ 'GET /a': { scopes: ['B'] } }), { denials }));
      app.get('/a', () => 'a');
      const answer = await app.inject({ url: '/a', headers: GOOD });
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.headers['www-authenticate']).toContain('scope="B"');
    },
  );

  test("hands a rejection to the error handler with denials: 'throw'", async () => {
    const app = Fastify();
    app.setErrorHandler((error, _request, reply) => {
      reply.code(418).send(error instanceof DenialError ? error.code : 'other');
    });
    const guard = createGuardOf({ 'GET /a': { scopes: ['B'] } });
    await app.register(requireAuth(guard, { denials: 'throw' }));
    app.get('/a', () => 'a');
    const answer = await app.inject({ url: '/a', headers: GOOD });
    expect([answer.statusCode, answer.body]).toEqual([418, 'scope_required']);
  });

  test("sets status and challenge in Fastify's own error handler with denials: 'throw'", async () => {
    const app = Fastify();
    await app.register(requireAuth(createGuardOf({}), { denials: 'throw' }));
    const answer = await app.inject({ url: '/a' });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  test.each([new Error('db-7.internal'), undefined, null, 0, ''])(
    'does not let a request on, nor shows the fault, if a verifier throws %j',
    async (fault) => {
      for (const isLate of [false, true]) {
        const verify = () => {
          if (isLate) return Promise.reject(fault);
          throw fault;
        };
        const guard = createGuard({
          verifiers: [{ accepts: () => true, verify }],
          endpoints: { 'GET /a': { scopes: [] } },
        });
        const app = Fastify();
        await app.register(requireAuth(guard));
        let hasRun = false;
        app.get('/a', () => {
          hasRun = true;
        });
        const answer = await app.inject({ url: '/a', headers: GOOD });
        expect([answer.statusCode, hasRun]).toEqual([500, false]);
        expect(answer.body).not.toContain('internal.');
        expect(answer.body).not.toContain('db-7');
      }
    },
  );

  test('takes the token from a signed cookie of @fastify/cookie', async () => {
    const read = (_: unknown, host: unknown) => {
      const { value, valid } = (host as FastifyRequest).unsignCookie(
        (host as FastifyRequest).cookies['token'] ?? '',
      );
      return valid && value !== null ? value : undefined;
    };
    const guard = createGuard({
      verifiers: [{ accepts: () => true, verify: () => MEMBER }],
      token: createTokenFinder([{ cookie: 'token', read }]),
      endpoints: { 'GET /a': { scopes: [] } },
    });
    const app = Fastify();
    await app.register(cookie, { secret: 'a secret for cookies' });
    await app.register(requireAuth(guard));
    app.get('/a', () => 'a');
    const signed = app.signCookie('good');
    expect(await ask(app, '/a', { headers: {}, cookies: { token: signed } })).toBe(200);
    expect(await ask(app, '/a', { headers: {}, cookies: { token: 'good' } })).toBe(
      '401 credentials_missing',
    );
  });
});

describe('a group in the body', () => {
  const byBody: EndpointRule = { scopes: ['READ'], group: { body: groupOf } };

  function post(app: FastifyInstance, group: string, headers: object = GOOD) {
    return ask(app, '/a', { method: 'POST', payload: { group }, headers });
  }

  test.each([
    ['by the map', { endpoints: 'by-map' as const }, {}],
    ['by config', { endpoints: 'by-route' as const }, { config: { auth: byBody } }],
    [
      'by preHandlers',
      { endpoints: 'by-route' as const },
      { preHandler: [requireScopes('READ'), requireGroup({ body: groupOf })] },
    ],
  ])('is decided %s, and the token before the body is parsed', async (_how, options, route) => {
    const app = Fastify();
    let parsed = 0;
    app.addHook('preParsing', async () => {
      parsed++;
    });
    await app.register(requireAuth(createGuardOf({ 'POST /a': byBody }), options));
    app.post('/a', route, () => 'a');
    expect(await post(app, '1')).toBe(200);
    expect(await post(app, '2')).toBe('403 group_mismatch');
    expect(parsed).toBe(2);
    expect(await post(app, '1', {})).toBe('401 credentials_missing');
    expect(parsed).toBe(2);
  });

  test('is decided by a guard around another one', async () => {
    const app = Fastify();
    await app.register(requireAuth(createGuardOf({ 'POST /a': byBody })));
    app.register(async (inner) => {
      const other = createGuardOf(
        { 'POST /a': { scopes: [] } },
        createPrincipal({ subject: 'other' }),
      );
      await inner.register(requireAuth(other));
      inner.post('/a', (request) => request.auth.subject);
    });
    expect(await post(app, '2')).toBe('403 group_mismatch');
    const payload = { group: '1' };
    expect((await app.inject({ method: 'POST', url: '/a', payload, headers: GOOD })).body).toBe(
      'other',
    );
  });
});

describe('rules in the config of routes', () => {
  async function createApp(auth: unknown, options = {}) {
    const app = Fastify();
    await app.register(requireAuth(createGuardOf({}), { endpoints: 'by-route', ...options }));
    app.get('/a/:id', { config: { auth: auth as 'public' } }, () => 'a');
    return app;
  }

  test('allow and reject', async () => {
    expect(await ask(await createApp({ scopes: ['READ'] }), '/a/1')).toBe(200);
    expect(await ask(await createApp({ scopes: ['WRITE'] }), '/a/1')).toBe('403 scope_required');
    expect(await ask(await createApp('public'), '/a/1', { headers: {} })).toBe(200);
    const optional = await createApp({ scopes: [], optional: true });
    expect(await ask(optional, '/a/1', { headers: {} })).toBe(200);
    expect(await ask(optional, '/a/1', { headers: { authorization: 'Bearer bad' } })).toBe(
      '401 token_invalid',
    );
    const path = await createApp({ scopes: [], group: { path: 'id' } });
    expect([await ask(path, '/a/1'), await ask(path, '/a/2')]).toEqual([200, '403 group_mismatch']);
    const encoded = await createApp({ scopes: [], allowEncodedSlash: true });
    expect([await ask(encoded, '/a/1%2F2'), await ask(path, '/a/1%2F2')]).toEqual([
      200,
      '400 path_ambiguous',
    ]);
  });

  test('apply to routes that were registered before the guard', async () => {
    const app = Fastify();
    app.register(requireAuth(createGuardOf({}), { endpoints: 'by-route' }));
    app.get('/a', { config: { auth: { scopes: ['WRITE'] } } }, () => 'a');
    expect(await ask(app, '/a')).toBe('403 scope_required');
  });

  test.each([[undefined], ['Public'], [{ scope: ['READ'] }], [{ scopes: 'READ' }], [null], [[]]])(
    'throw at registration if they are invalid: %j',
    async (auth) => {
      await expect(createApp(auth)).rejects.toThrow(TypeError);
    },
  );

  test('throw at registration where the map decides', async () => {
    await expect(createApp({ scopes: [] }, { endpoints: 'by-map' })).rejects.toThrow(
      "config.auth needs endpoints: 'by-route'",
    );
  });
});

describe('the router of Fastify and the map', () => {
  const MAP: EndpointMap = {
    'GET /docs/:id': { scopes: ['READ'] },
    'GET /docs/*': { scopes: ['ADMIN'] },
    'GET /docs/admin': { scopes: ['ADMIN'] },
  };

  async function createApp(options = {}, map = MAP) {
    const app = Fastify(options);
    await app.register(requireAuth(createGuardOf(map)));
    app.get('/docs/:id', () => 'doc');
    app.get('/docs/*', () => 'any');
    app.get('/docs/admin', () => 'admin');
    return app;
  }

  test('do not differ about a parameter that is too long', async () => {
    const app = await createApp();
    expect(await ask(app, `/docs/${'a'.repeat(100)}`)).toBe(200);
    expect(await ask(app, `/docs/${'%C3%A9'.repeat(100)}`)).toBe(200);
    expect(await ask(app, `/docs/${'a'.repeat(101)}`)).toBe('400 path_ambiguous');
    expect(await ask(app, `/docs/${'a'.repeat(101)}/b`)).toBe('403 scope_required');
    const longer = await createApp({ routerOptions: { maxParamLength: 200 } });
    expect(await ask(longer, `/docs/${'a'.repeat(101)}`)).toBe(200);
  });

  test('do not differ about an empty parameter', async () => {
    expect(await ask(await createApp(), '/docs/')).toBe('400 path_ambiguous');
  });

  test.each([
    [{ caseSensitive: false }, '/docs/ADMIN', '403 scope_required'],
    [{ caseSensitive: true }, '/docs/ADMIN', 200],
    [{ ignoreTrailingSlash: true }, '/docs/admin/', '403 scope_required'],
    [{ ignoreDuplicateSlashes: true }, '/docs//admin', '400 path_ambiguous'],
    [{ useSemicolonDelimiter: true }, '/docs/admin;x=1', '403 scope_required'],
    [{ useSemicolonDelimiter: false }, '/docs/admin;x=1', 200],
  ])('do not differ with %j about %s', async (routerOptions, url, expected) => {
    expect(await ask(await createApp({ routerOptions }), url)).toBe(expected);
  });

  test('do not differ where rewriteUrl changes the path', async () => {
    const rewriteUrl = ({ url = '' }) => url.replace('/old', '');
    const app = await createApp({ rewriteUrl });
    expect(await ask(app, '/old/docs/1')).toBe(200);
    expect(await ask(app, '/old/docs/admin')).toBe('403 scope_required');
    expect(await ask(app, '/docs/old%2F..')).toBe('400 path_ambiguous');
  });

  test('do not differ about HEAD', async () => {
    const app = await createApp();
    expect(await ask(app, '/docs/1', { method: 'HEAD' })).toBe(200);
    expect(await ask(app, '/docs/admin', { method: 'HEAD' })).toBe(403);
  });
});

describe('mountFetch of Fastify', () => {
  async function createApp() {
    const app = Fastify();
    const endpoints = ['GET', 'POST'].map((method) => [`${method} /admin/*`, { scopes: [] }]);
    await app.register(requireAuth(createGuardOf(Object.fromEntries(endpoints))));
    const handler = async (request: Request, context: object) => {
      const { principal, mountPath } = context as { principal?: Principal; mountPath?: string };
      const { pathname, search } = new URL(request.url);
      const seen = { pathname, search, mountPath, subject: principal?.subject };
      const headers = new Headers({ 'x-body': await request.text() });
      headers.append('set-cookie', 'a=1');
      headers.append('set-cookie', 'b=2');
      return Response.json(seen, { status: 201, headers });
    };
    await app.register(mountFetch(handler), { prefix: '/admin' });
    return app;
  }

  test('passes the path below the prefix, the principal and an unparsed body', async () => {
    const app = await createApp();
    const answer = await app.inject({
      method: 'POST',
      url: '/admin/tokens?x=1',
      headers: { ...GOOD, 'content-type': 'application/json' },
      payload: '{"a":',
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['x-body']).toBe('{"a":');
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.json()).toEqual({
      pathname: '/tokens',
      search: '?x=1',
      mountPath: '/admin',
      subject: 'ada@example.com',
    });
  });

  test('rejects a host that would change the path, and methods that no Request has', async () => {
    const app = await createApp();
    const headers = { ...GOOD, host: 'a.example/b?' };
    expect(await ask(app, '/admin/x', { headers })).toBe(400);
    expect(await ask(app, '/admin/x', { method: 'TRACE' })).toBe('403 endpoint_unmapped');
  });

  test('does not start without a function', () => {
    expect(() => mountFetch(undefined as never)).toThrow(TypeError);
  });
});
