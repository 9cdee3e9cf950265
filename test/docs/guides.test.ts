import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGuard, type Guard, type TokenFinder, type TokenVerifier } from '@mandate/core';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenAuthority } from '@mandate/tokens';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { createKeyServer, type KeyServer, serveKeys } from '../support/key-server.js';
import { listen } from '../support/listen.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';
import { createSigningKey, type SigningKey, signToken, validClaims } from '../support/tokens.js';
import { startGuide, writePrograms } from './start-program.js';

const DOCS = 'packages/core/docs';
const ISSUER = 'https://sso.example.com/';
const AUDIENCE = 'https://api.example.com';
const ADMIN = { subject: 'admin', isSuperAdmin: true };

let key: SigningKey;
let other: SigningKey;
let keyServer: KeyServer;
let otherServer: KeyServer;

beforeAll(async () => {
  [key, other] = await Promise.all([createSigningKey('RS256'), createSigningKey('RS256')]);
  keyServer = await createKeyServer(serveKeys(key));
  otherServer = await createKeyServer(serveKeys(other));
});

afterAll(async () => {
  await Promise.all([keyServer.stop(), otherServer.stop()]);
});

const sign = (claims: object, by: SigningKey = key) =>
  signToken(validClaims({ iss: ISSUER, aud: AUDIENCE, ...claims }), { key: by, typ: 'JWT' });

async function get(url: string, token?: string, headers: Readonly<Record<string, string>> = {}) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers: { ...headers, ...authorization } });
  const text = await response.text();
  const body = text.startsWith('{') ? JSON.parse(text) : text;
  return response.ok ? body : `${response.status} ${body.code ?? ''}`.trim();
}

describe('getting started', () => {
  const GUIDE = `${DOCS}/getting-started.md`;

  test('guards the server that was there, and answers as shown', async () => {
    const keys = `(await import('@mandate/core/jwt')).createKeySet({ url: '${keyServer.url}' })`;
    const origin = await startGuide(GUIDE, {
      "scopesFrom: 'permissions',": `scopesFrom: 'permissions', keys: ${keys},`,
    });
    const token = await sign({
      iss: 'https://example.eu.auth0.com/',
      sub: 'auth0|ada',
      azp: 'client',
      permissions: ['read:documents'],
    });
    const page = readFileSync(new URL(`../../${GUIDE}`, import.meta.url), 'utf8');
    const [, transcript = ''] = /^```console\n(\$ curl.*?)^```$/ms.exec(page) ?? [];
    const exchanges = transcript.trim().split(/\n\n(?=\$)/);
    expect(exchanges).toHaveLength(3);
    for (const exchange of exchanges) {
      const [head = '', body = ''] = exchange.split('\n\n');
      const [command = '', status = '', ...headers] = head.split('\n');
      const method = /-X (\w+)/.exec(command)?.[1] ?? 'GET';
      const authorization = command.includes('$TOKEN') ? { authorization: `Bearer ${token}` } : {};
      const response = await fetch(`${origin}/documents/7`, { method, headers: authorization });
      expect(`HTTP/1.1 ${response.status} ${response.statusText}`).toBe(status);
      for (const line of headers) {
        const [name = '', value] = line.split(': ');
        expect(response.headers.get(name)).toBe(value);
      }
      expect(await response.text()).toBe(body.trim());
    }
  });

  test('begins with a server that serves everyone', async () => {
    const load = await writePrograms(GUIDE);
    const { app } = (await load('before.ts')) as { app: RequestListener };
    expect(await get(`${await listen(app)}/documents/7`)).toEqual({ title: 'Plan' });
  });
});

test('the guide about many tenants keeps them apart, as its table says', async () => {
  const origin = await startGuide(`${DOCS}/multi-tenant.md`, {
    'https://login.acme.example/jwks': keyServer.url,
    'https://sso.initech.example/jwks': otherServer.url,
  });
  const acme = await sign({ iss: 'https://login.acme.example/', sub: '1', scope: 'DOCUMENTS' });
  const greedy = await sign({
    iss: 'https://login.acme.example/',
    scope: 'DOCUMENTS',
    groups: ['initech'],
  });
  const forged = await sign({ iss: 'https://sso.initech.example', scope: 'DOCUMENTS' });
  const initech = await sign({ iss: 'https://sso.initech.example', scope: 'DOCUMENTS' }, other);
  const stranger = await sign({ iss: 'https://login.other.example', scope: 'DOCUMENTS' });
  const path = (tenant: string) => `${origin}/tenants/${tenant}/documents`;
  expect(await get(path('acme'), acme)).toEqual({ tenant: 'acme', reader: 'acme|1' });
  expect(await get(path('initech'), acme)).toBe('403 group_mismatch');
  expect(await get(path('initech'), greedy)).toBe('403 group_mismatch');
  expect(await get(path('initech'), forged)).toBe('401 token_invalid');
  expect(await get(path('initech'), stranger)).toBe('401 token_invalid');
  expect(await get(path('initech'), initech)).toMatchObject({ tenant: 'initech' });
  expect(await get(`${origin}/documents`, acme)).toBe('400 group_missing');
  expect(await get(`${origin}/documents`, acme, { 'x-tenant': 'initech' })).toBe(
    '403 group_mismatch',
  );
  expect(await get(`${origin}/documents`, acme, { 'x-tenant': 'acme' })).toEqual({
    tenant: 'acme',
  });
});

test('the guide about proxies takes the address from the nearest proxy, and is ready', async () => {
  const origin = await startGuide(`${DOCS}/proxy.md`, {
    'https://sso.example.com/.well-known/jwks.json': keyServer.url,
  });
  const token = await sign({ scope: 'DOCUMENTS' });
  const forwarded = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' };
  expect(await get(`${origin}/api/documents/7`, token, forwarded)).toEqual({
    id: '7',
    from: '198.51.100.7',
  });
  expect((await fetch(`${origin}/ready`)).status).toBe(200);
  expect(await get(`${origin}/documents/7`, token)).toBe('403 endpoint_unmapped');
});

describe('configuration by environment', () => {
  const GUIDE = `${DOCS}/configuration.md`;

  test('lists everything that is missing', async () => {
    const load = await writePrograms(GUIDE);
    const { readConfig } = await load('config.ts');
    const read = readConfig as (env: Record<string, string>) => unknown;
    expect(() => read({ AUTH_ISSUER: ISSUER })).toThrow(
      'the configuration is wrong: AUTH_AUDIENCE is missing',
    );
    expect(() => read({ PORT: 'x', AUTH_ISSUER: ' ' })).toThrow(
      'AUTH_ISSUER is missing; AUTH_AUDIENCE is missing; PORT is not a number',
    );
    expect(read({ AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE, PORT: '80' })).toEqual({
      issuer: ISSUER,
      audience: AUDIENCE,
      port: 80,
    });
  });

  test('starts with the keys of the issuer that the environment names', async () => {
    let issuer = '';
    issuer = await listen((req, res) => {
      res.setHeader('content-type', 'application/json');
      const metadata = { issuer, jwks_uri: `${issuer}/jwks` };
      res.end(JSON.stringify(req.url === '/jwks' ? { keys: [key.publicJwk] } : metadata));
    });
    const env = `{ AUTH_ISSUER: '${issuer}', AUTH_AUDIENCE: '${AUDIENCE}' }`;
    const origin = await startGuide(GUIDE, { 'process.env);': `${env});` });
    const token = await sign({ iss: issuer, scope: 'DOCUMENTS' });
    expect(await get(`${origin}/documents/7`, token)).toEqual({ id: '7' });
  });
});

test('the guide about maintenance restores a copy and revokes again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mandate-guide-'));
  const [file, copy] = [join(folder, 'a.db'), join(folder, 'copy.db')];
  const database = await openSqlite({ file });
  const authority = createTokenAuthority({ store: createSqlTokenStore(database) });
  const token = { description: 'job', permission: 'USER', userEmail: 'a@b.example', scopes: ['A'] };
  const { token: created } = await authority.create(token as never, ADMIN);
  const load = await writePrograms(`${DOCS}/maintenance.md`);
  const { backUp } = (await load('backup.ts')) as {
    backUp(from: string, to: string): Promise<void>;
  };
  await backUp(file, copy);
  await authority.revoke(created.id, ADMIN);
  await database.close();

  const { revokeAgain } = (await load('restore.ts')) as {
    revokeAgain(from: string, ids: readonly string[]): Promise<void>;
  };
  const getRevocation = async () => {
    const restored = await openSqlite({ file: copy });
    const found = await createTokenAuthority({ store: createSqlTokenStore(restored) }).get(
      created.id,
    );
    await restored.close();
    return found.revokedAt;
  };
  expect(await getRevocation()).toBeUndefined();
  await revokeAgain(copy, [created.id]);
  expect(await getRevocation()).toBeInstanceOf(Date);
});

describe('parts of your own', () => {
  const GUIDE = `${DOCS}/own-parts.md`;

  test('are a verifier of signed requests, behind an adapter for node:http', async () => {
    const load = await writePrograms(GUIDE);
    const { createSignedRequestVerifier } = (await load('signed-requests.ts')) as {
      createSignedRequestVerifier(secret: Uint8Array): TokenVerifier;
    };
    const { guardListener } = (await load('adapter.ts')) as {
      guardListener(guard: Guard, listener: (...args: never[]) => void): RequestListener;
    };
    const secret = new TextEncoder().encode('a secret of at least thirty-two bytes');
    const guard = createGuard({
      verifiers: [createSignedRequestVerifier(secret)],
      endpoints: {
        'GET /hooks/:id': { scopes: ['HOOKS'] },
        'GET /admin': { scopes: ['ADMIN'] },
        'GET /broken': 'public',
      },
    });
    const listener = guardListener(guard, ((
      req: { url: string },
      res: never,
      principal: { subject: string },
    ) => {
      if (req.url === '/broken') throw new Error('a fault');
      (res as { end(text: string): void }).end(principal.subject);
    }) as never);
    const origin = await listen(createServer(listener));
    const toToken = (path: string, seconds = Math.floor(Date.now() / 1000)) =>
      `hook_${seconds}_${createHmac('sha256', secret).update(`GET ${path} ${seconds}`).digest('hex')}`;
    expect(await get(`${origin}/hooks/1?a=b`, toToken('/hooks/1'))).toBe('webhook');
    expect(await get(`${origin}/hooks/2`, toToken('/hooks/1'))).toBe('401 token_invalid');
    expect(await get(`${origin}/hooks/1`, toToken('/hooks/1', 1_700_000_000))).toBe(
      '401 token_expired',
    );
    expect(await get(`${origin}/hooks/1`, 'hook_')).toBe('401 token_invalid');
    expect(await get(`${origin}/admin`, toToken('/admin'))).toBe('403 scope_required');
    expect(await get(`${origin}/hooks/1`)).toBe('401 credentials_missing');
    expect(await get(`${origin}/unknown`, toToken('/unknown'))).toBe('403 endpoint_unmapped');
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect((await fetch(`${origin}/broken`)).status).toBe(500);
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });
});

/** An issuer whose metadata and keys are here. */
async function startIssuer(): Promise<string> {
  let issuer = '';
  const origin = await listen((req, res) => {
    res.setHeader('content-type', 'application/json');
    const metadata = { issuer, jwks_uri: `${issuer}jwks` };
    res.end(JSON.stringify(req.url === '/jwks' ? { keys: [key.publicJwk] } : metadata));
  });
  issuer = `${origin}/`;
  return issuer;
}

test('the guide about cookies lets the page of its origin in, and no other', async () => {
  const issuer = await startIssuer();
  const token = await sign({ iss: issuer, aud: 'https://app.example.com', scope: 'NOTES' });
  const declared = `export declare function logIn(
  form: unknown,
): Promise<{ readonly token: string; readonly lifetimeSeconds: number } | undefined>;`;
  const origin = await startGuide(`${DOCS}/cookies.md`, {
    "issuer: 'https://sso.example.com/'": `issuer: '${issuer}'`,
    [declared]: `export const logIn = async () => ({ token: '${token}', lifetimeSeconds: 60 });`,
  });
  const post = (path: string, headers: Readonly<Record<string, string>>) =>
    fetch(origin + path, { method: 'POST', headers, redirect: 'manual' });
  expect((await post('/log-in', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  const answer = await post('/log-in', { 'sec-fetch-site': 'same-origin' });
  const set = answer.headers.get('set-cookie') ?? '';
  expect(set).toMatch(/; Max-Age=60; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/);
  const [cookie = ''] = set.split(';');
  const own = { cookie, origin: 'https://app.example.com' };
  expect(await (await post('/notes', own)).json()).toEqual({ for: 'ada@example.com' });
  for (const site of ['same-site', 'cross-site', 'none']) {
    expect((await post('/notes', { ...own, 'sec-fetch-site': site })).status).toBe(403);
  }
  expect((await post('/notes', { authorization: `Bearer ${token}` })).status).toBe(200);
  expect((await post('/log-out', own)).headers.get('set-cookie')).toContain('1970');
});

test('the guide about cookies reads a signed cookie through the host', async () => {
  const { token } = await (await writePrograms(`${DOCS}/cookies.md`))('signed-cookies.ts');
  const finder = token as TokenFinder;
  const find = (signedCookies: object) =>
    finder.find({
      method: 'GET',
      path: '/',
      header: () => undefined,
      host: () => ({ signedCookies }),
    } as never);
  expect(find({ access_token: 'abc' })).toBe('abc');
  expect(find({ access_token: false })).toBeUndefined();
});

test('the guide about operating is ready once it has keys, and logs what it decides', async () => {
  const issuer = await startIssuer();
  const file = join(mkdtempSync(join(tmpdir(), 'mandate-guide-')), 'tokens.db');
  const lines: string[] = [];
  const write = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  const origin = await startGuide(`${DOCS}/operating.md`, {
    "issuer: 'https://sso.example.com/'": `issuer: '${issuer}'`,
    "'tokens.db'": JSON.stringify(file),
  });
  const health = await (await fetch(`${origin}/ready`)).json();
  const refused = await get(`${origin}/documents/7`);
  const served = await get(
    `${origin}/documents/7`,
    await sign({ iss: issuer, scope: 'DOCUMENTS' }),
  );
  write.mockRestore();
  expect(health).toMatchObject([{ name: issuer, status: 'ready' }]);
  expect(refused).toBe('401 credentials_missing');
  expect(served).toEqual({ document: '7', for: 'ada@example.com' });
  const logged = lines.filter((line) => line.includes('rejected by the guard'));
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([{ code: 'credentials_missing' }]);
});

test('the page about concepts has a policy and rules at routes that decide alike', async () => {
  const load = await writePrograms(`${DOCS}/concepts.md`);
  const verifiers = [verifierOf(createPrincipal({ scopes: ['SEARCH'] }))];
  const { createPolicy } = (await load('policy.ts')) as {
    createPolicy(verifiers: readonly TokenVerifier[]): Guard;
  };
  const { createApp } = (await load('app.ts')) as {
    createApp(verifiers: readonly TokenVerifier[]): RequestListener;
  };
  const decision = await createPolicy(verifiers).decide(
    createRequest({ method: 'POST', path: '/search', token: 'good' }),
  );
  expect(decision.allowed).toBe(true);
  const origin = await listen(createApp(verifiers));
  const search = (headers: Readonly<Record<string, string>>) =>
    fetch(`${origin}/search`, { method: 'POST', headers });
  expect((await search({ authorization: 'Bearer good' })).status).toBe(200);
  expect((await search({})).status).toBe(401);
});

test('the page about troubleshooting has a guard that logs the reason', async () => {
  const { createLoggingGuard } = (await (
    await writePrograms(`${DOCS}/troubleshooting.md`)
  )('guard.ts')) as { createLoggingGuard(verifiers: readonly TokenVerifier[]): Guard };
  const logged = vi.spyOn(console, 'warn').mockImplementation(() => {});
  await createLoggingGuard([verifierOf(createPrincipal())]).authenticate(createRequest({}));
  expect(logged).toHaveBeenCalledWith(
    expect.objectContaining({ code: 'credentials_missing', reason: 'no bearer token' }),
  );
  logged.mockRestore();
});

test('the guide about operating writes decisions into the log of pino', async () => {
  const { logger, onDecision } = await (await writePrograms(`${DOCS}/operating.md`))('log.ts');
  expect(logger).toHaveProperty('info');
  expect(onDecision).toBeTypeOf('function');
});
