import { createServer } from 'node:http';
import { createGuard, type DecisionEvent } from '@mandate/core';
import { createTokenFinder } from '@mandate/core/token-places';
import { requireAuth as requireExpress, requireScopes } from '@mandate/express';
import {
  createTestClient,
  createTestGuard,
  createTestIssuer,
  principal,
  type TestGuardOptions,
} from '@mandate/testing';
import express from 'express';
import supertest from 'supertest';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { listen } from '../../examples/local-issuer/src/listen.js';
import { createExpressApp, createHonoApp, ENDPOINTS, HOSTS } from './hosts.js';

afterEach(() => vi.unstubAllEnvs());

const reader = principal({ subject: 'ada', scopes: ['DOCUMENTS'] });

const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;

describe.each(Object.entries(HOSTS))('a test guard on %s', (_host, createApp) => {
  const open = (options: Partial<TestGuardOptions> = {}) => {
    const guard = createTestGuard({ endpoints: ENDPOINTS, ...options });
    return { guard, client: createTestClient(createApp(guard)) };
  };

  test('lets the principal of the test in, as a real guard would', async () => {
    const { guard, client } = open();
    const response = await guard.as(reader, () => client.request('/documents/1'));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ subject: 'ada' });
  });

  test('answers as a real guard if the test sets no principal', async () => {
    const { client } = open();
    const real = createTestClient(
      createApp(createGuard({ verifiers: [createTestIssuer().verifier()], endpoints: ENDPOINTS })),
    );
    const [response, expected] = [
      await client.request('/documents/1'),
      await real.request('/documents/1'),
    ];
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.text()).toBe(await expected.text());
    expect((await client.request('/health')).status).toBe(200);
  });

  test('decides by scopes, groups and the map', async () => {
    const { guard, client } = open();
    const ask = (path: string, method = 'GET') =>
      guard.as(reader, () => client.request(path, { method }));
    expect(await codeOf(await ask('/documents/1', 'DELETE'))).toBe('scope_required');
    expect(await codeOf(await ask('/groups/acme/visitors'))).toBe('group_mismatch');
    expect(await codeOf(await ask('/unknown'))).toBe('endpoint_unmapped');
    const member = principal({ groups: ['acme'] });
    const visitors = () => client.request('/groups/acme/visitors');
    expect((await guard.as(member, visitors)).status).toBe(200);
  });

  test('requires a GLOBAL principal to name the user it acts as', async () => {
    const { guard, client } = open();
    const holder = principal({ subject: 'reports', permission: 'GLOBAL', scopes: 'all' });
    const ask = (headers: Record<string, string>) =>
      guard.as(holder, () => client.request('/documents/1', { headers }));
    expect(await codeOf(await ask({}))).toBe('act_as_required');
    const response = await ask({ 'x-glean-actas': 'maya@example.com' });
    expect(await response.json()).toEqual({ subject: 'maya@example.com', actor: 'reports' });
    const user = () =>
      client.request('/documents/1', { headers: { 'x-glean-actas': 'maya@example.com' } });
    expect(await codeOf(await guard.as(reader, user))).toBe('act_as_forbidden');
  });

  test('keeps tests that run at the same time apart', async () => {
    const { guard, client } = open();
    const subjects = Array.from({ length: 20 }, (_, i) => `user-${i}`);
    const answers = await Promise.all(
      subjects.map(async (subject, i) => {
        const ask = () => client.request('/documents/1');
        // Every fourth one has no principal.
        if (i % 4 === 0) return (await ask()).status;
        const response = await guard.as(principal({ subject, scopes: ['DOCUMENTS'] }), ask);
        return ((await response.json()) as { subject: string }).subject;
      }),
    );
    expect(answers).toEqual(subjects.map((subject, i) => (i % 4 === 0 ? 401 : subject)));
  });

  test('forgets the principal with the end of the function', async () => {
    const { guard, client } = open();
    await guard.as(reader, () => client.request('/documents/1'));
    expect((await client.request('/documents/1')).status).toBe(401);
  });

  test('has no form on the wire', async () => {
    const { client } = open();
    for (const authorization of ['Bearer principal-of-a-test', 'Bearer test-token', 'Bearer x']) {
      const response = await client.request('/documents/1', { headers: { authorization } });
      expect(await codeOf(response)).toBe('token_invalid');
    }
  });

  test('rejects a request that has a token beside the principal of the test', async () => {
    const { guard, client } = open();
    const ask = () => client.request('/documents/1', { token: 'abc' });
    expect(await codeOf(await guard.as(reader, ask))).toBe('credentials_malformed');
  });

  test('verifies real tokens too', async () => {
    const issuer = createTestIssuer();
    const { guard, client } = open({ verifiers: [issuer.verifier()] });
    const ask = (token: string) => client.request('/documents/1', { token });
    const response = await ask(issuer.token({ scopes: ['DOCUMENTS'] }));
    expect(await response.json()).toEqual({ subject: 'test-user' });
    expect(await codeOf(await ask(issuer.expiredToken()))).toBe('token_expired');
    const own = await guard.as(reader, () => client.request('/documents/1'));
    expect(await own.json()).toEqual({ subject: 'ada' });
  });
});

describe('createTestGuard', () => {
  const guard = createTestGuard({ endpoints: ENDPOINTS });

  test('reaches an app through supertest, and app.request of Hono', async () => {
    const app = createExpressApp(guard);
    const answer = await guard.as(reader, () => supertest(app).get('/documents/1'));
    expect(answer.body).toEqual({ subject: 'ada' });
    const onHono = createHonoApp(guard);
    const response = await guard.as(reader, async () => onHono.request('/documents/1'));
    expect(await response.json()).toEqual({ subject: 'ada' });
  });

  test('does not reach a server that was listening before, which answers as to a stranger', async () => {
    const { url, close } = await listen(createServer(createExpressApp(guard)), 0);
    onTestFinished(close);
    const client = createTestClient(url);
    expect((await guard.as(reader, () => client.request('/documents/1'))).status).toBe(401);
  });

  test('guards rules at routes', async () => {
    const app = express().use(requireExpress(guard, { endpoints: 'by-route' }));
    app.get('/documents', requireScopes('DOCUMENTS'), (_req, res) => res.json({}));
    app.get('/admin', requireScopes('ADMIN'), (_req, res) => res.json({}));
    const client = createTestClient(app);
    expect((await guard.as(reader, () => client.request('/documents'))).status).toBe(200);
    const rejected = await guard.as(reader, () => client.request('/admin'));
    expect(await codeOf(rejected)).toBe('scope_required');
    expect((await client.request('/documents')).status).toBe(401);
  });

  test('obeys the clock, conditions, observers and the other options of a guard', async () => {
    const events: DecisionEvent[] = [];
    const own = createTestGuard({
      endpoints: {
        'GET /reports': { scopes: [], allowIf: ({ subject }) => subject === 'ada' || 'no' },
      },
      now: () => 2_000_000,
      realm: 'tests',
      onDecision: (event) => events.push(event),
    });
    const client = createTestClient(createHonoApp(own));
    const ask = () => client.request('/reports');
    expect((await own.as(principal({ subject: 'ada', expiresAt: 2001 }), ask)).status).toBe(200);
    const expired = await own.as(principal({ expiresAt: 2000 }), ask);
    expect(await codeOf(expired)).toBe('token_expired');
    expect(expired.headers.get('www-authenticate')).toContain('realm="tests"');
    expect(await codeOf(await own.as(principal(), ask))).toBe('condition_failed');
    expect(events.map(({ code }) => code)).toEqual([
      'allowed',
      'token_expired',
      'condition_failed',
    ]);
    const explained = await own.as(principal(), () =>
      own.explain({ method: 'GET', path: '/reports', header: () => undefined }),
    );
    expect(explained.rejectedBy).toBe('condition');
  });

  test('looks for tokens where the application does', async () => {
    const issuer = createTestIssuer();
    const token = createTokenFinder([{ header: 'x-token' }]);
    const own = createTestGuard({ endpoints: ENDPOINTS, token, verifiers: [issuer.verifier()] });
    const client = createTestClient(createHonoApp(own));
    const headers = { 'x-token': issuer.token({ scopes: ['DOCUMENTS'] }) };
    const ask = () => client.request('/documents/1', { headers });
    expect((await ask()).status).toBe(200);
    expect(await codeOf(await own.as(reader, ask))).toBe('credentials_malformed');
  });

  test('replaces the principal inside of another one', async () => {
    const client = createTestClient(createHonoApp(guard));
    const inner = () => client.request('/documents/1');
    const outer = () => guard.as(principal({ subject: 'maya', scopes: 'all' }), inner);
    expect(await (await guard.as(reader, outer)).json()).toEqual({ subject: 'maya' });
  });

  test('takes no part in what another guard decides', async () => {
    const other = createTestGuard({ endpoints: ENDPOINTS });
    const client = createTestClient(createHonoApp(other));
    expect((await guard.as(reader, () => client.request('/documents/1'))).status).toBe(401);
  });

  test('rejects wrong options and principals', async () => {
    expect(() => createTestGuard({ endpoint: {} } as never)).toThrow('unknown option "endpoint"');
    expect(() => createTestGuard({ token: [] as never })).toThrow('createTokenFinder');
    expect(() => createTestGuard({ verifiers: [{}] as never })).toThrow(TypeError);
    for (const wrong of [undefined, null, 'ada', {}, { ...reader }]) {
      await expect(guard.as(wrong as never, () => 1)).rejects.toThrow(TypeError);
    }
  });

  test('does not work in production: neither made there, nor brought there', async () => {
    const client = createTestClient(createHonoApp(guard));
    vi.stubEnv('NODE_ENV', 'production');
    expect(() => createTestGuard()).toThrow('createTestGuard is for tests');
    await expect(guard.as(reader, () => 1)).rejects.toThrow('is for tests');
    const request = { method: 'GET', path: '/health', header: () => undefined };
    expect(() => guard.decide(request)).toThrow('is for tests');
    expect(() => guard.authenticate(request)).toThrow('is for tests');
    expect(() => guard.authorize(reader, request, {} as never)).toThrow('is for tests');
    expect(() => guard.explain(request)).toThrow('is for tests');
    vi.spyOn(console, 'error').mockImplementation(() => {});
    expect((await client.request('/documents/1')).status).toBe(500);
  });
});

describe('createTestClient', () => {
  const echo = {
    fetch: async (request: Request) =>
      Response.json({
        method: request.method,
        path: request.url.replace(/^http:\/\/[^/]+/, ''),
        type: request.headers.get('content-type'),
        authorization: request.headers.get('authorization'),
        body: await request.text(),
      }),
  };

  test('sends a method, a token, headers and JSON', async () => {
    const client = createTestClient(echo);
    const options = { method: 'POST', token: 'abc', json: { a: 1 } };
    expect(await (await client.request('/a?b=c', options)).json()).toEqual({
      method: 'POST',
      path: '/a?b=c',
      type: 'application/json',
      authorization: 'Bearer abc',
      body: '{"a":1}',
    });
  });

  test('ends its server, whose port is free afterwards', async () => {
    const server = createServer((_req, res) => res.writeHead(204).end());
    const response = await createTestClient(server).request('/');
    expect([response.status, server.listening]).toEqual([204, false]);
  });

  test('passes on several lines of one header', async () => {
    const server = createServer((_req, res) => {
      res.setHeader('set-cookie', ['a=1', 'b=2']).end();
    });
    const response = await createTestClient(server).request('/');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('rejects wrong apps, paths and options', async () => {
    const wrong = [undefined, null, 7, {}, 'ftp://a', 'not a url', (request: Request) => request];
    for (const app of wrong) {
      await expect(createTestClient(app as never).request('/')).rejects.toThrow(TypeError);
    }
    const client = createTestClient(echo);
    await expect(client.request('documents')).rejects.toThrow('begin with a slash');
    await expect(client.request('/', { body: 1 } as never)).rejects.toThrow(
      'unknown option "body"',
    );
  });
});
