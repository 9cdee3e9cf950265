import { createGuard } from '@mandate/core';
import { createJwtVerifier, createKeySet } from '@mandate/core/jwt';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';
import { createSigningKey, toJwks } from '../support/tokens.js';
import { Collected } from './collected.js';

const ENDPOINTS = { 'GET /read': { scopes: ['READ'] }, 'GET /write': { scopes: ['WRITE'] } };

describe('decisions', () => {
  test('are counted by code, rule and issuer, and measured', async () => {
    const collected = new Collected();
    const guard = createGuard({
      verifiers: [verifierOf(createPrincipal({ scopes: ['READ'] }))],
      endpoints: ENDPOINTS,
      onDecision: collected.telemetry.onDecision,
    });
    for (const path of ['/read', '/read', '/write']) {
      guard.decide(createRequest({ path, token: 'good' }));
    }
    guard.decide(createRequest({ path: '/read' }));
    guard.decide(createRequest({ path: '/nowhere', token: 'good' }));
    const issuer = 'https://issuer.example';
    const toKey = (code: string, rule: string, from: string) =>
      JSON.stringify({
        'mandate.decision.by': 'decide',
        'mandate.code': code,
        'mandate.rule': rule,
        'mandate.issuer': from,
      });
    expect(await collected.read('mandate.decisions')).toEqual({
      [toKey('allowed', 'GET /read', issuer)]: 2,
      [toKey('scope_required', 'GET /write', issuer)]: 1,
      [toKey('credentials_missing', 'GET /read', 'none')]: 1,
      [toKey('endpoint_unmapped', 'none', issuer)]: 1,
    });
    const durations = Object.values(await collected.read('mandate.decision.duration'));
    expect(durations.map((value) => typeof value === 'object' && value.count)).toEqual([
      2, 1, 1, 1,
    ]);
  });

  test('of many tenants have twenty issuers and the rest together', async () => {
    const collected = new Collected();
    for (let tenant = 0; tenant < 50; tenant++) {
      collected.telemetry.onDecision({
        by: 'decide',
        allowed: true,
        code: 'allowed',
        issuer: `https://tenant-${tenant}.example`,
        durationMs: 1,
      } as never);
    }
    const counts = await collected.read('mandate.decisions');
    expect(Object.keys(counts)).toHaveLength(21);
    const other = Object.keys(counts).find((key) => key.includes('"other"'));
    expect(counts[other ?? '']).toBe(30);
  });

  test('leave no subject, e-mail address or token', async () => {
    const collected = new Collected();
    const principal = createPrincipal({ subject: 'ada@example.com', tokenId: 'token-77' });
    const guard = createGuard({
      verifiers: [collected.telemetry.observeVerifier(verifierOf(principal), 'static')],
      endpoints: ENDPOINTS,
      onDecision: collected.telemetry.onDecision,
    });
    guard.decide(createRequest({ path: '/read', token: 'good' }));
    guard.decide(createRequest({ path: '/read/s3cret', token: 's3cret' }));
    expect(await collected.all()).not.toMatch(/ada@|token-77|good|s3cret/);
  });
});

describe('keys', () => {
  test('are counted by fetch, and their age and status are observed', async () => {
    const collected = new Collected();
    const clock = { ms: Date.UTC(2030, 0, 1) };
    const server = { isDown: false };
    const key = await createSigningKey('ES256', 'first');
    const guard = createGuard({
      verifiers: [
        createJwtVerifier({
          issuer: 'https://issuer.example',
          audience: 'api',
          keys: createKeySet({
            url: 'https://keys.example/jwks?secret=s3cret',
            fetch: async () => {
              if (server.isDown) throw new Error('connect ECONNREFUSED');
              return Response.json(toJwks(key));
            },
            now: () => clock.ms,
            onFetch: collected.telemetry.onFetch,
          }),
        }),
      ],
      endpoints: ENDPOINTS,
      onDecision: null,
    });
    const end = collected.telemetry.observeGuard(guard);
    await guard.warmUp();
    clock.ms += 60_000;
    const toKey = (status: string) =>
      JSON.stringify({ 'mandate.issuer': 'https://issuer.example', 'mandate.status': status });
    expect(await collected.read('mandate.keys.age')).toEqual({
      '{"mandate.issuer":"https://issuer.example"}': 60,
    });
    expect(await collected.read('mandate.verifier.status')).toEqual({
      [toKey('ready')]: 1,
      [toKey('stale')]: 0,
      [toKey('unavailable')]: 0,
    });
    server.isDown = true;
    clock.ms += 3_600_000;
    await guard.warmUp();
    expect(await collected.read('mandate.verifier.status')).toMatchObject({ [toKey('stale')]: 1 });
    const fetches = await collected.read('mandate.key_fetches');
    expect(
      fetches[JSON.stringify({ 'server.address': 'keys.example', 'mandate.outcome': 'fetched' })],
    ).toBe(1);
    expect(Object.keys(fetches).join()).toContain('failed');
    expect(await collected.all()).not.toContain('s3cret');
    const before = await collected.read('mandate.keys.age');
    end();
    clock.ms += 60_000;
    expect(await collected.read('mandate.keys.age')).toEqual(before);
  });
});
