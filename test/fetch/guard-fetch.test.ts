import { createGuard, type FetchHandler, PUBLIC_PRINCIPAL } from '@mandate/core';
import { DenialError, guardFetch } from '@mandate/fetch';
import { describe, expect, test } from 'vitest';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const ADA = createPrincipal({ scopes: ['DOCS'] });
const ENDPOINTS = {
  'GET /docs/:id': { scopes: ['DOCS'] },
  'GET /admin': { scopes: ['ADMIN'] },
  'GET /health': 'public',
  'GET /news': { scopes: [], optional: true },
} as const;
const guard = createGuard({ verifiers: [verifierOf(ADA)], endpoints: ENDPOINTS });
const later = createGuard({
  verifiers: [{ accepts: () => true, verify: async () => ADA }],
  endpoints: ENDPOINTS,
});

function get(path: string, headers: Readonly<Record<string, string>> = {}): Request {
  return new Request(`https://api.example${path}`, {
    headers: { authorization: 'Bearer good', ...headers },
  });
}

describe.each([
  ['at once', guard],
  ['later', later],
])('a guard that decides %s', (when, guard) => {
  test('hands over the request, the principal and what the server passed', async () => {
    const request = get('/docs/1');
    const handle = guardFetch(guard, (own, { principal }, env: { db: string }, count: number) => {
      expect(own).toBe(request);
      return Response.json([principal.subject, env.db, count]);
    });
    const response = await handle(request, { db: 'main' }, 7);
    expect(await response.json()).toEqual(['ada@example.com', 'main', 7]);
  });

  test('answers a rejected request, and the handler does not run', async () => {
    const handle = guardFetch(guard, () => {
      throw new Error('reached');
    });
    const response = await handle(get('/admin'));
    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('www-authenticate')).toContain('scope="ADMIN"');
    expect(await response.json()).toMatchObject({ code: 'scope_required' });
  });

  test('throws a rejection that the framework is to answer', async () => {
    const handle = guardFetch(guard, () => new Response(), { denials: 'throw' });
    const rejection = (async () => handle(get('/admin')))();
    await expect(rejection).rejects.toBeInstanceOf(DenialError);
    await expect(rejection).rejects.toMatchObject({ code: 'scope_required', status: 403 });
  });

  test('returns a promise only if something has to wait', () => {
    const answer = guardFetch(guard, () => new Response())(get('/docs/1'));
    expect(answer instanceof Promise).toBe(when === 'later');
  });
});

test('an endpoint that the map does not name is rejected', async () => {
  const handle = guardFetch(guard, () => new Response('reached'));
  expect((await handle(get('/docs/1/pages'))).status).toBe(403);
  expect((await handle(get('/'))).status).toBe(403);
});

test.each(['/health', '/news'])('%s has the public principal without a token', async (path) => {
  const handle = guardFetch(guard, (_request, { principal }) =>
    Response.json(principal === PUBLIC_PRINCIPAL),
  );
  const response = await handle(new Request(`https://api.example${path}`));
  expect(await response.json()).toBe(true);
});

test('a handler that other adapters mount needs no change', async () => {
  const handler: FetchHandler = async (_request, { principal }) =>
    Response.json(principal?.subject);
  const response = await guardFetch(guard, handler)(get('/docs/1'));
  expect(await response.json()).toBe('ada@example.com');
});

test('a fault of a verifier reaches the error handling of the server', async () => {
  const broken = createGuard({
    verifiers: [{ accepts: () => true, verify: () => Promise.reject(new Error('store')) }],
    endpoints: ENDPOINTS,
  });
  await expect(guardFetch(broken, () => new Response())(get('/docs/1'))).rejects.toThrow('store');
});

test('the address is the one that the option returns, for the guard and for the handler', async () => {
  const bound = createGuard({
    verifiers: [
      {
        accepts: () => true,
        verify: ({ request }) => createPrincipal({ subject: request.remoteAddress ?? 'none' }),
      },
    ],
    endpoints: { 'GET /me': { scopes: [] } },
  });
  const handle = guardFetch(
    bound,
    (_request, { principal, remoteAddress }, _server: { ip: string }) =>
      Response.json([principal.subject, remoteAddress]),
    { remoteAddress: (_request, server) => server.ip },
  );
  const response = await handle(get('/me'), { ip: '203.0.113.7' });
  expect(await response.json()).toEqual(['203.0.113.7', '203.0.113.7']);
});

test('waitUntil of the context is the one of the platform', async () => {
  const waiting: Promise<unknown>[] = [];
  const work = Promise.resolve('done');
  const handle = guardFetch(
    guard,
    (_request, { waitUntil }, _ctx: { waitUntil(promise: Promise<unknown>): void }) => {
      waitUntil(work);
      return new Response();
    },
    { waitUntil: (promise, _request, ctx) => ctx.waitUntil(promise) },
  );
  await handle(get('/docs/1'), { waitUntil: (promise) => waiting.push(promise) });
  expect(waiting).toEqual([work]);
});

describe('the URL', () => {
  const handle = guardFetch(guard, () => new Response('reached'), {
    routing: { caseSensitive: true, strict: false },
  });

  test.each([
    ['/docs/1?x=/../admin', 200],
    ['/docs/1/', 200],
    ['/docs/%61', 400],
    ['/docs/1#', 400],
    ['/docs/1?x#y', 400],
  ])('%s is answered with %i', async (path, status) => {
    expect((await handle(get(path))).status).toBe(status);
  });

  /** `Deno.serve` puts the text of the Host header and of the target together, and does not parse it. */
  const raw = (url: string) => Object.defineProperty(get('/health'), 'url', { value: url });

  test.each([
    ['http://api.example/docs/../admin', 400],
    ['http://api.example/health#/docs/1', 400],
    ['http://api.example\\health/docs/1', 400],
    ['http://api.example?/docs/1', 403],
    ['http://api.example', 403],
    ['http://api.example?', 403],
    ['health', 400],
    ['/health?from=http://api.example/docs/1', 400],
    ['ftp://api.example/health', 400],
  ])('%s, unparsed, is answered with %i', async (url, status) => {
    expect((await handle(raw(url))).status).toBe(status);
  });
});

describe('a Host header', () => {
  const handle = guardFetch(guard, () => new Response('reached'));

  test.each([
    'api.example',
    'API.example:8443',
    '127.0.0.1:80',
    '[::1]:8080',
    '[fe80::1]',
    'xn--bcher-kva.example',
    'a_b.example:',
  ])('%s is served', async (host) => {
    expect((await handle(get('/docs/1', { host }))).status).toBe(200);
  });

  test.each([
    '',
    ':80',
    'api.example/health#',
    'api.example/',
    'api.example?x=',
    'api.example#',
    'ada@api.example',
    'api.example\\health',
    'api example',
    'api.example, other.example',
    'api.example:80:80',
    'api.example:x',
    '[::1',
    '::1',
    'a%zz',
  ])('%j is rejected, because a server may make the URL of it', async (host) => {
    const response = await handle(get('/health', { host }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'path_ambiguous' });
    // The valid one before it does not count for it.
    expect((await handle(get('/health', { host: 'api.example' }))).status).toBe(200);
  });
});

describe('the option path', () => {
  const serve = (path: (request: Request, own: string) => string) =>
    guardFetch(guard, (_request: Request, _context, _own: string) => new Response('reached'), {
      path,
    });

  test('decides instead of the URL', async () => {
    const handle = serve((_request, own) => own);
    expect((await handle(get('/admin'), '/docs/1')).status).toBe(200);
    expect((await handle(get('/docs/1'), '/admin')).status).toBe(403);
    const publicUrl = new Request('https://api.example/health');
    expect((await handle(publicUrl, '/docs/1')).status).toBe(401);
  });

  test.each(['/docs/..', '/docs/a%2Fb', '/docs//1'])('rejects %s as ambiguous', async (own) => {
    expect((await serve(() => own)(get('/docs/1'), own)).status).toBe(400);
  });

  test.each([
    ['nothing', undefined],
    ['a relative path', 'docs/1'],
    ['a promise', Promise.resolve('/docs/1')],
  ])('throws unless it returns a path: %s', (_what, own) => {
    const handle = serve(() => own as string);
    expect(() => handle(get('/docs/1'), '')).toThrow('the option path must return a path');
  });

  test('throws at creation unless it is a function', () => {
    expect(() => serve('/docs' as never)).toThrow('path');
  });
});
