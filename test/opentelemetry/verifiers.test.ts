import { AuthError, createGuard, type TokenVerifier } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { createMemoryTokenStore, createTokenAuthority } from '@mandate/tokens';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { afterEach, expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { createPrincipal } from '../support/static-verifier.js';
import { fixtureKey, signToken, toKeySet, validClaims } from '../support/tokens.js';
import { Collected } from './collected.js';

const ISSUER = 'https://issuer.example';
const ENDPOINTS = { 'GET /': { scopes: [] } };
const toKey = (verifier: string, outcome: string) =>
  JSON.stringify({ 'mandate.verifier': verifier, 'mandate.outcome': outcome });

afterEach(() => context.disable());

/** Asks a guard about a token. */
async function ask(verifier: TokenVerifier, token: string): Promise<string> {
  const guard = createGuard({ verifiers: [verifier], endpoints: ENDPOINTS, onDecision: null });
  const decision = await guard.decide(createRequest({ token }));
  return decision.allowed ? 'allowed' : decision.error.code;
}

test('a JWT is verified once and then remembered, with one span', async () => {
  const collected = new Collected();
  const key = await fixtureKey();
  const jwt = createJwtVerifier({ issuer: ISSUER, audience: 'api', keys: toKeySet(key) });
  const verifier = collected.telemetry.observeVerifier(jwt, 'jwt');
  const token = await signToken(validClaims({ iss: ISSUER, aud: 'api' }));
  for (let count = 0; count < 3; count++) expect(await ask(verifier, token)).toBe('allowed');
  expect(await collected.read('mandate.verifications')).toEqual({
    [toKey('jwt', 'verified')]: 1,
    [toKey('jwt', 'remembered')]: 2,
  });
  const durations = await collected.read('mandate.verification.duration');
  expect(durations[toKey('jwt', 'verified')]).toMatchObject({ count: 1 });
  expect(collected.spans().map(({ name, attributes }) => [name, attributes])).toEqual([
    ['mandate.verify', { 'mandate.verifier': 'jwt', 'mandate.outcome': 'verified' }],
  ]);
});

test('a look-up that fails and a token that is rejected differ', async () => {
  const collected = new Collected();
  const failing = (code: 'verifier_unavailable' | 'token_revoked') =>
    collected.telemetry.observeVerifier(
      {
        accepts: () => true,
        verify: async () => Promise.reject(new AuthError(code, 'with a s3cret')),
      },
      'issued',
    );
  expect(await ask(failing('verifier_unavailable'), 'one')).toBe('verifier_unavailable');
  expect(await ask(failing('token_revoked'), 'one')).toBe('token_revoked');
  expect(await collected.read('mandate.verifications')).toEqual({
    [toKey('issued', 'unavailable')]: 1,
    [toKey('issued', 'rejected')]: 1,
  });
  const spans = collected
    .spans()
    .map(({ attributes, status }) => [attributes['error.type'], status.code]);
  expect(spans).toEqual([
    ['verifier_unavailable', 2],
    ['token_revoked', 0],
  ]);
  expect(await collected.all()).not.toContain('s3cret');
});

test('a fault of a verifier is passed on, counted, and not quoted', async () => {
  const collected = new Collected();
  const fault = new Error('with a s3cret');
  const verifier = collected.telemetry.observeVerifier(
    {
      accepts: () => true,
      verify: () => {
        throw fault;
      },
    },
    'own',
  );
  await expect(ask(verifier, 'one')).rejects.toBe(fault);
  expect(await collected.read('mandate.verifications')).toEqual({ [toKey('own', 'fault')]: 1 });
  expect(await collected.all()).not.toContain('s3cret');
});

test('spans are children of the span of the request', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const collected = new Collected();
  const request = new BasicTracerProvider().getTracer('http').startSpan('GET /');
  const verifier = collected.telemetry.observeVerifier(
    { accepts: () => true, verify: async () => createPrincipal() },
    'own',
  );
  await context.with(trace.setSpan(context.active(), request), () => ask(verifier, 'one'));
  const [span] = collected.spans();
  expect(span?.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
});

test('an observed verifier warms up and tells its health', async () => {
  const collected = new Collected();
  let isWarm = false;
  const health = [{ name: ISSUER, status: 'ready' }] as const;
  const verifier = collected.telemetry.observeVerifier(
    {
      accepts: () => false,
      verify: () => createPrincipal(),
      warmUp: async () => {
        isWarm = true;
      },
      health: () => health,
    },
    'own',
  );
  const guard = createGuard({ verifiers: [verifier], endpoints: ENDPOINTS });
  expect(await guard.warmUp()).toEqual(health);
  expect(isWarm).toBe(true);
});

test('the lag of a revocation is measured once', async () => {
  const clock = { ms: Date.now() };
  const collected = new Collected(() => clock.ms + 250);
  const store = createMemoryTokenStore();
  const authority = createTokenAuthority({ store, now: () => clock.ms });
  const end = collected.telemetry.observeTokenStore(store);
  const admin = { subject: 'admin@example.com', isSuperAdmin: true };
  const { token } = await authority.create(
    { description: 'a script', permission: 'USER', userEmail: 'ada@example.com', scopes: ['READ'] },
    admin,
  );
  await authority.revoke(token.id, admin);
  await expect
    .poll(() => collected.read('mandate.revocation.lag'))
    .toEqual({ '{}': { count: 1, sum: 0.25 } });
  end();
});
