import { type AllowIf, createGuard, hasClaim } from '@mandate/core';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

/** The decision about a principal with these claims, and its reason. */
async function decide(
  allowIf: AllowIf,
  claims: Readonly<Record<string, unknown>> = {},
  optional = false,
) {
  const guard = createGuard({
    verifiers: [verifierOf(createPrincipal({ claims }))],
    endpoints: { 'GET /': { scopes: [], allowIf, optional } },
  });
  const decision = await guard.decide(createRequest(optional ? {} : { token: 'good' }));
  return decision.allowed ? 'allowed' : `${decision.error.code}: ${decision.error.message}`;
}

describe('hostile: a condition', () => {
  test.each([undefined, false, null, '', 1, 'true'.length, {}, []])(
    'that returns %j is a fault',
    async (answer) => {
      await expect(decide(() => answer as never)).rejects.toThrow('allowIf must return true');
      await expect(decide(async () => answer as never)).rejects.toThrow('allowIf must return true');
    },
  );

  test('receives the request, and may reject with a reason', async () => {
    expect(await decide((_, { path }) => path === '/x' || `not ${path}`)).toBe(
      'condition_failed: not /',
    );
  });

  test('is checked without a token as well', async () => {
    const knows: AllowIf = ({ subject }) => subject !== 'anonymous' || 'log in';
    expect(await decide(knows, {}, true)).toBe('condition_failed: log in');
    expect(await decide(() => true, {}, true)).toBe('allowed');
  });

  test('that fails allows no request', async () => {
    const fault = new Error('database');
    await expect(decide(async () => Promise.reject(fault))).rejects.toBe(fault);
  });

  test.each(['pro', 7, {}, null])('cannot be %j', (allowIf) => {
    const endpoints = { 'GET /': { scopes: [], allowIf: allowIf as never } } as const;
    const verifiers = [verifierOf(createPrincipal())];
    expect(() => createGuard({ verifiers, endpoints })).toThrow('allowIf must be a function');
  });
});

describe('hasClaim', () => {
  test.each([
    [['pro'], { plan: 'pro' }, true],
    [['pro', 'team'], { plan: 'team' }, true],
    [['pro'], { plan: ['free', 'pro'] }, true],
    [[true], { plan: true }, true],
    [[7], { plan: 7 }, true],
    [['pro'], { plan: 'PRO' }, false],
    [['pro'], { plan: 'prof' }, false],
    [['7'], { plan: 7 }, false],
    [['true'], { plan: true }, false],
    [['pro'], {}, false],
    [['pro'], { plan: null }, false],
    [['pro'], { plan: { pro: true } }, false],
    [['pro'], { plan: [['pro']] }, false],
  ] as const)('%j of %j is %j', async (values, claims, isMet) => {
    const answer = await decide(hasClaim('plan', ...values), claims);
    expect(answer === 'allowed').toBe(isMet);
    if (!isMet)
      expect(answer).toBe('condition_failed: the claim "plan" does not have an accepted value');
  });

  test('reads no inherited property', async () => {
    expect(await decide(hasClaim('constructor', 'x'), {})).toContain('condition_failed');
  });

  test.each([['', 'pro'], ['plan'], ['plan', undefined], [undefined, 'pro'], ['plan', null]])(
    'cannot be made of %j and %j',
    (...claim) => {
      expect(() => hasClaim(...(claim as [string, string]))).toThrow(TypeError);
    },
  );
});
