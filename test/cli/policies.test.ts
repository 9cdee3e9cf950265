import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createSigningKey, signToken, toJwks, validClaims } from '../support/tokens.js';
import { createFolder } from './folder.js';
import { run } from './run.js';

const POLICY = fileURLToPath(new URL('fixtures/policy.ts', import.meta.url));
const APPS = fileURLToPath(new URL('fixtures/apps.ts', import.meta.url));
const key = await createSigningKey('ES256', 'first');

/** A key server, and the environment in which the policy uses it. */
async function startKeys(jwks: object = toJwks(key)) {
  const requests: string[] = [];
  const origin = await listen(
    createServer((request, response) => {
      requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
      response.setHeader('content-type', 'application/json');
      const metadata = { issuer: origin, jwks_uri: `${origin}/jwks` };
      const isMetadata = request.url?.includes('openid-configuration');
      response.end(JSON.stringify(isMetadata ? metadata : jwks));
    }),
  );
  process.env['POLICY_ISSUER'] = origin;
  const sign = (claims: Readonly<Record<string, unknown>> = {}) =>
    signToken(validClaims({ iss: origin, aud: 'api', scope: 'READ', ...claims }), { key });
  return { origin, requests, sign };
}

const why = (line: string, stdin?: string) =>
  run(['why', POLICY, ...line.split(' ')], stdin === undefined ? {} : { stdin });

describe('mandate why', () => {
  test('shows every stage of an allowed request', async () => {
    const { sign, requests } = await startKeys();
    const { code, out } = await why('GET /documents/7', await sign());
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toBe('allowed');
    expect(out).toContain('GET /documents/:id');
    expect(requests.join()).not.toContain('Bearer');
  });

  test('shows the stage that rejects, the rule, and what would have to change', async () => {
    const { sign } = await startKeys();
    const { code, out } = await why('PUT /documents/7', await sign());
    expect(code).toBe(1);
    expect(out).toContain('rejected: 403 scope_required');
    expect(out).toContain('PUT /documents/:id');
    expect(out).toMatch(/^x scopes +the token lacks a scope$/m);
    expect(out).toContain('To allow it: send a token with the scopes WRITE');
  });

  test('prints JSON with the answer, and never the token', async () => {
    const { sign } = await startKeys();
    const token = await sign();
    const { code, out } = await why('PUT /documents/7 --json', `Bearer ${token}\n`);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      allowed: false,
      code: 'scope_required',
      rejectedBy: 'scopes',
      answer: { status: 403 },
    });
    expect(out).not.toContain(token);
  });

  test.each([
    ['GET /nowhere', 'endpoint_unmapped'],
    ['GET /documents/a%2Fb', 'path_ambiguous'],
    ['GET /documents/7 --no-token', 'credentials_missing'],
    ['GET /documents/7 --offline', 'verifier_unavailable'],
    ['GET /team?group=b', 'group_mismatch'],
  ])('explains %s', async (line, expected) => {
    const { sign } = await startKeys();
    const { code, out } = await why(line, await sign({ groups: ['a'], sub: line }));
    expect(code).toBe(1);
    expect(out).toContain(expected);
  });

  test('sends the token of an opaque kind nowhere', async () => {
    const { requests } = await startKeys();
    const { out } = await why('GET /documents/7 --export introspecting', 'opaque-token');
    expect(out).toContain('verifier_unavailable');
    expect(requests.join()).not.toContain('POST');
  });

  test.each([
    [['why', 'missing.ts', 'GET', '/'], 'missing.ts does not exist'],
    [['why', POLICY, 'GET', '/', '--export', 'other'], 'has no export other; it exports'],
    [['why', POLICY, 'GET', '/', '--export', 'issuer'], 'is not the result of createGuard'],
    [['why', POLICY, 'GET', 'documents'], 'the path must begin with /'],
    [['why', POLICY, 'GET', '/', '--header', 'nonsense'], 'the form "Name: value"'],
    [['why', POLICY, 'GET', '/'], 'no token: set MANDATE_TOKEN'],
  ])('is one clear error: %j', async (args, message) => {
    await startKeys();
    const token = args.includes('documents') || args.includes('nonsense') ? 'x' : '';
    const { code, err } = await run(args, { stdin: token });
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('a module that throws is a failure without its stack', async () => {
    const folder = await createFolder({ 'policy.mjs': "throw new Error('no database');" });
    const { code, err } = await run(['why', join(folder, 'policy.mjs'), 'GET', '/'], {
      stdin: 'x',
    });
    expect(code).toBe(3);
    expect(err).toContain('cannot be imported: no database');
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('mandate decode', () => {
  test('prints header and claims with times, and says that nothing is verified', async () => {
    const token = await signToken(validClaims({ exp: 1_900_000_000 }), { key });
    const now = () => 1_899_999_000_000;
    const { code, out } = await run(['decode'], { stdin: token, now });
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toBe('not verified');
    expect(out).toContain('(2030-03-17 17:46:40Z, 1000 s from now)');
    expect(out).not.toContain(token.split('.')[2]);
    const { out: json } = await run(['decode', '--json'], { env: { MANDATE_TOKEN: token } });
    expect(JSON.parse(json)).toMatchObject({
      header: { kid: 'first' },
      claims: { exp: 1_900_000_000 },
    });
  });

  test('cannot write over the terminal', async () => {
    const token = await signToken(validClaims({ sub: 'a\u001b[2Jb\nnot verified' }), { key });
    const { out } = await run(['decode'], { stdin: token });
    expect(out).not.toContain('\u001b');
  });

  test.each([
    ['', 'no token'],
    ['mdt_opaque', 'does not have three segments'],
    ['a.b.c.d.e', 'is encrypted (JWE)'],
    ['!.!.!', 'the header of the token is not a JSON object'],
    ['e30.W10.c', 'the payload of the token is not a JSON object'],
  ])('rejects %j', async (stdin, message) => {
    const { code, err } = await run(['decode'], { stdin });
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('mandate keys', () => {
  test('says which keys verify tokens, and why the others do not', async () => {
    const { kty, crv, x } = key.publicJwk as Record<string, string>;
    const weak = { kty: 'RSA', kid: 'weak', n: 'AQAB', e: 'AQAB' };
    const jwks = {
      keys: [
        key.publicJwk,
        { ...key.publicJwk, kid: 'enc', use: 'enc' },
        weak,
        { kty, crv, x, kid: 'half' },
        { ...key.publicJwk, kid: 'private', d: 's3cret' },
        null,
      ],
    };
    const { origin } = await startKeys(jwks);
    const { code, out } = await run(['keys', origin]);
    expect(code).toBe(0);
    expect(out).toContain(`200 ${origin}/.well-known/openid-configuration`);
    expect(out).toMatch(/^first +EC P-256 +ES256 +yes$/m);
    expect(out).toContain('no: its use is not "sig"');
    expect(out).toContain('no: its modulus or exponent is invalid or weak');
    expect(out).toContain('no: it has no public point');
    expect(out).toContain('no: it is a private key');
    expect(out).not.toContain('s3cret');
  });

  test('fetches a key set by its URL', async () => {
    const { origin } = await startKeys();
    const { code, out } = await run(['keys', `${origin}/jwks`, '--url', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, keys: [{ kid: 'first' }] });
  });

  test('says why an issuer has no usable keys', async () => {
    const { origin } = await startKeys({ keys: [] });
    expect(await run(['keys', origin])).toMatchObject({
      code: 1,
      out: expect.stringContaining('not usable: the key set has no usable public key'),
    });
    expect(await run(['keys', 'not a url'])).toMatchObject({ code: 2 });
  });
});

describe.each(['express', 'koa', 'hono'])('mandate routes of %s', (host) => {
  test('lists routes', async () => {
    const { code, out } = await run(['routes', APPS, '--host', host, '--export', `${host}Guarded`]);
    expect(code).toBe(0);
    expect(out).toMatch(/^GET +\/documents\/:id +no$/m);
  });

  test('finds the route without a rule', async () => {
    const good = await run([
      'routes',
      APPS,
      '--host',
      host,
      '--export',
      `${host}Guarded`,
      '--check',
    ]);
    expect(good).toMatchObject({ code: 0, out: '1 routes, each with a rule' });
    const bad = await run([
      'routes',
      APPS,
      '--host',
      host,
      '--export',
      `${host}Forgotten`,
      '--check',
    ]);
    expect(bad.code).toBe(1);
    expect(bad.out).toContain('/forgotten');
    const other = ['--options', 'forgottenIsPublic'];
    const args = ['routes', APPS, '--host', host, '--export', `${host}Guarded`, '--check'];
    expect((await run([...args, ...other])).code).toBe(1);
  });
});

describe('mandate diff', () => {
  const write = (scopes: readonly string[], rest = '') =>
    `export const endpoints = { 'GET /documents/:id': { scopes: ${JSON.stringify(scopes)} }${rest} };`;

  test('says who loses what, and the rules before and after', async () => {
    const directory = await createFolder({
      'before.mjs': write(['DOCUMENTS']),
      'after.mjs': write(['DOCUMENTS', 'ADMIN'], ", 'GET /new': 'public'"),
    });
    const args = ['diff', 'before.mjs', 'after.mjs', '--export', 'endpoints'];
    const { code, out } = await run(args, { directory });
    expect(code).toBe(1);
    expect(out).toContain('GET /documents/:id');
    expect(out).toContain('ADMIN');
    const { changes } = JSON.parse((await run([...args, '--json'], { directory })).out);
    expect(changes.map(({ endpoint }: { endpoint: string }) => endpoint).sort()).toEqual([
      'GET /documents/:id',
      'GET /new',
    ]);
  });

  test('of equal policies has exit code 0', async () => {
    const directory = await createFolder({ 'a.mjs': write(['A']), 'b.mjs': write(['A']) });
    const { code } = await run(['diff', 'a.mjs', 'b.mjs', '--export', 'endpoints'], { directory });
    expect(code).toBe(0);
  });

  test.each([
    ['export const endpoints = 7;', 'is not a guard or an endpoint map'],
    ["export const endpoints = { 'GET docs': 'public' };", 'GET docs'],
    ['export const other = {};', 'has no export endpoints; it exports other'],
  ])('rejects %s', async (text, message) => {
    const directory = await createFolder({ 'a.mjs': write(['A']), 'b.mjs': text });
    const { code, err } = await run(['diff', 'a.mjs', 'b.mjs', '--export', 'endpoints'], {
      directory,
    });
    expect(code).toBeGreaterThanOrEqual(1);
    expect(err).toContain(message);
  });
});

test('mandate routes needs a host that it knows', async () => {
  const { code, err } = await run([
    'routes',
    APPS,
    '--host',
    'rails',
    '--export',
    'expressGuarded',
  ]);
  expect(code).toBe(2);
  expect(err).toContain('--host must be express, koa, hono, fastify');
});

test('mandate --help lists the commands and the exit codes', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  for (const name of [
    'why',
    'decode',
    'keys',
    'routes',
    'tokens',
    'users',
    'api-keys',
    'signing-keys',
  ]) {
    expect(out).toContain(`  ${name}`);
  }
  expect(out).toContain('Exit codes: 0 success');
});
