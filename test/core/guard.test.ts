import {
  AuthError,
  type AuthErrorCode,
  createGuard,
  type Decision,
  type DecisionEvent,
  type GuardOptions,
  type Principal,
  PUBLIC_PRINCIPAL,
  type TokenVerifier,
} from '@mandate/core';
import { compileRule } from '@mandate/core/adapter';
import { createJwtVerifier } from '@mandate/core/jwt';
import { describe, expect, test } from 'vitest';
import { createRequest, type RequestOptions } from '../support/auth-request.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';
import {
  AUDIENCE,
  fixtureKey,
  ISSUER,
  signToken,
  toKeySet,
  validClaims,
} from '../support/tokens.js';

const endpoints: GuardOptions['endpoints'] = {
  'GET /health': 'public',
  'GET /any': { scopes: [] },
  'GET /open': { scopes: [], anonymous: true },
  'POST /search': { scopes: ['SEARCH'] },
  'GET /teams/:team': { scopes: ['TEAMS'], group: { path: 'team' } },
};

/** A guard for which the token `good` stands for that principal. */
function createApi(principal: Partial<Principal> = {}, options: Partial<GuardOptions> = {}) {
  const events: DecisionEvent[] = [];
  const guard = createGuard({
    verifiers: [verifierOf(createPrincipal({ scopes: ['SEARCH'], groups: ['a'], ...principal }))],
    endpoints,
    onDecision: (event) => events.push(event),
    ...options,
  });
  const decide = (request: RequestOptions) => guard.decide(createRequest(request));
  return { guard, events, decide };
}

const toCode = (decision: Decision) => (decision.allowed ? 'allowed' : decision.error.code);

describe('decide', () => {
  test('allows a request as its principal', () => {
    const principal = createPrincipal({ scopes: ['SEARCH'] });
    const guard = createGuard({ verifiers: [verifierOf(principal)], endpoints });
    const decision = guard.decide(
      createRequest({ method: 'POST', path: '/search', token: 'good' }),
    );
    expect(decision).toEqual({ allowed: true, principal });
    expect((decision as { principal: Principal }).principal).toBe(principal);
  });

  /** Every request fails in one stage, and in each it would also fail in all of the later ones. */
  test.each<[AuthErrorCode | 'allowed', RequestOptions, Partial<Principal>]>([
    ['path_ambiguous', { path: '//any', token: 'bad' }, {}],
    ['path_ambiguous', { path: '/health/../any' }, {}],
    ['credentials_missing', { path: '/unmapped' }, {}],
    ['credentials_malformed', { path: '/unmapped', token: 'a b' }, {}],
    ['token_invalid', { path: '/unmapped', token: 'bad' }, {}],
    ['act_as_required', { path: '/unmapped', token: 'good' }, { permission: 'GLOBAL' }],
    [
      'act_as_forbidden',
      { path: '/unmapped', token: 'good', headers: { 'x-glean-actas': 'x' } },
      {},
    ],
    ['endpoint_unmapped', { path: '/unmapped', token: 'good' }, { permission: 'ANONYMOUS' }],
    ['anonymous_not_allowed', { path: '/teams/b', token: 'good' }, { permission: 'ANONYMOUS' }],
    ['group_mismatch', { path: '/teams/b', token: 'good' }, {}],
    ['scope_required', { path: '/teams/a', token: 'good' }, {}],
    ['allowed', { path: '/teams/a', token: 'good' }, { scopes: ['TEAMS'] }],
    ['allowed', { path: '/open', token: 'good' }, { permission: 'ANONYMOUS' }],
    ['allowed', { path: '/any', token: 'good' }, {}],
  ])('ends with %s at the first stage that fails', async (code, request, principal) => {
    const { decide, events } = createApi(principal);
    const headers = {
      ...request.headers,
      ...(request.token !== undefined && { authorization: `Bearer ${request.token}` }),
    };
    expect(toCode(await decide({ ...request, headers }))).toBe(code);
    expect(events).toEqual([expect.objectContaining({ code, allowed: code === 'allowed' })]);
  });

  test('ignores the token of a public endpoint', () => {
    const { decide } = createApi();
    for (const headers of [
      {},
      { authorization: 'Bearer a b' },
      { authorization: ['x', 'Bearer y'] },
    ]) {
      expect(decide({ path: '/health', headers })).toEqual({
        allowed: true,
        principal: PUBLIC_PRINCIPAL,
      });
    }
  });

  test('denies everything without a map', () => {
    const guard = createGuard({ verifiers: [verifierOf(createPrincipal({ scopes: 'all' }))] });
    const decision = guard.decide(createRequest({ token: 'good' }));
    expect(decision).toMatchObject({ error: { code: 'endpoint_unmapped' } });
  });

  test('returns no promise if nothing is asynchronous, allowed or rejected', () => {
    const { decide } = createApi();
    const requests: RequestOptions[] = [
      { path: '/any', token: 'good' },
      { path: '/health' },
      { path: '/any' },
      { path: '//' },
      { path: '/any', token: 'bad' },
      { path: '/teams/b', token: 'good' },
      { path: '/unmapped', token: 'good' },
    ];
    for (const request of requests) expect(decide(request)).not.toBeInstanceOf(Promise);
  });

  test('returns no promise for a remembered JWT, through all stages', async () => {
    const keys = toKeySet(await fixtureKey('ES256'));
    const verifier = createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys });
    const { decide } = createApi({}, { verifiers: [verifier] });
    const token = await signToken(validClaims({ groups: ['a'], scope: 'TEAMS' }));
    const request = { path: '/teams/a', token };
    const first = decide(request);
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toMatchObject({ allowed: true });
    expect(decide(request)).toMatchObject({ allowed: true });
    expect(decide({ ...request, path: '/teams/b' })).toMatchObject({ allowed: false });
  });

  test('asks the first verifier that accepts the token, and no other', async () => {
    const calls: string[] = [];
    const verifier = (name: string, accepts: boolean): TokenVerifier => ({
      accepts: () => {
        calls.push(`${name} is asked`);
        return accepts;
      },
      verify: () => {
        calls.push(`${name} verifies`);
        throw new AuthError('token_revoked');
      },
    });
    const verifiers = [verifier('a', false), verifier('b', true), verifier('c', true)];
    const { decide } = createApi({}, { verifiers });
    expect(toCode(await decide({ path: '/any', token: 'x' }))).toBe('token_revoked');
    expect(calls).toEqual(['a is asked', 'b is asked', 'b verifies']);
  });

  test('reports a malformed token before an unknown one if no verifier accepts it', async () => {
    const { decide } = createApi(
      {},
      { verifiers: [{ accepts: () => false, verify: () => createPrincipal() }] },
    );
    expect(toCode(await decide({ path: '/any', token: 'x' }))).toBe('token_invalid');
    expect(toCode(await decide({ path: '/any', token: 'x y' }))).toBe('credentials_malformed');
  });

  test.each<[string, (fault: Error) => Partial<GuardOptions>]>([
    ['accepts', (fault) => ({ verifiers: [{ accepts: fail(fault), verify: fail(fault) }] })],
    ['verify', (fault) => ({ verifiers: [{ accepts: () => true, verify: fail(fault) }] })],
    [
      'verify, later',
      (fault) => ({ verifiers: [{ accepts: () => true, verify: () => Promise.reject(fault) }] }),
    ],
    ['token', (fault) => ({ token: { find: fail(fault) } })],
    ['normalizeScope', (fault) => ({ normalizeScope: fail(fault) })],
  ])(
    'passes on a fault of %s that is not a refusal, and decides nothing',
    async (_where, options) => {
      const fault = new Error('a bug');
      const { decide, events } = createApi({}, options(fault));
      await expect(
        (async () => decide({ method: 'POST', path: '/search', token: 'good' }))(),
      ).rejects.toBe(fault);
      expect(events).toEqual([]);
    },
  );

  test('passes on a fault of the application that renders denials', () => {
    const fault = new Error('a bug');
    const { decide } = createApi({}, { renderDenial: fail(fault) });
    expect(() => decide({ path: '/any' })).toThrow(fault);
  });

  test.each([undefined, null])(
    'rejects a token for which a verifier returns %s',
    async (missing) => {
      for (const verify of [() => missing, async () => missing]) {
        const verifier = { accepts: () => true, verify } as unknown as TokenVerifier;
        const { decide } = createApi({}, { verifiers: [verifier] });
        expect(await decide({ path: '/any', token: 'x' })).toMatchObject({
          error: { code: 'token_invalid' },
        });
      }
    },
  );

  test.each([
    ['subject', ''],
    ['subject', undefined],
    ['permission', 'ADMIN'],
    ['permission', undefined],
    ['scopes', 'SEARCH CHAT'],
    ['scopes', undefined],
    ['groups', '12345'],
    ['groups', undefined],
    ['expiresAt', Number.NaN],
    ['expiresAt', null],
    ['expiresAt', Date.UTC(2026, 0, 1)],
    ['expiresAt', new Date('2099-01-01')],
    ['expiresAt', Number.POSITIVE_INFINITY],
  ])('throws to the host if a principal has the %s %j', async (member, value) => {
    const principal = createPrincipal({ [member]: value });
    for (const verify of [() => principal, async () => principal]) {
      const { decide } = createApi({}, { verifiers: [{ accepts: () => true, verify }] });
      await expect((async () => decide({ path: '/any', token: 'x' }))()).rejects.toThrow(
        `a verifier returned a malformed principal: ${member} must be`,
      );
    }
  });

  test.each([
    ['at once', (principal: Principal) => principal],
    ['later', async (principal: Principal) => principal],
  ])('enforces the expiry of a principal that a verifier returns %s', async (_when, answer) => {
    let nowMs = 1_000_000_000_000;
    const principal = createPrincipal({ expiresAt: 1_000_000_000.5 });
    const verifier: TokenVerifier = { accepts: () => true, verify: () => answer(principal) };
    const guard = createGuard({ verifiers: [verifier], now: () => nowMs });
    const request = createRequest({ token: 'x' });
    expect(await guard.authenticate(request)).toMatchObject({ allowed: true, principal });
    nowMs += 499;
    expect(await guard.authenticate(request)).toMatchObject({ allowed: true });
    nowMs += 1;
    expect(await guard.authenticate(request)).toMatchObject({ error: { code: 'token_expired' } });
  });

  test('reads the clock again after an asynchronous verifier', async () => {
    let nowMs = 1_000_000_000_000;
    const verifier: TokenVerifier = {
      accepts: (credentials) => credentials.nowMs === nowMs,
      async verify() {
        nowMs += 1000;
        return createPrincipal({ expiresAt: 1_000_000_001 });
      },
    };
    const guard = createGuard({ verifiers: [verifier], now: () => nowMs });
    expect(await guard.authenticate(createRequest({ token: 'x' }))).toMatchObject({
      error: { code: 'token_expired' },
    });
  });

  test('rejects a principal that does not expire if it requires an expiry', async () => {
    const request = createRequest({ token: 'good' });
    const at = (expiresAt: number | undefined) =>
      createGuard({
        verifiers: [verifierOf(createPrincipal({ expiresAt }))],
        requireExpiry: true,
        now: () => 0,
      }).authenticate(request);
    expect(await at(undefined)).toMatchObject({ error: { code: 'token_invalid' } });
    expect(await at(1)).toMatchObject({ allowed: true });
  });
});

describe('createGuard', () => {
  test.each([
    ['no verifiers', {}],
    ['an empty list of verifiers', { verifiers: [] }],
    ['one verifier that is in no list', { verifiers: verifierOf(createPrincipal()) }],
    ['a verifier that is not there', { verifiers: [undefined] }],
    ['the description of an issuer for a verifier', { verifiers: [{ issuer: 'a' }] }],
    ['an invalid endpoint', { endpoints: { 'GET x': 'public' } }],
    ['a required expiry that is a text', { requireExpiry: 'false' }],
    ['a clock that is not a function', { now: 0 }],
    ['a realm that cannot be quoted', { realm: '"' }],
    ['an observer that is not a function', { onDecision: 'log' }],
    ['a renderer that is not a function', { renderDenial: {} }],
    ['a spelling of scopes that is not a function', { normalizeScope: 'upper' }],
    ['a place of tokens that is not a finder', { token: 'cookie' }],
    ['resolveUser that is not a function', { actAs: { resolveUser: new Map() } }],
    ['groupsOf that is not a function', { actAs: { groupsOf: {} } }],
    ['aliases that are not a list', { actAs: { aliases: 'X-ActAs' } }],
  ])('throws with %s', (_case, options) => {
    const verifiers = [verifierOf(createPrincipal())];
    const given =
      'verifiers' in options || !Object.keys(options).length ? options : { verifiers, ...options };
    expect(() => createGuard(given as GuardOptions)).toThrow(TypeError);
  });

  test('copies the list of verifiers', () => {
    const verifiers = [verifierOf(createPrincipal())];
    const guard = createGuard({ verifiers, endpoints });
    verifiers.length = 0;
    expect(guard.decide(createRequest({ path: '/any', token: 'good' }))).toMatchObject({
      allowed: true,
    });
  });
});

describe('authenticate and authorize', () => {
  test('do together what `decide` does', async () => {
    const { guard } = createApi({ scopes: ['SEARCH'] });
    const request = createRequest({ path: '/not/in/the/map', token: 'good' });
    const decision = await guard.authenticate(request);
    if (!decision.allowed) throw decision.error;
    const authorize = (rule: Parameters<typeof compileRule>[0], principal?: Principal) => {
      const who = principal ?? decision.principal;
      return guard.authorize(who, request, compileRule(rule));
    };
    expect(authorize({ scopes: ['SEARCH'] })).toEqual(decision);
    expect(authorize({ scopes: ['CHAT'] })).toMatchObject({ error: { code: 'scope_required' } });
    expect(authorize({ scopes: [], group: 'b' })).toMatchObject({
      error: { code: 'group_mismatch' },
    });
    const anonymous = createPrincipal({ permission: 'ANONYMOUS' });
    expect(authorize({ scopes: [] }, anonymous)).toMatchObject({
      error: { code: 'anonymous_not_allowed' },
    });
    expect(authorize({ scopes: [], anonymous: true }, anonymous)).toMatchObject({ allowed: true });
  });

  test('reject an ambiguous path before anything else', async () => {
    const { guard } = createApi();
    for (const path of ['//x', '/a/../b', '/%61']) {
      expect(await guard.authenticate(createRequest({ path, token: 'good' }))).toMatchObject({
        error: { code: 'path_ambiguous' },
      });
    }
  });

  test('apply act-as in the first half', async () => {
    const { guard } = createApi({ permission: 'GLOBAL' });
    const headers = { 'x-glean-actas': 'eve@example.com' };
    expect(await guard.authenticate(createRequest({ token: 'good', headers }))).toMatchObject({
      principal: { subject: 'eve@example.com', actor: { subject: 'ada@example.com' } },
    });
  });
});

describe('onDecision', () => {
  test('receives the principal and the rule of an allowed request', async () => {
    const { decide, events } = createApi(
      { permission: 'GLOBAL', subject: 'service', scopes: ['TEAMS'] },
      { actAs: { groupsOf: () => ['a'] } },
    );
    const headers = { 'x-glean-actas': 'eve@example.com' };
    await decide({ path: '/teams/a', token: 'good', headers });
    expect(events).toEqual([
      {
        by: 'decide',
        allowed: true,
        code: 'allowed',
        reason: undefined,
        method: 'GET',
        path: '/teams/a',
        rule: 'GET /teams/:team',
        subject: 'eve@example.com',
        actor: 'service',
        issuer: 'https://issuer.example',
        tokenId: 'token-1',
        durationMs: expect.any(Number),
      },
    ]);
  });

  test('receives everything that was known at the time of a refusal', async () => {
    const { decide, events } = createApi();
    await decide({ path: '/teams/a' });
    await decide({ path: '/teams/b', token: 'good' });
    await decide({ path: '/unmapped', token: 'good' });
    await decide({ path: '/any', token: 'good', headers: { 'x-glean-actas': 'eve@example.com' } });
    const seen = events.map(({ code, rule, subject }) => ({ code, rule, subject }));
    const subject = 'ada@example.com';
    expect(seen).toEqual([
      { code: 'credentials_missing', rule: 'GET /teams/:team', subject: undefined },
      { code: 'group_mismatch', rule: 'GET /teams/:team', subject },
      { code: 'endpoint_unmapped', rule: undefined, subject },
      { code: 'act_as_forbidden', rule: 'GET /any', subject },
    ]);
  });

  test('receives both halves of a decision at a route', async () => {
    const { guard, events } = createApi();
    const request = createRequest({ token: 'good' });
    await guard.authenticate(request);
    await guard.authorize(createPrincipal(), request, compileRule({ scopes: ['X'] }));
    expect(events.map(({ by, code }) => [by, code])).toEqual([
      ['authenticate', 'allowed'],
      ['authorize', 'scope_required'],
    ]);
  });

  test('never receives a token', async () => {
    const keys = toKeySet(await fixtureKey('ES256'));
    const verifier = createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys });
    const { guard, events } = createApi({}, { verifiers: [verifier] });
    const good = await signToken();
    const tokens = [
      good,
      await signToken(validClaims({ exp: 1 })),
      `${good}x`,
      'opaque-secret',
      'another secret',
    ];
    const results: unknown[] = [];
    for (const token of tokens) {
      const request = createRequest({ path: '/any', token });
      results.push(await guard.decide(request), await guard.explain(request));
    }
    const text = JSON.stringify([events, results]);
    for (const token of tokens) {
      expect(text).not.toContain(`"${token}"`);
      expect(text).not.toContain(token.split('.')[2] ?? token);
    }
    expect(events).toHaveLength(tokens.length);
  });

  test.each<[string, () => void]>([
    ['throws', fail(new Error('observer'))],
    ['rejects', () => Promise.reject(new Error('observer'))],
  ])('changes nothing when it %s', async (_how, onDecision) => {
    const { decide } = createApi({}, { onDecision });
    expect(toCode(await decide({ path: '/any', token: 'good' }))).toBe('allowed');
    expect(toCode(await decide({ path: '/any' }))).toBe('credentials_missing');
    // An unhandled rejection would fail this run.
    await new Promise((resolve) => setImmediate(resolve));
  });

  test('is called before the decision takes effect, also after an asynchronous stage', async () => {
    const order: string[] = [];
    const verify = async () => createPrincipal();
    const { decide } = createApi(
      {},
      {
        verifiers: [{ accepts: () => true, verify }],
        onDecision: () => order.push('observed'),
      },
    );
    await decide({ path: '/any', token: 'x' });
    order.push('decided');
    expect(order).toEqual(['observed', 'decided']);
  });
});

describe('explain', () => {
  test('explains every stage of an allowed request, without an event', async () => {
    const { guard, events } = createApi({ scopes: ['TEAMS'] });
    const { decision, stages } = await guard.explain(
      createRequest({ path: '/teams/a', token: 'good' }),
    );
    expect(decision.allowed).toBe(true);
    expect([...new Set(stages.map(({ stage }) => stage))]).toEqual([
      ...['endpoint', 'credentials', 'verifier', 'act-as', 'group', 'scopes'],
    ]);
    expect(stages[0]).toEqual({ stage: 'endpoint', found: 'GET /teams/:team' });
    expect(events).toEqual([]);
  });

  test('ends with the stage before the refusal', async () => {
    const { guard } = createApi();
    const lastStage = async (request: RequestOptions) => {
      const { decision, stages } = await guard.explain(createRequest(request));
      return [toCode(decision), stages.at(-1)?.stage];
    };
    expect(await lastStage({ path: '//' })).toEqual(['path_ambiguous', undefined]);
    expect(await lastStage({ path: '/any' })).toEqual(['credentials_missing', 'endpoint']);
    expect(await lastStage({ path: '/any', token: 'bad' })).toEqual([
      'token_invalid',
      'credentials',
    ]);
    expect(await lastStage({ path: '/teams/b', token: 'good' })).toEqual([
      'group_mismatch',
      'act-as',
    ]);
    expect(await lastStage({ path: '/teams/a', token: 'good' })).toEqual([
      'scope_required',
      'group',
    ]);
  });

  test('decides as decide does', async () => {
    const { guard } = createApi();
    for (const path of ['/any', '/search', '/teams/a', '/teams/b', '/health', '/none', '//']) {
      for (const token of ['good', 'bad', undefined]) {
        const request = createRequest({ path, ...(token !== undefined && { token }) });
        const { decision } = await guard.explain(request);
        expect(toCode(decision)).toBe(toCode(await guard.decide(request)));
      }
    }
  });

  test('passes on a fault that is not a refusal', async () => {
    const fault = new Error('a bug');
    const { guard } = createApi({}, { token: { find: fail(fault) } });
    await expect(guard.explain(createRequest({ path: '/any' }))).rejects.toBe(fault);
  });
});

function fail(fault: Error): () => never {
  return () => {
    throw fault;
  };
}
