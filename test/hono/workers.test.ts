import { createGuard } from '@mandate/core';
import { createJwtVerifier, createKeySet } from '@mandate/core/jwt';
import { type AuthEnv, requireAuth } from '@mandate/hono';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';
import { AUDIENCE, createSigningKey, ISSUER, signToken, toJwks } from '../support/tokens.js';

const key = await createSigningKey();

test('a fetch of keys is kept alive by the execution context of a Worker', async () => {
  const keys = createKeySet({
    url: 'https://issuer.example/jwks.json',
    fetch: async () => Response.json(toJwks(key)),
  });
  const verifiers = [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys })];
  const guard = createGuard({ verifiers, endpoints: { 'GET /me': { scopes: [] } } });
  const app = new Hono<AuthEnv>().use(requireAuth(guard)).get('/me', (c) => c.text('reached'));
  const headers = { authorization: `Bearer ${await signToken(undefined, { key })}` };
  const kept: Promise<unknown>[] = [];
  const ctx = {
    waitUntil: (promise: Promise<unknown>) => void kept.push(promise),
    passThroughOnException: () => {},
    props: {},
  };
  const response = await app.fetch(new Request('https://api.example/me', { headers }), {}, ctx);
  expect(response.status).toBe(200);
  expect(kept).toHaveLength(1);
  await kept[0];
});

test.each([
  ['api.example:8080', 200],
  ['api.example/me#', 400],
])(
  'the Host header %s, of which a server makes the URL, is answered with %i',
  async (host, status) => {
    const guard = createGuard({
      verifiers: [verifierOf(createPrincipal())],
      endpoints: { 'GET /me': { scopes: [] } },
    });
    const app = new Hono<AuthEnv>().use(requireAuth(guard)).get('/me', (c) => c.text('reached'));
    const headers = { authorization: 'Bearer good', host };
    expect((await app.request('/me', { headers })).status).toBe(status);
  },
);
