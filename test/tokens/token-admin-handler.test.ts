import { createTokenAuthority } from '@mandate/tokens';
import { createTokenAdminHandler } from '@mandate/tokens/admin';
import { describe, expect, test, vi } from 'vitest';
import { listen } from '../support/listen.js';
import { HOSTS } from './admin-hosts.js';
import { ADMIN, createIssuing, describeToken, SUPER_ADMIN } from './issue.js';

type Json = Record<string, unknown>;

/** Members of an answer that a test looks at. */
interface Body extends Json {
  readonly secret?: string;
  readonly code?: string;
  readonly token?: Json & { readonly id: string };
  readonly items?: readonly Json[];
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}

const WHO: Readonly<Record<string, typeof ADMIN>> = { admin: ADMIN, root: SUPER_ADMIN };

describe.each(HOSTS)('the administration on %s', (_, host) => {
  async function start() {
    const { clock, store } = createIssuing();
    const onError = vi.fn();
    const authority = createTokenAuthority({
      store,
      now: clock.now,
      scopes: ['SEARCH', 'CHAT'],
    });
    const origin = await listen(
      host((basePath) =>
        createTokenAdminHandler({
          authority,
          basePath,
          onError,
          now: clock.now,
          authorizeAdmin: (request) => WHO[request.headers.get('x-who') ?? ''],
        }),
      ),
    );
    const send = async (
      method: string,
      path: string,
      body?: unknown,
      headers: Readonly<Record<string, string>> = {},
    ) => {
      const response = await fetch(`${origin}/admin${path}`, {
        method,
        headers: {
          'x-who': 'root',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, ...parse(text) };
    };
    return { clock, store, onError, send };
  }

  function parse(text: string): { readonly body: Body } {
    return { body: text.startsWith('{') ? (JSON.parse(text) as Body) : {} };
  }

  test('creates, lists, gets, rotates and revokes, and shows a secret only twice', async () => {
    const { send } = await start();
    const created = await send('POST', '/tokens', describeToken());
    expect(created.status).toBe(201);
    expect(created.headers.get('cache-control')).toBe('no-store');
    const { token, secret } = created.body as { token: { id: string }; secret: string };
    const rotated = await send('POST', `/tokens/${token.id}/rotate`, { overlapSeconds: 60 });
    expect(rotated.status).toBe(200);
    const silent = [
      await send('GET', '/tokens?search=NIGHTLY&limit=5'),
      await send('GET', `/tokens/${token.id}`),
      await send('POST', `/tokens/${token.id}/revoke`),
      await send('GET', `/tokens/${token.id}/audit`),
      await send('GET', '/audit'),
      await send('POST', `/tokens/${token.id}/rotate`, { overlapSeconds: 60 }),
    ];
    expect(silent.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 409]);
    for (const { text } of silent) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(rotated.body.secret);
      expect(text).not.toMatch(/sha256|hash/i);
    }
    expect(silent[2]?.body).toMatchObject({ id: token.id, status: 'revoked' });
    expect(silent[3]?.body.items).toMatchObject([
      { action: 'revoked' },
      { action: 'rotated' },
      { action: 'created', by: SUPER_ADMIN.subject, tokenId: token.id },
    ]);
  });

  test('pages through the list', async () => {
    const { send } = await start();
    for (let i = 0; i < 3; i++) await send('POST', '/tokens', describeToken());
    const first = await send('GET', '/tokens?limit=2');
    expect(first.body.items).toHaveLength(2);
    const next = await send('GET', `/tokens?limit=2&cursor=${first.body['nextCursor']}`);
    expect(next.body.items).toHaveLength(1);
    expect(next.body).not.toHaveProperty('nextCursor');
  });

  test.each([
    ['2030-01-31T12:00Z', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00+02:00', '2030-01-31T10:00:00.000Z'],
    ['2030-01-31T12:00:30.5Z', '2030-01-31T12:00:30.500Z'],
    ['2032-02-29T00:00Z', '2032-02-29T00:00:00.000Z'],
    [null, undefined],
  ])('reads the date %j, and null for what is absent', async (expiresAt, expected) => {
    const { send } = await start();
    const absent = { userEmail: null, allowedAddresses: null };
    const token = {
      description: 'x',
      permission: 'GLOBAL',
      scopes: ['SEARCH'],
      expiresAt,
      ...absent,
    };
    const { status, body } = await send('POST', '/tokens', token);
    expect(status).toBe(201);
    expect(body['token']).toMatchObject({ allowedAddresses: [] });
    expect((body['token'] as { expiresAt?: string }).expiresAt).toBe(expected);
  });

  test.each([
    '2030-02-30T00:00Z',
    '2031-02-29T00:00Z',
    '2030-01-31T12:00',
    '2030-01-31',
    '2030-01-31T25:00Z',
    7,
    '',
  ])('rejects the date %j', async (expiresAt) => {
    const { send } = await start();
    const token = { description: 'x', permission: 'GLOBAL', scopes: ['SEARCH'], expiresAt };
    const { status, body } = await send('POST', '/tokens', token);
    expect([status, (body.issues ?? []).map(({ path }) => path)]).toEqual([400, ['expiresAt']]);
  });

  test('lists every problem of invalid input', async () => {
    const { send } = await start();
    const paths = async (body: unknown) => {
      const rejected = await send('POST', '/tokens', body);
      expect(rejected.status).toBe(400);
      expect(rejected.headers.get('content-type')).toBe('application/problem+json');
      return (rejected.body.issues ?? []).map(({ path }) => path).sort();
    };
    expect(
      await paths({
        description: ' ',
        permission: 'ROOT',
        scopes: ['', 'a b'],
        userEmail: 'nobody',
        expiresAt: 'tomorrow',
        allowedAddresses: ['192.0.2.0/33'],
        revoked: true,
      }),
    ).toEqual([
      ...['', 'allowedAddresses.0', 'description', 'expiresAt', 'permission', 'scopes.0'],
      ...['scopes.1', 'userEmail'],
    ]);
    expect(
      await paths({
        description: 'x',
        permission: 'USER',
        scopes: ['SEARCH', 'OTHER'],
        expiresAt: '2020-01-01T00:00:00Z',
      }),
    ).toEqual(['expiresAt', 'scopes.1', 'userEmail']);
    // Faults of form and faults that the authority alone knows of, together.
    expect(
      await paths({
        description: '',
        permission: 'USER',
        scopes: ['SEARCH', 'OTHER', 7],
        expiresAt: '2020-01-01T00:00:00Z',
        allowedAddresses: 'any',
      }),
    ).toEqual([
      ...['allowedAddresses', 'description', 'expiresAt', 'scopes.1', 'scopes.2', 'userEmail'],
    ]);
    expect(
      await paths({ permission: 'GLOBAL', scopes: 'SEARCH', userEmail: 'ada@example.com' }),
    ).toEqual(['description', 'scopes', 'userEmail']);
    expect(await paths({ ...describeToken(), description: 'a\0b' })).toEqual(['description']);
    expect(await paths([])).toEqual(['']);
  });

  test.each([
    ['POST', '/tokens', '{', 400],
    ['POST', '/tokens', 'x'.repeat(70_000), 400],
    ['GET', '/tokens?limit=0', undefined, 400],
    ['GET', '/tokens?limit=201', undefined, 400],
    ['GET', '/tokens?limit=2&limit=3', undefined, 400],
    ['GET', '/tokens?colour=red', undefined, 400],
    ['GET', '/tokens?__proto__=1', undefined, 400],
    ['GET', '/tokens?cursor=%00', undefined, 400],
    ['GET', '/tokens?cursor=odd', undefined, 400],
    ['GET', '/audit?cursor=odd', undefined, 400],
    ['GET', '/tokens/absent', undefined, 404],
    ['GET', '/tokens/absent/audit', undefined, 404],
    ['POST', '/tokens/absent/revoke', undefined, 404],
    ['POST', '/tokens/absent/rotate', { overlapSeconds: 0 }, 404],
    ['POST', '/tokens/absent/rotate', { overlapSeconds: -1 }, 400],
    ['PATCH', '/tokens/absent', { scopes: ['CHAT'] }, 404],
    ['DELETE', '/tokens/absent', undefined, 404],
    ['GET', '/', undefined, 404],
    ['GET', '/tokens/a/b/c', undefined, 404],
  ])('answers %s %s with %j by %d', async (method, path, body, status) => {
    const { send, onError } = await start();
    const rejected = await send(method, path, body);
    expect([rejected.status, rejected.body['status']]).toEqual([status, status]);
    expect(onError).not.toHaveBeenCalled();
  });

  test('accepts JSON only', async () => {
    const { send } = await start();
    const headers = { 'content-type': 'text/plain' };
    const rejected = await send('POST', '/tokens', describeToken(), headers);
    expect(rejected.status).toBe(415);
  });

  test('rejects callers who are not admins, and GLOBAL tokens of callers who are not super admins', async () => {
    const { send } = await start();
    const global = { ...describeToken(), permission: 'GLOBAL', userEmail: undefined };
    expect((await send('GET', '/tokens', undefined, { 'x-who': '' })).status).toBe(403);
    expect((await send('POST', '/tokens', describeToken(), { 'x-who': '' })).status).toBe(403);
    expect((await send('POST', '/tokens', global, { 'x-who': 'admin' })).status).toBe(403);
    expect((await send('POST', '/tokens', global)).status).toBe(201);
  });

  test('rejects a change that a browser sends from another site', async () => {
    const { send } = await start();
    const from = (site: string) =>
      send('POST', '/tokens', describeToken(), { 'sec-fetch-site': site });
    expect((await from('cross-site')).status).toBe(403);
    expect((await from('same-site')).status).toBe(403);
    expect((await from('same-origin')).status).toBe(201);
  });

  test('reports a fault only to onError', async () => {
    const { send, store, onError } = await start();
    const fault = new Error('password is hunter2');
    Object.assign(store, { list: () => Promise.reject(fault) });
    Object.assign(store.inner, { list: () => Promise.reject(fault) });
    const failed = await send('GET', '/tokens');
    expect(failed.status).toBe(500);
    expect(failed.text).not.toContain('hunter2');
    expect(onError).toHaveBeenCalledExactlyOnceWith(fault);
  });
});

test.each(['admin', '/admin/', '/', '/a//b'])('the base path %j is rejected', (basePath) => {
  const { authority } = createIssuing();
  const options = { authority, basePath, authorizeAdmin: () => undefined };
  expect(() => createTokenAdminHandler(options)).toThrow(TypeError);
});
