import { AuthError, createGuard, type EndpointMap, type StepUpRule } from '@mandate/core';
import { compileRule, DenialError } from '@mandate/core/adapter';
import { toEndpoints } from '@mandate/core/openapi';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const NOW = 1_767_225_600;

interface World {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly now?: () => number;
}

/** A guard whose one endpoint asks for the authentication of a token with the claims. */
function createStepUpGuard(
  stepUp: StepUpRule,
  { claims = {}, now = () => NOW * 1000 }: World = {},
) {
  return createGuard({
    verifiers: [verifierOf(createPrincipal({ claims }))],
    endpoints: { 'GET /': { scopes: [], stepUp } },
    now,
  });
}

async function decide(stepUp: StepUpRule, claims: Readonly<Record<string, unknown>>) {
  const guard = createStepUpGuard(stepUp, { claims });
  const decision = await guard.decide(createRequest({ token: 'good' }));
  return decision.allowed ? 'allowed' : `${decision.error.code}: ${decision.error.message}`;
}

describe('a rule with stepUp', () => {
  test.each<[string, StepUpRule, Readonly<Record<string, unknown>>]>([
    ['the token has no acr', { acrValues: ['mfa'] }, {}],
    ['the token has another acr', { acrValues: ['mfa'] }, { acr: 'pwd' }],
    ['the token has another acr', { acrValues: ['mfa'] }, { acr: null }],
    ['the token has no auth_time', { maxAuthAgeSeconds: 60 }, {}],
    ['the token has no auth_time', { maxAuthAgeSeconds: 60 }, { auth_time: `${NOW}` }],
    ['the auth_time is in the future', { maxAuthAgeSeconds: 60 }, { auth_time: NOW + 61 }],
    ['the auth_time is in the future', { maxAuthAgeSeconds: 60 }, { auth_time: Infinity }],
    ['the user authenticated too long ago', { maxAuthAgeSeconds: 60 }, { auth_time: NOW - 61 }],
    ['the user authenticated too long ago', { maxAuthAgeSeconds: 60 }, { auth_time: -Infinity }],
    ['the user authenticated too long ago', { maxAuthAgeSeconds: 60 }, { auth_time: Number.NaN }],
    ['the token has no auth_time', { acrValues: ['mfa'], maxAuthAgeSeconds: 60 }, { acr: 'mfa' }],
  ])('rejects because %s', async (reason, stepUp, claims) => {
    expect(await decide(stepUp, claims)).toBe(`authentication_insufficient: ${reason}`);
  });

  test('ignores inherited properties of the claims', async () => {
    const claims = Object.create({ acr: 'mfa', auth_time: NOW }) as Record<string, unknown>;
    const reason = 'authentication_insufficient: the token has no acr';
    expect(await decide({ acrValues: ['mfa'] }, claims)).toBe(reason);
  });

  test('compares with the clock of each request, also where a rule at a route decides', () => {
    let seconds = NOW;
    const claims = { auth_time: NOW };
    const guard = createStepUpGuard(
      { maxAuthAgeSeconds: 60 },
      { claims, now: () => seconds * 1000 },
    );
    const request = createRequest({ token: 'good' });
    const rule = compileRule({ scopes: [], stepUp: { maxAuthAgeSeconds: 60 } });
    const ask = () => [
      guard.decide(request),
      guard.authorize(createPrincipal({ claims }), request, rule),
    ];
    expect(ask()).toMatchObject([{ allowed: true }, { allowed: true }]);
    seconds = NOW + 61;
    expect(ask()).toMatchObject([{ allowed: false }, { allowed: false }]);
  });

  test('is a stage of its own in an explanation', async () => {
    const guard = createStepUpGuard({ acrValues: ['mfa'] }, { claims: { acr: 'mfa' } });
    const { stages } = await guard.explain(createRequest({ token: 'good' }));
    expect(stages.map(({ stage }) => stage)).toContain('authentication');
    const weak = createStepUpGuard({ acrValues: ['mfa'] });
    const { rejectedBy } = await weak.explain(createRequest({ token: 'good' }));
    expect(rejectedBy).toBe('authentication');
  });

  test('holds in both entries that could match', async () => {
    const endpoints: EndpointMap = {
      'GET /:page': { scopes: [], stepUp: { maxAuthAgeSeconds: 60 } },
      'GET /files/*': { scopes: [], stepUp: { acrValues: ['mfa'] } },
    };
    const ask = async (claims: Readonly<Record<string, unknown>>) => {
      const verifiers = [verifierOf(createPrincipal({ claims }))];
      const guard = createGuard({ verifiers, endpoints, now: () => NOW * 1000 });
      const decision = await guard.decide(createRequest({ token: 'good', path: '/files' }));
      return decision.allowed || decision.error.message;
    };
    expect(await ask({ acr: 'mfa' })).toBe('the token has no auth_time');
    expect(await ask({ auth_time: NOW })).toBe('the token has no acr');
    expect(await ask({ acr: 'mfa', auth_time: NOW })).toBe(true);
  });

  test('can replace a rule of an OpenAPI document', () => {
    const document = {
      openapi: '3.1.0',
      paths: { '/pay': { post: { security: [{ sso: ['PAY'] }] } } },
      components: { securitySchemes: { sso: { type: 'oauth2' } } },
    };
    const rule = { scopes: ['PAY'], stepUp: { acrValues: ['mfa'] } };
    expect(toEndpoints(document, { overrides: { 'POST /pay': rule } })).toEqual({
      'POST /pay': rule,
    });
  });

  test('passes what it asks for to renderDenial and to error handlers', async () => {
    const stepUp = { acrValues: ['mfa'], maxAuthAgeSeconds: 60 };
    const decision = await createStepUpGuard(stepUp).decide(createRequest({ token: 'good' }));
    if (decision.allowed) throw new Error('allowed');
    expect(decision.error.stepUp).toEqual(stepUp);
    expect(new DenialError(decision.error, decision.denial).stepUp).toEqual(stepUp);
    expect(new AuthError('token_invalid').stepUp).toBeUndefined();
  });
});

describe('hostile: stepUp', () => {
  test.each<[string, unknown, string]>([
    ['nothing', {}, 'stepUp must have acrValues or maxAuthAgeSeconds'],
    ['undefined', undefined, 'stepUp must not be undefined'],
    ['null', null, 'stepUp: options must be an object'],
    ['a text', 'mfa', 'stepUp: options must be an object'],
    ['an unknown member', { acr: ['mfa'] }, 'unknown option "acr" in stepUp'],
    ['no way', { acrValues: [] }, 'acrValues must be a list'],
    ['an unset way', { acrValues: undefined, maxAuthAgeSeconds: 60 }, 'acrValues must be a list'],
    ['a way that is not in a list', { acrValues: 'mfa' }, 'acrValues must be a list'],
    ['an unset way in the list', { acrValues: [undefined] }, 'acrValues must be a list'],
    ['an empty way', { acrValues: [''] }, 'acrValues must be a list'],
    ['two ways in one', { acrValues: ['phr mfa'] }, 'acrValues must be a list'],
    [
      'a way that ends the challenge',
      { acrValues: ['a", max_age="9'] },
      'acrValues must be a list',
    ],
    ['a way with a line break', { acrValues: ['a\r\nx: y'] }, 'acrValues must be a list'],
    ['an unset age', { maxAuthAgeSeconds: undefined }, 'maxAuthAgeSeconds must be a whole number'],
    ['an age of 0', { maxAuthAgeSeconds: 0 }, 'maxAuthAgeSeconds must be a whole number'],
    ['a negative age', { maxAuthAgeSeconds: -1 }, 'maxAuthAgeSeconds must be a whole number'],
    ['a fraction', { maxAuthAgeSeconds: 1.5 }, 'maxAuthAgeSeconds must be a whole number'],
    ['no number', { maxAuthAgeSeconds: Number.NaN }, 'maxAuthAgeSeconds must be a whole number'],
    ['any age', { maxAuthAgeSeconds: Infinity }, 'maxAuthAgeSeconds must be a whole number'],
    ['a text for the age', { maxAuthAgeSeconds: '60' }, 'maxAuthAgeSeconds must be a whole number'],
  ])('that is %s is rejected at creation', (_case, stepUp, message) => {
    expect(() => createStepUpGuard(stepUp as StepUpRule)).toThrow(TypeError);
    expect(() => createStepUpGuard(stepUp as StepUpRule)).toThrow(message);
  });

  test('does not follow later changes of the list', async () => {
    const acrValues = ['mfa'];
    const guard = createStepUpGuard({ acrValues }, { claims: { acr: 'pwd' } });
    acrValues.push('pwd');
    expect(await guard.decide(createRequest({ token: 'good' }))).toMatchObject({ allowed: false });
  });
});
