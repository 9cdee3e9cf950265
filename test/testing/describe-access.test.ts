import { createServer } from 'node:http';
import { createGuard, type Guard } from '@mandate/core';
import { requireAuth as requireExpress, requireScopes } from '@mandate/express';
import { listRoutes as listExpressRoutes } from '@mandate/express/check-routes';
import { requireAuth as requireHono, requireScopes as requireHonoScopes } from '@mandate/hono';
import { listRoutes as listHonoRoutes } from '@mandate/hono/check-routes';
import {
  createTestGuard,
  createTestIssuer,
  createTestTokens,
  type DescribeAccessOptions,
  describeAccess,
  principal,
  type TestApp,
} from '@mandate/testing';
import express from 'express';
import { Hono } from 'hono';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../../examples/local-issuer/src/listen.js';
import { createExpressApp, createHonoApp, ENDPOINTS, HOSTS } from './hosts.js';

const identities = {
  stranger: null,
  reader: principal({ scopes: ['DOCUMENTS'] }),
  admin: principal({ scopes: ['DOCUMENTS', 'ADMIN'], groups: ['acme'] }),
  reports: principal({ permission: 'GLOBAL', scopes: 'all' }),
  'reports for ada': {
    principal: principal({ permission: 'GLOBAL', scopes: 'all' }),
    headers: { 'x-glean-actas': 'ada@example.com' },
  },
};

const EXPECTED = `endpoint                        stranger                reader          admin           reports                 reports for ada
DELETE /documents/:id           credentials_missing     scope_required  allowed         act_as_required         allowed
GET /documents/:id              credentials_missing     allowed         allowed         act_as_required         allowed
GET /groups/:groupid/visitors   credentials_missing     group_mismatch  allowed         act_as_required         group_mismatch
GET /health                     allowed                 allowed         allowed         allowed                 allowed
POST /search                    credentials_missing     scope_required  allowed         act_as_required         allowed
`;

describe.each(Object.entries(HOSTS))('describeAccess on %s', (_host, createApp) => {
  const parameters = { groupid: 'acme' };

  test('returns who may call what, and runs no handler', async () => {
    const ran: string[] = [];
    const guard = createTestGuard({ endpoints: ENDPOINTS });
    const matrix = await describeAccess(createApp(guard, ran), { guard, identities, parameters });
    expect(matrix.toString()).toBe(EXPECTED);
    expect(ran).toEqual([]);
  });

  test('runs the handlers on request', async () => {
    const ran: string[] = [];
    const guard = createTestGuard({ endpoints: ENDPOINTS });
    const options = { guard, identities, parameters, runHandlers: true };
    const matrix = await describeAccess(createApp(guard, ran), options);
    expect(matrix.toString()).toBe(EXPECTED);
    expect(ran).toContain('DELETE /documents/1');
    expect(ran).toContain('GET /groups/acme/visitors');
  });

  test('reads the answers to real tokens from the responses of a real guard', async () => {
    const issuer = createTestIssuer();
    const tokens = createTestTokens();
    onTestFinished(() => tokens.close());
    const guard = createGuard({
      verifiers: [tokens.verifier, issuer.verifier()],
      endpoints: ENDPOINTS,
    });
    const global = await tokens.token({ permission: 'GLOBAL', scopes: ['DOCUMENTS', 'ADMIN'] });
    const matrix = await describeAccess(createApp(guard), {
      guard,
      identities: {
        stranger: null,
        reader: issuer.token({ scopes: ['DOCUMENTS'] }),
        admin: { token: issuer.token({ scopes: ['DOCUMENTS', 'ADMIN'], groups: ['acme'] }) },
        reports: global,
        'reports for ada': { token: global, headers: { 'x-glean-actas': 'ada@example.com' } },
      },
      parameters,
      runHandlers: true,
    });
    expect(matrix.toString()).toBe(EXPECTED);
    expect(matrix.toString()).not.toContain(global);
  });
});

describe('describeAccess', () => {
  const guard = createTestGuard({ endpoints: ENDPOINTS });
  const ask = (app: TestApp, options: Partial<DescribeAccessOptions> = {}) =>
    describeAccess(app, { guard, identities, ...options });

  test('asks a server elsewhere by its URL', async () => {
    const issuer = createTestIssuer();
    const real = createGuard({ verifiers: [issuer.verifier()], endpoints: ENDPOINTS });
    const { url, close } = await listen(createServer(createExpressApp(real)), 0);
    onTestFinished(close);
    const matrix = await describeAccess(url, {
      endpoints: ENDPOINTS,
      identities: {
        expired: issuer.expiredToken(),
        reader: issuer.token({ scopes: ['DOCUMENTS'] }),
      },
      runHandlers: true,
    });
    expect(matrix.at('GET /documents/:id').answers).toEqual({
      expired: 'token_expired',
      reader: 'allowed',
    });
  });

  test('finds a route in front of the guard', async () => {
    const app = express();
    app.get('/documents/:id', (_req, res) => res.json({ secret: true }));
    app.use(createExpressApp(guard));
    const matrix = await ask(app);
    expect(matrix.at('GET /documents/:id').answers).toMatchObject({
      stranger: 'unguarded 200',
      admin: 'unguarded 200',
    });
    expect(matrix.at('DELETE /documents/:id').answers).toMatchObject({ admin: 'allowed' });
  });

  test('asks about the routes of a host, of which the map may know fewer', async () => {
    const app = createExpressApp(guard);
    app.get('/reports/:year', (_req, res) => res.json({}));
    const endpoints = listExpressRoutes(app).filter(({ path }) => path !== '/{*path}');
    const matrix = await ask(app, { endpoints });
    expect(matrix.rows.map(({ endpoint }) => endpoint)).toEqual(['GET /reports/:year']);
    expect(matrix.at('GET /reports/:year').answers).toMatchObject({ admin: 'endpoint_unmapped' });
  });

  test('asks about rules at routes, whose handlers must be allowed to run', async () => {
    const onExpress = (own: Guard) => {
      const app = express()
        .set('env', 'test')
        .use(requireExpress(own, { endpoints: 'by-route' }));
      app.get('/documents', requireScopes('DOCUMENTS'), (_req, res) => res.json({}));
      app.post('/documents', requireScopes('DOCUMENTS'), requireScopes('ADMIN'), (_req, res) => {
        res.json({});
      });
      return [app, listExpressRoutes(app)] as const;
    };
    const onHono = (own: Guard) => {
      const app = new Hono().use(requireHono(own, { endpoints: 'by-route' }));
      app.onError((_error, c) => c.json({}, 500));
      app.get('/documents', requireHonoScopes('DOCUMENTS'), (c) => c.json({}));
      app.post('/documents', requireHonoScopes('DOCUMENTS'), requireHonoScopes('ADMIN'), (c) =>
        c.json({}),
      );
      return [app, listHonoRoutes(app)] as const;
    };
    for (const create of [onExpress, onHono]) {
      const [app, endpoints] = create(guard);
      const matrix = await ask(app, { endpoints, runHandlers: true });
      expect(matrix.at('GET /documents').answers).toMatchObject({ reader: 'allowed' });
      expect(matrix.at('POST /documents').answers).toMatchObject({
        stranger: 'credentials_missing',
        reader: 'scope_required',
        admin: 'allowed',
      });
      const skipped = ask(app, { endpoints });
      await expect(skipped).rejects.toThrow('the guard failed at "GET /documents" as "stranger"');
      await expect(skipped).rejects.toMatchObject({
        cause: { message: expect.stringContaining('set runHandlers: true') },
      });
    }
  });

  test('shows statuses that are not from a guard, and codes only with their status', async () => {
    const answers: Record<string, Response> = {
      '/a': Response.json({ code: 'scope_required' }, { status: 403 }),
      '/b': Response.json({ code: 'scope_required' }, { status: 400 }),
      '/c': new Response('no', { status: 403, headers: { 'content-type': 'text/plain' } }),
      '/d': Response.json({ code: 'scope_required' }),
      '/e': new Response('{', { status: 500, headers: { 'content-type': 'application/json' } }),
      '/f': Response.json(null, { status: 404 }),
      '/g': new Response(null, { status: 302, headers: { location: 'http://127.0.0.1:1/' } }),
    };
    const endpoints = Object.keys(answers).map((path) => ({ method: 'GET', path }));
    const app = {
      fetch: ({ url }: Request) => answers[new URL(url).pathname]?.clone() as Response,
    };
    const options = { endpoints, identities: { stranger: null }, runHandlers: true };
    const matrix = await describeAccess(app, options);
    expect(matrix.rows.map(({ answers: { stranger } }) => stranger)).toEqual([
      'scope_required',
      '400',
      '403',
      'allowed',
      '500',
      '404',
      'allowed',
    ]);
  });

  test('tells of codes that the response hides', async () => {
    const own = createTestGuard({
      endpoints: ENDPOINTS,
      renderDenial: () => ({ status: 418, body: 'no' }),
    });
    const matrix = await ask(createHonoApp(own), { guard: own });
    expect(matrix.at('POST /search').answers).toMatchObject({ reader: 'scope_required' });
  });

  test('fails with the cause if the guard throws', async () => {
    const fault = new Error('the directory is down');
    const allowIf = () => {
      throw fault;
    };
    const own = createTestGuard({ endpoints: { 'GET /a': { scopes: [], allowIf } } });
    const app = createHonoApp(own);
    app.onError((_error, c) => c.json({}, 500));
    const asked = ask(app, { guard: own });
    await expect(asked).rejects.toMatchObject({ cause: fault });
    await expect(asked).rejects.toThrow('the guard failed at "GET /a" as "reader"');
  });

  test('sends what each endpoint needs', async () => {
    const seen: string[] = [];
    const app = {
      fetch: async (request: Request) => {
        const group = request.headers.get('x-group') ?? '';
        const { pathname, search } = new URL(request.url);
        seen.push(`${request.method} ${pathname}${search} ${group}${await request.text()}`);
        return new Response();
      },
    };
    await describeAccess(app, {
      endpoints: {
        'GET /lookup': { scopes: [], group: { query: 'groupid', header: 'X-Group' } },
        'GET /files/*': { scopes: [] },
        'GET /thumbnail.{ext}': { scopes: [] },
        'POST /{id}:cancel': { scopes: [] },
        'PUT /documents/:id': { scopes: [] },
        'DELETE /documents/{id}': { scopes: [] },
        'QUERY /documents': { scopes: [] },
      },
      identities: { stranger: null },
      parameters: { id: 'a b', groupid: 7, 'x-group': '7', '*': 'x' },
      requests: {
        'PUT /documents/:id': { path: '/documents/9?draft=1', json: { title: 'T' } },
        'QUERY /documents': { headers: { 'x-group': 'q' } },
      },
      runHandlers: true,
    });
    expect(seen).toEqual([
      'QUERY /documents q{}',
      'PUT /documents/9?draft=1 {"title":"T"}',
      'DELETE /documents/a%20b ',
      'GET /files/x ',
      'GET /lookup?groupid=7 7',
      'GET /thumbnail.1 ',
      'POST /a%20b:cancel {}',
    ]);
  });

  test.each([
    ['/docs/:id', '/docs/7'],
    ['/docs/:id(\\d+)', '/docs/7'],
    ['/docs/:id{[0-9]+}', '/docs/7'],
    ['/docs/:id?', '/docs'],
    ['/docs{/:id}', '/docs'],
    ['/docs/:id/:part', '/docs/7/1'],
    ['/files/*path', '/files/1'],
    ['/files/{*path}', '/files/1'],
    ['/files/*', '/files/1'],
    ['/flights/:id-:to', '/flights/7-1'],
    ['/docs/:id([a-z]+)', undefined],
    ['/^\\/docs$/', undefined],
    ['/docs/(a|b)', undefined],
  ])('builds a path of the route %s', async (path, expected) => {
    let seen: string | undefined;
    const app = {
      fetch: ({ url }: Request) => {
        seen = new URL(url).pathname;
        return new Response();
      },
    };
    const parameters: Record<string, string> = path.includes(':id') ? { id: '7' } : {};
    const isUsed = expected?.includes('7') ?? path.includes(':id');
    const asked = describeAccess(app, {
      endpoints: [{ method: 'GET', path }],
      identities: { stranger: null },
      parameters: isUsed ? parameters : {},
      runHandlers: true,
    });
    if (expected === undefined) await expect(asked).rejects.toThrow('set requests: {');
    else await asked;
    expect(seen).toBe(expected);
  });

  test.each<[string, object]>([
    ['unknown option "identites"', { identites: {} }],
    ['identities must be an object', { identities: undefined }],
    ['identities must have a member', { identities: {} }],
    ['the identity "a" must be null', { identities: { a: undefined } }],
    ['the identity "a" must be null', { identities: { a: '' } }],
    ['the identity "a" must be null', { identities: { a: { principal: {} } } }],
    ['unknown option "tokens" in the identity "a"', { identities: { a: { tokens: 'x' } } }],
    ['a token and a principal', { identities: { a: { token: 'x', principal: principal() } } }],
    ['must be one line of text', { identities: { 'a\nb': null } }],
    ['must be one line of text', { identities: { '': null } }],
    ['no endpoint has the parameter "ide"', { parameters: { ide: 7 } }],
    ['which is not an endpoint', { requests: { 'GET /nothing': {} } }],
    ['unknown option "body"', { requests: { 'GET /health': { body: 1 } } }],
    ['set requests: {', { requests: { 'GET /health': { path: 'health' } } }],
    ['runHandlers must be', { runHandlers: 'no' }],
    ['endpoints must be', { endpoints: [null] }],
    ['must name the endpoints', { guard: undefined }],
    ['unknown option', { endpoints: { 'GET /a': { scope: [] } } }],
  ])('rejects a wrong option: %s', async (message, options) => {
    const asked = ask(createHonoApp(guard), options);
    await expect(asked).rejects.toThrow(TypeError);
    await expect(asked).rejects.toThrow(message);
  });

  test('does not run the handlers of a real guard, a URL or a listening server unasked', async () => {
    const issuer = createTestIssuer();
    const real = createGuard({ verifiers: [issuer.verifier()], endpoints: ENDPOINTS });
    const { url, close } = await listen(createServer(createExpressApp(guard)), 0);
    onTestFinished(close);
    const stranger = { identities: { stranger: null } };
    const unasked = [
      ask(createHonoApp(real), { guard: real, ...stranger }),
      ask(createHonoApp(guard), { guard: undefined, endpoints: guard, ...stranger }),
      ask(url, stranger),
    ];
    for (const asked of unasked) await expect(asked).rejects.toThrow('set runHandlers: true');
    await expect(ask(url)).rejects.toThrow('a principal needs');
    await expect(ask(createHonoApp(real), { guard: real })).rejects.toThrow('a principal needs');
  });

  test('ends the servers that it started, also if it fails', async () => {
    const server = createServer((_req, res) => res.end());
    const options = { identities: { stranger: null } };
    await ask(server, options);
    expect(server.listening).toBe(false);
    await expect(
      ask(
        createServer((req) => req.destroy()),
        options,
      ),
    ).rejects.toThrow();
  });
});
