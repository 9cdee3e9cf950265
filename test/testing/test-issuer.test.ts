import { createGuard, type GuardOptions } from '@mandate/core';
import { createJwtVerifier, createKeySet, type JwtIssuer } from '@mandate/core/jwt';
import { auth0 } from '@mandate/core/providers';
import {
  createTestIssuer,
  startTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
} from '@mandate/testing';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';

const endpoints = { 'GET /documents': { scopes: ['DOCUMENTS'] } } as const;

afterEach(() => vi.unstubAllEnvs());

async function decide(issuer: JwtIssuer, token: string, options: Partial<GuardOptions> = {}) {
  const verifiers = [createJwtVerifier(issuer)];
  const guard = createGuard({ verifiers, endpoints, ...options });
  const header = (name: string) => (name === 'authorization' ? `Bearer ${token}` : undefined);
  const decision = await guard.decide({ method: 'GET', path: '/documents', header });
  return decision.allowed ? decision.principal : decision.error.code;
}

describe('createTestIssuer', () => {
  test('issues tokens that a real verifier accepts, with all that they were asked to say', async () => {
    const issuer = createTestIssuer();
    const token = issuer.token({
      subject: 'ada@example.com',
      scopes: ['DOCUMENTS', 'SEARCH'],
      groups: ['staff', 7],
      actor: 'robot',
      claims: { email: 'ada@example.com' },
    });
    expect(await decide(issuer, token)).toMatchObject({
      subject: 'ada@example.com',
      actor: { subject: 'robot' },
      permission: 'USER',
      scopes: ['DOCUMENTS', 'SEARCH'],
      groups: ['staff', '7'],
      issuer: 'https://issuer.test.invalid/',
      claims: { email: 'ada@example.com' },
    });
  });

  test('issues tokens that satisfy RFC 9068', async () => {
    const issuer = createTestIssuer();
    const strict = { ...issuer, strict: true };
    expect(await decide(strict, issuer.token({ scopes: ['DOCUMENTS'] }))).toMatchObject({
      subject: 'test-user',
    });
  });

  test.each(['ES256', 'RS256', 'EdDSA'] as const)('signs with %s', async (algorithm) => {
    const issuer = createTestIssuer({ algorithm });
    const own = { ...issuer, algorithms: [algorithm] };
    expect(await decide(own, issuer.token({ scopes: ['DOCUMENTS'] }))).toBeTypeOf('object');
  });

  const scopes = ['DOCUMENTS'];
  test.each<[string, (issuer: TestIssuer) => string]>([
    ['token_expired', (issuer) => issuer.expiredToken({ scopes })],
    ['token_invalid', (issuer) => issuer.tokenForAnotherAudience({ scopes })],
    ['token_invalid', (issuer) => issuer.tokenOfStranger({ scopes })],
    ['token_invalid', () => createTestIssuer().token({ scopes })],
    ['token_expired', (issuer) => issuer.token({ scopes, expiresInSeconds: -10 })],
    ['scope_required', (issuer) => issuer.token()],
  ])('makes tokens that are rejected with %s', async (code, make) => {
    const issuer = createTestIssuer();
    expect(await decide(issuer, make(issuer))).toBe(code);
  });

  test('has a clock that stands still until a test moves it', async () => {
    const issuer = createTestIssuer({ now: new Date('2030-01-01T00:00:00Z') });
    const { clock } = issuer;
    const token = issuer.token({ scopes, expiresInSeconds: 60 });
    const verify = () => decide(issuer, token, { now: clock.now });
    expect(await verify()).toMatchObject({ expiresAt: 1893456065 });
    clock.advance(64);
    expect(await verify()).toBeTypeOf('object');
    clock.advance(2);
    expect(await verify()).toBe('token_expired');
    clock.set(new Date('2030-01-01T00:00:00Z'));
    expect(await verify()).toBeTypeOf('object');
  });

  test('makes the tokens of a provider', async () => {
    const issuer = createTestIssuer({
      issuer: 'https://example.eu.auth0.com/',
      audience: 'https://api.example.com',
      algorithm: 'RS256',
    });
    const configured = auth0({
      domain: 'example.eu.auth0.com',
      audience: 'https://api.example.com',
      scopesFrom: 'permissions',
      keys: issuer.keys,
    });
    const token = issuer.token({ claims: { permissions: ['DOCUMENTS'] } });
    expect(await decide(configured, token)).toMatchObject({ scopes: ['DOCUMENTS'] });
    const idToken = { permissions: ['DOCUMENTS'], client_id: undefined };
    expect(await decide(configured, issuer.token({ claims: idToken }))).toBe('token_invalid');
  });

  test('names its tokens and its key, so that logs show where they come from', () => {
    const { jwks, token } = { jwks: createTestIssuer().jwks, token: createTestIssuer().token() };
    expect(jwks.keys).toEqual([expect.objectContaining({ kid: 'mandate-testing' })]);
    expect(JSON.stringify(jwks)).not.toContain('"d"');
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ iss: 'https://issuer.test.invalid/', jti: 'test-token-1' });
  });

  test.each<[string, TestIssuerOptions]>([
    ['unknown option "issuers"', { issuers: 'x' } as TestIssuerOptions],
    ['issuer must be', { issuer: '' }],
    ['audience must be', { audience: 7 as never }],
    ['algorithm must be', { algorithm: 'HS256' as never }],
    ['the time must be', { now: Number.NaN }],
  ])('rejects a wrong option: %s', async (message, options) => {
    expect(() => createTestIssuer(options)).toThrow(TypeError);
    expect(() => createTestIssuer(options)).toThrow(message);
    await expect(startTestIssuer(options)).rejects.toThrow(message);
  });

  test.each<[string, object]>([
    ['unknown option "scope"', { scope: 'A' }],
    ['scopes must be a list', { scopes: 'A' }],
    ['groups must be a list', { groups: 'A' }],
    ['subject must be', { subject: '' }],
    ['claims must be', { claims: 'email' }],
    ['expiresInSeconds must be', { expiresInSeconds: '60' }],
    ['actor must be', { actor: '' }],
  ])('rejects a wrong option of a token: %s', (message, options) => {
    expect(() => createTestIssuer().token(options)).toThrow(TypeError);
    expect(() => createTestIssuer().token(options)).toThrow(message);
  });

  test.each<[string, (issuer: TestIssuer) => void]>([
    ['seconds', ({ clock }) => clock.advance(-1)],
    ['seconds', ({ clock }) => clock.advance(Number.NaN)],
    ['the time', ({ clock }) => clock.set(new Date('yesterday'))],
  ])('rejects a wrong move of the clock: %s', (message, move) => {
    expect(() => move(createTestIssuer())).toThrow(message);
  });

  test('does not exist in production', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    expect(() => createTestIssuer()).toThrow('createTestIssuer is for tests');
    await expect(startTestIssuer()).rejects.toThrow('startTestIssuer is for tests');
  });
});

describe('startTestIssuer', () => {
  async function start(options?: TestIssuerOptions) {
    const issuer = await startTestIssuer(options);
    onTestFinished(() => issuer.close());
    return issuer;
  }

  test('serves its keys on 127.0.0.1, where its metadata names them', async () => {
    const issuer = await start();
    expect(issuer.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { audience } = issuer;
    const token = issuer.token({ scopes: ['DOCUMENTS'] });
    for (const keys of [
      issuer.keys,
      createKeySet({ url: issuer.jwksUri }),
      createKeySet({ issuer: issuer.issuer }),
    ]) {
      const configured = { issuer: issuer.issuer, audience, keys };
      expect(await decide(configured, token)).toMatchObject({ subject: 'test-user' });
    }
    expect(await decide(issuer, issuer.tokenOfStranger())).toBe('token_invalid');
    expect((await fetch(`${issuer.issuer}/token`)).status).toBe(404);
  });

  test('keeps an issuer that the configuration names', async () => {
    const issuer = await start({ issuer: 'https://sso.example.com/' });
    const metadata = await fetch(new URL('openid-configuration', issuer.jwksUri));
    expect(await metadata.json()).toEqual({
      issuer: 'https://sso.example.com/',
      jwks_uri: issuer.jwksUri,
    });
    expect(await decide(issuer, issuer.token({ scopes: ['DOCUMENTS'] }))).toBeTypeOf('object');
  });

  test('lets a test end the key server, as an outage would', async () => {
    const issuer = await start();
    await issuer.close();
    await issuer.close();
    expect(await decide(issuer, issuer.token())).toBe('verifier_unavailable');
  });
});
