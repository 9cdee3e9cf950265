import type { Server } from 'node:http';
import { createGuard } from '@mandate/core';
import { createIntrospectionVerifier } from '@mandate/core/introspection';
import { createJwtVerifier, createKeySet } from '@mandate/core/jwt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSigningKey, type SigningKey } from '../../support/tokens.js';
import { close, HOSTS, listen } from '../servers.js';
import {
  API,
  CLIENT,
  createIdentityProvider,
  type IdentityProvider,
  OPAQUE_API,
} from './identity-provider.js';
import { fetchClientToken, logIn } from './oauth-client.js';

const HOUR_MS = 3_600_000;
/** The least time between two fetches for an unknown key. */
const LOOKUP_INTERVAL_MS = 5_000;

function readKid(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
}

describe.each(Object.entries(HOSTS))('%s behind an OpenID provider', (_, createServer) => {
  let key: SigningKey;
  let provider: IdentityProvider;
  let server: Server;
  let origin: string;
  /** How far the key set's clock is ahead. */
  let aheadMs: number;
  let keyFetches: number;

  beforeEach(async () => {
    key = await createSigningKey('ES256', 'first');
    provider = await createIdentityProvider(key);
    aheadMs = 0;
    keyFetches = 0;
    const { issuer } = provider;
    const keys = createKeySet({
      issuer,
      now: () => Date.now() + aheadMs,
      // The metadata is fetched with the keys; only a failure of its own is an event.
      onFetch: ({ ok }) => {
        if (ok) keyFetches++;
      },
    });
    const guard = createGuard({
      verifiers: [
        createJwtVerifier({ issuer, audience: API, keys, strict: true }),
        createIntrospectionVerifier({
          endpoint: `${issuer}/token/introspection`,
          issuer,
          audience: OPAQUE_API,
          client: CLIENT,
          subject: (claims) => claims.sub ?? claims.client_id,
          remember: { seconds: 0 },
        }),
      ],
      endpoints: { 'GET /search': { scopes: ['SEARCH'] }, 'GET /chat': { scopes: ['CHAT'] } },
    });
    server = createServer(guard, (_, principal) => principal);
    origin = await listen(server);
  });
  afterEach(async () => {
    await Promise.all([close(server), provider.close()]);
  });

  const ask = (path: string, token: string) =>
    fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${token}` } });

  test("takes the client's own token", async () => {
    const { access_token } = await fetchClientToken(provider.issuer, 'SEARCH');
    const response = await ask('/search', access_token);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      subject: CLIENT.id,
      permission: 'USER',
      scopes: ['SEARCH'],
      issuer: provider.issuer,
      claims: { aud: API, client_id: CLIENT.id },
    });
  });

  test('takes the token of a person who logged in', async () => {
    const { issuer } = provider;
    const { access_token } = await logIn(issuer, 'ada@example.com', 'openid SEARCH CHAT');
    for (const path of ['/search', '/chat']) {
      const response = await ask(path, access_token);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ subject: 'ada@example.com' });
    }
  });

  test('takes an opaque token by introspection, until it is revoked', async () => {
    const { access_token: token } = await fetchClientToken(provider.issuer, 'SEARCH', OPAQUE_API);
    expect(token).not.toContain('.');
    const response = await ask('/search', token);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      ...{ subject: CLIENT.id, scopes: ['SEARCH'], issuer: provider.issuer },
      claims: { aud: OPAQUE_API, token_type: 'Bearer' },
    });
    expect((await ask('/chat', token)).status).toBe(403);
    await fetch(`${provider.issuer}/token/revocation`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${CLIENT.id}:${CLIENT.secret}`)}` },
      body: new URLSearchParams({ token }),
    });
    expect((await ask('/search', token)).status).toBe(401);
  });

  test('rejects an opaque token for no API in particular', async () => {
    const { access_token: token } = await fetchClientToken(provider.issuer, 'SEARCH', null);
    expect((await ask('/search', token)).status).toBe(401);
  });

  test('rejects a token without the scope', async () => {
    const { access_token } = await fetchClientToken(provider.issuer, 'SEARCH');
    const response = await ask('/chat', access_token);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'scope_required' });
  });

  test('rejects what the provider issues for other purposes', async () => {
    const { issuer } = provider;
    const forAnother = await fetchClientToken(issuer, 'SEARCH', 'https://other.example/');
    const opaque = await fetchClientToken(issuer, 'SEARCH', null);
    const { id_token } = await logIn(issuer, 'ada@example.com', 'openid SEARCH');
    for (const token of [forAnother.access_token, opaque.access_token, id_token ?? '']) {
      const response = await ask('/search', token);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'token_invalid' });
    }
  });

  test('rejects no valid token during a rotation of keys, and then drops the old key', async () => {
    const next = await createSigningKey('ES256', 'second');
    const { access_token: old } = await fetchClientToken(provider.issuer, 'SEARCH');
    const tokens = [old];
    const everyToken20Times = async () => {
      const asked = Array.from({ length: 20 }, () => tokens.map((token) => ask('/search', token)));
      const answers = await Promise.all(asked.flat());
      return new Set(answers.map(({ status }) => status));
    };
    const allowed = new Set([200]);
    expect(await everyToken20Times()).toEqual(allowed);

    // The new key is published first and used later, and the old one stays while its tokens are about.
    const [duringFirst] = await Promise.all([everyToken20Times(), provider.publish(key, next)]);
    expect(duringFirst).toEqual(allowed);
    aheadMs += HOUR_MS;
    expect(await everyToken20Times()).toEqual(allowed);

    const [duringSecond] = await Promise.all([everyToken20Times(), provider.publish(next, key)]);
    expect(duringSecond).toEqual(allowed);
    const { access_token: young } = await fetchClientToken(provider.issuer, 'SEARCH');
    expect([old, young].map(readKid)).toEqual(['first', 'second']);
    tokens.push(young);
    expect(await everyToken20Times()).toEqual(allowed);
    aheadMs += HOUR_MS;
    expect(await everyToken20Times()).toEqual(allowed);

    // A fetch in the background must not read what is published next.
    await expect.poll(() => keyFetches).toBe(3);

    await provider.publish(next);
    aheadMs += HOUR_MS;
    await ask('/search', young);
    await expect.poll(() => keyFetches).toBe(4);
    aheadMs += LOOKUP_INTERVAL_MS;
    const [rejected, taken] = await Promise.all(tokens.map((token) => ask('/search', token)));
    expect(rejected?.status).toBe(401);
    expect(await rejected?.json()).toMatchObject({ code: 'token_invalid' });
    expect(taken?.status).toBe(200);
  });

  test('finds a key that is used from the moment when it is published', async () => {
    const { access_token: before } = await fetchClientToken(provider.issuer, 'SEARCH');
    expect((await ask('/search', before)).status).toBe(200);
    expect(keyFetches).toBe(1);
    await provider.publish(await createSigningKey('ES256', 'sudden'), key);
    aheadMs += LOOKUP_INTERVAL_MS;
    const { access_token: after } = await fetchClientToken(provider.issuer, 'SEARCH');
    expect((await ask('/search', after)).status).toBe(200);
    expect((await ask('/search', before)).status).toBe(200);
    expect(keyFetches).toBe(2);
  });
});
