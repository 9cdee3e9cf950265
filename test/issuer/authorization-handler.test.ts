import { gzipSync } from 'node:zlib';
import {
  type AuthorizationService,
  createAuthorizationHandler,
  createMemoryAttemptLimiter,
} from '@mandate/issuer';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { HOSTS } from './hosts.js';
import { createWorld, ISSUER } from './world.js';

const bob = { username: 'bob', password: 'hunter2' };
const partner = { partnerid: 1, partneruserid: 'b1', loginkey: 'x' };

async function ask(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe.each(Object.entries(HOSTS))('on %s', (_, serve) => {
  test('POST /authorize answers with a token, its expiration and its group', async () => {
    const { service } = await createWorld();
    const base = await serve((basePath) => createAuthorizationHandler({ service, basePath }));
    const answer = await ask(`${base}/authorize`, { ...bob, groupid: 12345, duration: 30 });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toEqual({
      token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expiration: '2026-01-01T00:30:00.000Z',
      groupId: '12345',
      service: 'presence',
    });
  });

  test('limits attempts by the address of the caller', async () => {
    const addressLimiter = createMemoryAttemptLimiter({ attempts: 1, perSeconds: 60 });
    const { service } = await createWorld({ options: { addressLimiter } });
    const base = await serve((basePath) => createAuthorizationHandler({ service, basePath }));
    expect((await ask(`${base}/authorize`, { gssnid: 'x' })).status).toBe(401);
    const rejected = await ask(`${base}/authorize`, { gssnid: 'x' });
    expect(rejected).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(rejected.headers.get('retry-after'))).toBeGreaterThan(0);
    // Other addresses are not affected.
    const other = { credentials: { kind: 'session', gssnid: 'x' }, address: '192.0.2.1' } as const;
    await expect(service.authorize(other)).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  test('publishes its keys and its metadata', async () => {
    const { service } = await createWorld();
    const base = await serve((basePath) => createAuthorizationHandler({ service, basePath }));
    const jwks = await (await fetch(`${base}/.well-known/jwks.json`)).json();
    expect(jwks.keys).toHaveLength(1);
    expect(Object.keys(jwks.keys[0]).sort()).toEqual(
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'].sort(),
    );
    const url = `${base}/.well-known/oauth-authorization-server`;
    expect(await (await fetch(url)).json()).toMatchObject({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    });
    for (const target of [url, `${base}/.well-known/jwks.json`, `${base}/authorize`]) {
      const [head, get] = [await fetch(target, { method: 'HEAD' }), await fetch(target)];
      expect(head.status).toBe(get.status);
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
      expect(head.headers.get('cache-control')).toBe(get.headers.get('cache-control'));
      expect(await head.text()).toBe('');
    }
    expect((await fetch(`${base}/authorize`)).status).toBe(404);
    expect((await fetch(`${base}/other`)).status).toBe(404);
  });
});

async function createCaller(
  options: Partial<Parameters<typeof createAuthorizationHandler>[0]> = {},
) {
  const { service } = await createWorld();
  const handler = createAuthorizationHandler({ service, ...options });
  return async (body: unknown, query = '', headers: Record<string, string> = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const request = new Request(`http://127.0.0.1/authorize${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    });
    const response = await handler(request, {});
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
}

describe('a request', () => {
  test('may have its parameters in the query', async () => {
    const call = await createCaller();
    const answer = await call(bob, '?service=webservices&duration=1&groupid=12345&site=production');
    expect(answer.body).toMatchObject({
      service: 'webservices',
      expiration: '2026-01-01T00:01:00.000Z',
    });
  });

  test('may have nested members of any name', async () => {
    const call = await createCaller();
    const other = { username: '"groupid":', site: [{ username: 'x', 'a:"{': ':' }] };
    expect((await call({ ...bob, other, x: '\\' })).status).toBe(200);
  });

  test('may leave fields empty, as in the sample of the document', async () => {
    const call = await createCaller();
    const empty = { gssnid: '', partnerid: null, partneruserid: '', loginkey: '', service: '' };
    expect((await call({ ...bob, ...empty })).status).toBe(200);
  });

  test.each([
    ['nothing', {}, '', 'missing_credentials'],
    ['half a set', { username: 'bob' }, '', 'missing_credentials'],
    ['two sets', { ...bob, gssnid: 'x' }, '', 'missing_credentials'],
    ['a set and a part of another', { ...bob, partnerid: 1 }, '', 'missing_credentials'],
    ['inherited fields', '{"__proto__":{"gssnid":"x"}}', '', 'invalid_request'],
    ['a field that is not a text', { ...bob, password: ['hunter2'] }, '', 'invalid_request'],
    ['a field that is too long', { ...bob, password: 'x'.repeat(1025) }, '', 'invalid_request'],
    ['NUL', { ...bob, username: 'bob\0' }, '', 'invalid_request'],
    ['no object', [], '', 'invalid_request'],
    ['no JSON', 'x', '', 'invalid_request'],
    ['a large body', { ...bob, x: 'x'.repeat(17_000) }, '', 'invalid_request'],
    ['credentials in the query', bob, '?password=x', 'invalid_request'],
    ['two groups', { ...bob, groupid: 1 }, '?groupid=2', 'invalid_request'],
    ['two durations', bob, '?duration=1&duration=2', 'invalid_request'],
    ['a group twice in the body', '{"groupid":"1","groupid":"12345"}', '', 'invalid_request'],
    [
      'a name twice, once in other letters',
      '{"username":"x","usern\\u0061me":"bob","password":"hunter2"}',
      ...(['', 'invalid_request'] as const),
    ],
    ['a number that is rounded', { ...bob, groupid: 2 ** 53 }, '', 'invalid_request'],
    ['a group that is not a whole number', { ...bob, groupid: 1.5 }, '', 'invalid_request'],
    ['a partner that is rounded', { ...partner, partnerid: 2 ** 53 }, '', 'invalid_request'],
    ['a duration for ever', '{"gssnid":"x","duration":1e400}', '', 'invalid_duration'],
    ['half a minute', { ...bob, duration: 1.5 }, '', 'invalid_duration'],
    ['a group that is not an id', { ...bob, groupid: {} }, '', 'invalid_request'],
    ['a duration in words', { ...bob, duration: 'long' }, '', 'invalid_duration'],
    ['a negative duration', { ...bob, duration: -1 }, '', 'invalid_duration'],
    ['121 minutes', bob, '?duration=121', 'invalid_duration'],
    ['a wrong password', { ...bob, password: 'x' }, '', 'invalid_credentials'],
    ['another group', { ...bob, groupid: '67890' }, '', 'not_in_group'],
    ['another service', { ...bob, service: 'x' }, '', 'feature_not_enabled'],
  ])('is rejected: %s', async (_, body, query, code) => {
    const call = await createCaller();
    const answer = await call(body, query);
    expect(answer.body.code).toBe(code);
    expect(answer.body.status).toBe(answer.status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  test('must be JSON or a form', async () => {
    const call = await createCaller();
    const answer = await call(bob, '', { 'content-type': 'text/plain' });
    expect(answer.body.code).toBe('invalid_request');
  });

  test('may be a form', async () => {
    const call = await createCaller();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await call('username=bob&password=hunter2&groupid=12345&duration=1', '', form);
    expect(answer.body).toMatchObject({
      expiration: '2026-01-01T00:01:00.000Z',
      groupId: '12345',
    });
    const type = 'application/x-www-form-urlencoded; charset=UTF-8';
    const encoded = new URLSearchParams({ ...bob, gssnid: '', service: 'webservices' });
    expect((await call(String(encoded), '', { 'content-type': type })).body).toMatchObject({
      service: 'webservices',
    });
  });

  test.each([
    ['nothing', '', 'missing_credentials'],
    ['a field twice', 'username=bob&password=hunter2&username=eve', 'invalid_request'],
    ['another encoding', 'username=bob&password=hunter2', 'invalid_request', '; charset=latin1'],
    ['a name of an inherited member', '__proto__=x&username=bob', 'missing_credentials'],
    ['a large body', `username=bob&password=hunter2&x=${'x'.repeat(17_000)}`, 'invalid_request'],
    ['a question mark in front', '?username=bob&password=hunter2', 'missing_credentials'],
    ['a duration in words', 'username=bob&password=hunter2&duration=long', 'invalid_duration'],
  ])('is rejected as a form with %s', async (_, body, code, parameter = '') => {
    const call = await createCaller();
    const type = `application/x-www-form-urlencoded${parameter}`;
    expect((await call(body, '', { 'content-type': type })).body.code).toBe(code);
  });

  test.each<[string, Record<string, string>, boolean]>([
    ['of a server', {}, true],
    ['of its own page', { 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1' }, true],
    ['of an allowed page', { 'sec-fetch-site': 'cross-site', origin: 'https://a.example' }, true],
    ['of another page', { 'sec-fetch-site': 'cross-site', origin: 'https://b.example' }, false],
    ['of an older browser', { origin: 'https://b.example' }, false],
    ['of a sandboxed page', { 'sec-fetch-site': 'cross-site', origin: 'null' }, false],
  ])('as a form %s is read: %j', async (_, headers, isRead) => {
    const call = await createCaller({ allowedOrigins: ['https://a.example'] });
    const type = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    const { body } = await call('username=bob&password=hunter2', '', type);
    expect(body.code).toBe(isRead ? undefined : 'invalid_request');
  });

  test('may be compressed with gzip, up to the same size', async () => {
    const { service } = await createWorld();
    const handler = createAuthorizationHandler({ service });
    const send = async (body: Uint8Array | string, coding: string) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': coding };
      const init = { method: 'POST', headers, body: body as BodyInit };
      const response = await handler(new Request('http://127.0.0.1/authorize', init), {});
      return { response, body: await response.json() };
    };
    const json = JSON.stringify(bob);
    for (const coding of ['gzip', ' GZIP ', 'x-gzip']) {
      expect((await send(gzipSync(json), coding)).response.status).toBe(200);
    }
    expect((await send(json, 'identity')).response.status).toBe(200);
    const bomb = gzipSync(`{"x":"${'x'.repeat(4_000_000)}"}`, { level: 9 });
    expect(bomb.length).toBeLessThan(16_000);
    const large = await send(bomb, 'gzip');
    expect(large.body).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(large.body.detail).toContain('too large');
    expect((await send(json, 'gzip')).body.detail).toContain('not gzip');
    for (const coding of ['br', 'deflate', 'gzip, gzip', 'zstd']) {
      const { response, body } = await send(json, coding);
      expect(body).toMatchObject({ status: 415, code: 'invalid_request' });
      expect(response.headers.get('accept-encoding')).toBe('gzip');
    }
  });
});

test('with glanceFields, the answer has the spellings of Glance', async () => {
  const call = await createCaller({ glanceFields: true });
  const { body } = await call(bob);
  expect(body.authToken).toBe(body.token);
  expect(body.authTokeExp).toBe('2026-01-01T00:20:00.0000000Z');
});

test('onError receives a fault, and the caller sees no details', async () => {
  const { service } = await createWorld();
  const faults: unknown[] = [];
  const fault = new Error('password of the database: 123');
  const handler = createAuthorizationHandler({
    service: { ...service, authorize: () => Promise.reject(fault) },
    onError: (error) => faults.push(error),
  });
  const request = new Request('http://127.0.0.1/authorize', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(bob),
  });
  const response = await handler(request, {});
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain('123');
  expect(faults).toEqual([fault]);
});

describe('a body', () => {
  let service: AuthorizationService;
  beforeEach(async () => {
    ({ service } = await createWorld());
  });

  const send = async (body: ReadableStream<Uint8Array>, isRead = false) => {
    const faults: unknown[] = [];
    const onError = (error: unknown) => faults.push(error);
    const handler = createAuthorizationHandler({ service, onError });
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    const request = new Request('http://127.0.0.1/authorize', init);
    if (isRead) await request.text();
    const response = await handler(request, {});
    return { faults, code: (await response.json()).code };
  };

  test('that trickles in is rejected after ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const cancelled = vi.fn();
    const sent = send(
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 1000));
          controller.enqueue(Uint8Array.of(0x20));
        },
        cancel: cancelled,
      }),
    );
    await vi.advanceTimersByTimeAsync(9_900);
    expect(cancelled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(await sent).toEqual({ faults: [], code: 'invalid_request' });
    expect(cancelled).toHaveBeenCalledOnce();
  });

  test('whose sender has disconnected is not reported as a fault', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.error(new Error('aborted')),
    });
    expect(await send(body)).toEqual({ faults: [], code: 'invalid_request' });
  });

  test('that a parser has already read is reported as a fault', async () => {
    const body = new ReadableStream({ start: (controller) => controller.close() });
    const { faults, code } = await send(body, true);
    expect([faults.length, code]).toEqual([1, 'service_error']);
  });
});

test.each([
  [
    'throws',
    () => {
      throw new Error('the log is down');
    },
  ],
  ['rejects', () => Promise.reject(new Error('the log is down'))],
])('the caller gets an answer although onError %s', async (_, onError) => {
  const { service } = await createWorld();
  const authorize = () => Promise.reject(new Error('the database is down'));
  const call = await createCaller({ service: { ...service, authorize }, onError });
  expect((await call(bob)).body.code).toBe('service_error');
});

describe('pages of other origins', () => {
  const allowedOrigins = ['https://agents.example.com'];

  test('are allowed exactly, and never with cookies', async () => {
    const call = await createCaller({ allowedOrigins });
    const read = async (origin: string) => {
      const { headers } = await call(bob, '', { origin });
      expect(headers.get('vary')).toContain('origin');
      expect(headers.has('access-control-allow-credentials')).toBe(false);
      return headers.get('access-control-allow-origin');
    };
    expect(await read('https://agents.example.com')).toBe('https://agents.example.com');
    for (const other of [
      'https://agents.example.com.evil.example',
      'null',
      'http://agents.example.com',
    ]) {
      expect(await read(other)).toBeNull();
    }
  });

  test('may send a preflight request, and read refusals', async () => {
    const { service } = await createWorld();
    const handler = createAuthorizationHandler({ service, allowedOrigins });
    const headers = {
      origin: 'https://agents.example.com',
      'access-control-request-method': 'POST',
    };
    const url = 'http://127.0.0.1/authorize';
    const preflight = await handler(new Request(url, { method: 'OPTIONS', headers }), {});
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
    const rejected = await handler(new Request(url, { method: 'POST', headers }), {});
    expect(rejected.headers.get('access-control-allow-origin')).toBe(headers.origin);
  });

  test('may send the request headers that are listed', async () => {
    const { service } = await createWorld();
    const allowedHeaders = ['traceparent', 'Baggage', 'Content-Type'];
    const handler = createAuthorizationHandler({ service, allowedOrigins, allowedHeaders });
    const init = { method: 'OPTIONS', headers: { origin: 'https://agents.example.com' } };
    const preflight = await handler(new Request('http://127.0.0.1/authorize', init), {});
    expect(preflight.headers.get('access-control-allow-headers')).toBe(
      'content-type, traceparent, baggage',
    );
  });

  test.each([['*'], [''], ['a b'], ['a,b'], 'traceparent', [1]])(
    'cannot send the headers %j',
    async (allowedHeaders) => {
      const { service } = await createWorld();
      const options = { service, allowedHeaders: allowedHeaders as string[] };
      expect(() => createAuthorizationHandler(options)).toThrow(TypeError);
    },
  );

  test.each([
    'capacitor://localhost',
    'ionic://localhost',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://0b1f3c1e-7d1c-4f64-9d3a-000000000000',
    'http://localhost:8100',
  ])('may be of an app or an extension: %s', async (origin) => {
    const call = await createCaller({ allowedOrigins: [origin] });
    const { headers } = await call(bob, '', { origin });
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    const other = await call(bob, '', { origin: `${origin}.evil` });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each([
    'capacitor://localhost/',
    'capacitor://',
    'capacitor:localhost',
    'Capacitor://localhost',
    'chrome-extension://*',
    'chrome-extension://abc/path',
    'app://user@host',
    'app://host?x',
    'file:///',
    'data:text/html,x',
    'javascript:alert(1)',
    'null',
    '',
  ])('cannot be given as %j either', async (origin) => {
    const { service } = await createWorld();
    const options = { service, allowedOrigins: [origin] };
    expect(() => createAuthorizationHandler(options)).toThrow(TypeError);
  });

  test.each(['https://a.example/', '*', 'https://*.example', 'a.example', 'https://A.example'])(
    'cannot be given as %s',
    async (origin) => {
      const { service } = await createWorld();
      expect(() => createAuthorizationHandler({ service, allowedOrigins: [origin] })).toThrow(
        TypeError,
      );
    },
  );
});
