import { type Claims, createGuard, type EndpointRule, type Principal } from '@mandate/core';
import type { JwtIssuer } from '@mandate/core/jwt';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import { judgeToken, verifierFor } from '../../support/judge-token.js';
import {
  AUDIENCE,
  craftToken,
  fixtureKey,
  ISSUER,
  signToken,
  toKeySet,
  validClaims,
} from '../../support/tokens.js';

const NOW = 1_800_000_000;
const now = () => NOW * 1000;
const key = await fixtureKey('ES256');
const keys = toKeySet(key);

const claimsAt = (overrides: Readonly<Record<string, unknown>> = {}) =>
  validClaims({ iat: NOW - 60, exp: NOW + 60, ...overrides });

/** The result for a token with these claims. */
async function judge(
  overrides: Readonly<Record<string, unknown>>,
  rules: Partial<JwtIssuer> = {},
): Promise<Principal | string> {
  return judgeToken(verifierFor({ keys, ...rules }, { now }), await signToken(claimsAt(overrides)));
}

/** Why the token is rejected at an endpoint with this rule. */
async function reasonAt(
  rule: EndpointRule,
  overrides: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const guard = createGuard({
    verifiers: [verifierFor({ keys }, { now })],
    now,
    endpoints: { 'GET /': rule },
  });
  const token = await signToken(claimsAt(overrides));
  const decision = await guard.decide(createRequest({ token }));
  return decision.allowed ? undefined : decision.error.message;
}

const ACCEPTED = expect.objectContaining({ subject: 'ada@example.com' });

describe('registered claims', () => {
  test.each([
    ['iss', undefined],
    ['iss', ''],
    ['iss', 1],
    ['iss', null],
    ['iss', [ISSUER]],
    ['iss', { toString: ISSUER }],
    ['iss', `${ISSUER}/`],
    ['iss', ` ${ISSUER}`],
    ['iss', ISSUER.toUpperCase()],
    ['iss', ISSUER.replace('https', 'http')],
    ['iss', `${ISSUER}\0`],
    ['iss', '__proto__'],
    ['iss', 'constructor'],
    ['sub', undefined],
    ['sub', ''],
    ['sub', 1],
    ['sub', null],
    ['sub', ['ada@example.com']],
    ['sub', { id: 'ada' }],
    ['jti', ''],
    ['jti', 1],
    ['jti', null],
    ['client_id', ''],
    ['client_id', 7],
    ['aud', undefined],
    ['aud', null],
    ['aud', ''],
    ['aud', []],
    ['aud', [[AUDIENCE]]],
    ['aud', [AUDIENCE, 1]],
    ['aud', [null, AUDIENCE]],
    ['aud', { 0: AUDIENCE, length: 1 }],
    ['aud', `${AUDIENCE}/`],
    ['aud', `${AUDIENCE} https://other.example`],
    ['aud', 'https://other.example'],
    ['aud', ['https://other.example']],
    ['aud', true],
    ['exp', undefined],
    ['exp', null],
    ['exp', `${NOW + 60}`],
    ['exp', [NOW + 60]],
    ['exp', {}],
    ['exp', true],
    ['exp', -1],
    ['exp', 253_402_300_800],
    ['exp', (NOW + 60) * 1000],
    ['nbf', null],
    ['nbf', '0'],
    ['nbf', -1],
    ['nbf', false],
    ['nbf', NOW + 6],
    ['nbf', (NOW - 60) * 1000],
    ['iat', null],
    ['iat', `${NOW}`],
    ['iat', -1],
    ['iat', NOW * 1000],
    ['cnf', { jkt: 'abc' }],
    ['cnf', { 'x5t#S256': 'abc' }],
    ['cnf', {}],
    ['cnf', null],
    ['cnf', 'abc'],
    ['act', null],
    ['act', 'eve'],
    ['act', {}],
    ['act', []],
    ['act', { sub: 1 }],
    ['act', { sub: '' }],
    ['act', { sub: 'a', act: {} }],
    ['act', { sub: 'a', act: null }],
    ['scope', 1],
    ['scope', null],
    ['scope', { SEARCH: true }],
    ['scope', ['SEARCH', 1]],
    ['scope', [['SEARCH']]],
  ])('are rejected when "%s" is %j', async (claim, value) => {
    expect(await judge({ [claim]: value })).toBe('token_invalid');
  });

  test.each(['exp', 'nbf', 'iat'])(
    'are rejected when "%s" is a number that JSON cannot hold',
    async (claim) => {
      for (const number of ['1e400', '-1e400', '1e999999']) {
        const json = JSON.stringify(claimsAt({ [claim]: 'X' })).replace('"X"', number);
        expect(await judgeToken(verifierFor({ keys }, { now }), await signToken(json))).toBe(
          'token_invalid',
        );
      }
    },
  );

  test.each([
    ['an audience in a list', { aud: [AUDIENCE] }],
    ['an audience among others', { aud: ['https://other.example', AUDIENCE] }],
    ['the last date there is', { exp: 253_402_300_799 }],
    ['a date with a fraction', { exp: NOW + 0.5, nbf: NOW - 0.5 }],
    [
      'no token id, client id or issue date',
      { jti: undefined, client_id: undefined, iat: undefined },
    ],
    ['an issue date slightly in the future', { iat: NOW + 30 }],
    ['names that every object inherits', { constructor: 'x', toString: 1, hasOwnProperty: null }],
    ['claims that we do not know', { azp: 'x', nested: { deep: [1, { a: null }] } }],
  ])('are accepted with %s', async (_case, overrides) => {
    expect(await judge(overrides)).toEqual(ACCEPTED);
  });

  test('are read from the token only, never from what its object inherits', async () => {
    const token = await signToken('{"__proto__":{"sub":"eve"},"exp":9e9}');
    expect(await judgeToken(verifierFor({ keys, issuer: null, audience: null }), token)).toBe(
      'token_invalid',
    );
  });

  test('are rejected for every issuer when "iss" is not a string', async () => {
    const rules = { issuer: null } as const;
    expect(await judge({ iss: 1 }, rules)).toBe('token_invalid');
    expect(await judge({ iss: undefined }, rules)).toEqual(ACCEPTED);
    expect(await judge({ iss: 'https://any.example' }, rules)).toEqual(ACCEPTED);
  });

  test('may name any audience or none if the audience is null, but not with an invalid type', async () => {
    const rules = { audience: null } as const;
    for (const aud of [undefined, 'https://other.example', [], ['a', 'b']]) {
      expect(await judge({ aud }, rules)).toEqual(ACCEPTED);
    }
    for (const aud of [null, 1, [1], {}]) expect(await judge({ aud }, rules)).toBe('token_invalid');
  });

  test('may name one of several audiences', async () => {
    const rules = { audience: ['https://a.example', 'https://b.example'] };
    expect(await judge({ aud: 'https://b.example' }, rules)).toEqual(ACCEPTED);
    expect(await judge({ aud: ['x', 'https://a.example'] }, rules)).toEqual(ACCEPTED);
    expect(await judge({ aud: AUDIENCE }, rules)).toBe('token_invalid');
  });
});

describe('the time of a token', () => {
  test('ends five seconds after "exp", with the code token_expired', async () => {
    expect(await judge({ exp: NOW - 4 })).toEqual(ACCEPTED);
    expect(await judge({ exp: NOW - 4.999 })).toEqual(ACCEPTED);
    expect(await judge({ exp: NOW - 5 })).toBe('token_expired');
    expect(await judge({ exp: 0 })).toBe('token_expired');
  });

  test('begins five seconds before "nbf"', async () => {
    expect(await judge({ nbf: NOW + 5 })).toEqual(ACCEPTED);
    expect(await judge({ nbf: NOW + 5.001 })).toBe('token_invalid');
  });

  test('ends and begins exactly to the second without a tolerance', async () => {
    const rules = { clockToleranceSeconds: 0 };
    expect(await judge({ exp: NOW + 1, nbf: NOW }, rules)).toEqual(ACCEPTED);
    expect(await judge({ exp: NOW }, rules)).toBe('token_expired');
    expect(await judge({ nbf: NOW + 1 }, rules)).toBe('token_invalid');
  });

  test('ends at the maximum age of its issuer, however late "exp" is', async () => {
    const rules = { maxTokenAgeSeconds: 600 };
    expect(await judge({ iat: NOW - 604, exp: NOW + 9999 }, rules)).toEqual(ACCEPTED);
    expect(await judge({ iat: NOW - 605, exp: NOW + 9999 }, rules)).toBe('token_expired');
    expect(await judge({ iat: NOW - 10, exp: NOW - 5 }, rules)).toBe('token_expired');
    expect(await judge({ iat: undefined }, rules)).toBe('token_invalid');
    // A token from the future would be younger than it says.
    expect(await judge({ iat: NOW + 5 }, rules)).toEqual(ACCEPTED);
    expect(await judge({ iat: NOW + 6 }, rules)).toBe('token_invalid');
  });

  test('is checked before the signature, so an expired token costs no signature check', async () => {
    const token = craftToken({ alg: 'ES256' }, claimsAt({ exp: NOW - 60 }), 'forged');
    expect(await judgeToken(verifierFor({ keys }, { now }), token)).toBe('token_expired');
  });
});

describe('a strict issuer (RFC 9068 §4)', () => {
  test('accepts what the RFC requires', async () => {
    expect(await judge({}, { strict: true })).toEqual(ACCEPTED);
  });

  test.each(['sub', 'client_id', 'iat', 'jti', 'exp', 'aud', 'iss'])(
    'rejects a token without "%s"',
    async (claim) => {
      const rules = { strict: true, subject: () => 'ada@example.com' };
      expect(await judge({ [claim]: undefined }, rules)).toBe('token_invalid');
    },
  );

  test.each(['JWT', 'jwt', 'application/jwt', undefined, null, 'at+jwt2'])(
    'rejects the type %s',
    async (typ) => {
      const strict = verifierFor({ keys, strict: true }, { now });
      expect(await judgeToken(strict, await signToken(claimsAt(), { typ }))).toBe('token_invalid');
    },
  );

  test.each(['at+jwt', 'application/at+jwt', 'AT+JWT'])('accepts the type %s', async (typ) => {
    const strict = verifierFor({ keys, strict: true }, { now });
    expect(await judgeToken(strict, await signToken(claimsAt(), { typ }))).toEqual(ACCEPTED);
  });
});

describe('the principal of a token', () => {
  test('has the claims of the token', async () => {
    const claims = claimsAt({ groups: ['a', 12345], azp: 'app' });
    expect(await judge({ groups: ['a', 12345], azp: 'app' })).toEqual({
      subject: 'ada@example.com',
      actor: undefined,
      permission: 'USER',
      scopes: ['SEARCH', 'CHAT'],
      groups: ['a', '12345'],
      tokenId: 'token-1',
      issuer: ISSUER,
      // When it is rejected: `exp`, and the five seconds by which clocks may differ.
      expiresAt: NOW + 65,
      claims,
    });
  });

  test.each([
    ['a string', { scope: 'A B' }, ['A', 'B']],
    ['a string with more spaces', { scope: '  A   B ' }, ['A', 'B']],
    ['an empty string', { scope: '' }, []],
    ['a list', { scope: ['A', 'B'] }, ['A', 'B']],
    ['scp as a string', { scope: undefined, scp: 'A B' }, ['A', 'B']],
    ['scp as a list', { scope: undefined, scp: ['A', 'B'] }, ['A', 'B']],
    ['permissions', { scope: undefined, permissions: ['A'] }, ['A']],
    ['nothing', { scope: undefined }, []],
    [
      'several claims, of which the first counts',
      { scope: 'A', scp: 'B', permissions: ['C'] },
      ['A'],
    ],
    ['an empty scope beside another claim', { scope: '', permissions: ['ADMIN'] }, []],
    ['other white space, which separates nothing', { scope: 'A\tB\nC' }, ['A\tB\nC']],
  ])('has the scopes of %s', async (_case, overrides, scopes) => {
    expect(await judge(overrides)).toMatchObject({ scopes });
  });

  test.each([
    ['groupid', ''],
    ['groupid', null],
    ['groupid', 1.5],
    ['groupid', 2 ** 53],
    ['groupid', ['12345']],
    ['groups', ''],
    ['groups', false],
    ['groups', [null]],
    ['groups', ['a', '']],
    ['groups', [['admins']]],
    ['groups', { 0: 'admins' }],
  ])(
    'is in no group when "%s" is %j, and the reason of a refusal names it',
    async (claim, value) => {
      const overrides = { groups: ['a'], [claim]: value };
      expect(await judge(overrides)).toMatchObject({ subject: 'ada@example.com', groups: [] });
      expect(await reasonAt({ scopes: [], group: 'a' }, overrides)).toBe(
        'the groups of the token are not a list of group ids',
      );
      expect(await reasonAt({ scopes: [], group: 'a' }, { groups: null })).toBe(
        'the principal is not in the group',
      );
    },
  );

  test.each([
    ['a bound group', { groupid: '12345' }, ['12345']],
    ['a bound group that is a number', { groupid: 12345 }, ['12345']],
    ['a bound group only, whatever else is listed', { groupid: 1, groups: ['2', '3'] }, ['1']],
    ['memberships', { groups: ['admins', 7] }, ['admins', '7']],
    ['one membership as a text', { groups: 'two words' }, ['two words']],
    ['one membership as a number', { groups: 7 }, ['7']],
    ['null', { groups: null }, []],
    ['none', { groups: [] }, []],
  ])('has the groups of %s', async (_case, overrides, groups) => {
    expect(await judge(overrides)).toMatchObject({ groups });
  });

  test('has the actors of the token, outermost first', async () => {
    const act = { sub: 'service-2', act: { sub: 'service-1' } };
    expect(await judge({ act })).toMatchObject({
      subject: 'ada@example.com',
      actor: { subject: 'service-2', actor: { subject: 'service-1', actor: undefined } },
    });
  });

  test('is rejected if actors are nested too deeply', async () => {
    let act: unknown;
    for (let i = 0; i < 8; i++) act = { sub: `service-${i}`, ...(act !== undefined && { act }) };
    expect(await judge({ act })).toEqual(ACCEPTED);
    expect(await judge({ act: { sub: 'one-more', act } })).toBe('token_invalid');
  });

  test('is deeply frozen, including claims and actors', async () => {
    const principal = await judge({
      ...{ act: { sub: 'a', act: { sub: 'b' } }, groups: ['g'], scope: ['S'], aud: [AUDIENCE] },
      address: { lines: ['x', { y: [] }] },
    });
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      Object.values(value).forEach(visit);
    };
    expect(principal).toEqual(ACCEPTED);
    visit(principal);
  });
});

describe('mapping functions', () => {
  test('build the principal from the claims', async () => {
    const rules: Partial<JwtIssuer> = {
      subject: (claims) => claims['email'],
      permission: (claims) => (claims['admin'] === true ? 'ANONYMOUS' : 'USER'),
      scopes: (claims) => claims['roles'] as string[],
      groups: (claims) => [claims['team'] as number],
    };
    const said = { email: 'e@example.com', admin: true, roles: ['R'], team: 7 };
    expect(await judge(said, rules)).toMatchObject({
      ...{ subject: 'e@example.com', permission: 'ANONYMOUS', scopes: ['R'], groups: ['7'] },
    });
  });

  test('receive frozen claims', async () => {
    let seen: Claims | undefined;
    const subject = (claims: Claims) => {
      seen = claims;
      return 'ada';
    };
    await judge({ nested: {} }, { subject });
    expect(Object.isFrozen(seen) && Object.isFrozen(seen?.['nested'])).toBe(true);
  });

  test('can grant every scope', async () => {
    expect(await judge({ scope: undefined }, { scopes: 'all' })).toMatchObject({ scopes: 'all' });
  });

  test.each([undefined, null, '', 1, ['ada'], {}])(
    'reject a token whose subject is %j',
    async (who) => {
      expect(await judge({}, { subject: () => who })).toBe('token_invalid');
    },
  );

  test.each([undefined, null, '', 1.5, Number.NaN, {}, ['a']])(
    'put a token with the group %j into no group, and not into the group of that name',
    async (group) => {
      const groups = () => ['a', group] as never;
      expect(await judge({}, { groups })).toMatchObject({ groups: [] });
    },
  );

  test.each([
    [undefined, []],
    [null, []],
    ['admins', ['admins']],
    [7, ['7']],
    [{}, []],
  ])('put a token whose groups are %j into %j', async (value, groups) => {
    expect(await judge({}, { groups: () => value as never })).toMatchObject({ groups });
  });

  test.each([undefined, ''])('may name a subject where "sub" is %j', async (sub) => {
    expect(await judge({ sub }, { subject: () => 'ada@example.com' })).toEqual(ACCEPTED);
    expect(await judge({ sub })).toBe('token_invalid');
  });

  test.each(['subject', 'scopes', 'groups', 'permission'] as const)(
    'throw to the application, and reject no token, when %s returns a promise',
    async (name) => {
      const rejecting = { [name]: async () => Promise.reject(new Error('not awaited')) };
      await expect(judge({}, rejecting as never)).rejects.toThrow(
        new TypeError(
          `JwtIssuer "${ISSUER}": ${name} returned a promise; it must return the value itself`,
        ),
      );
    },
  );

  test('must not return a promise, by its type', () => {
    const rules: Partial<JwtIssuer> = {
      // @ts-expect-error a promise is not a subject
      subject: async (claims) => claims.sub,
      // @ts-expect-error a promise is not a permission
      permission: async () => 'USER',
      // @ts-expect-error a promise is not a list of scopes
      scopes: (claims) => Promise.resolve(claims['roles']),
      // @ts-expect-error a promise is not a list of groups
      groups: async () => ['a'],
    };
    expect(Object.keys(rules)).toHaveLength(4);
  });

  test.each([undefined, null, 'SEARCH', 'all', [1], [undefined], {}])(
    'reject a token whose scopes are %j',
    async (scopes) => {
      expect(await judge({}, { scopes: () => scopes as never })).toBe('token_invalid');
    },
  );

  test.each([undefined, null, '', 'user', 'global', 'ADMIN', 1])(
    'reject a token whose permission is %j',
    async (permission) => {
      expect(await judge({}, { permission: () => permission as never })).toBe('token_invalid');
    },
  );

  test('may fail: that is a fault of the application and allows nothing', async () => {
    const fault = new Error('the directory is down');
    const rules: Partial<JwtIssuer> = {
      subject: () => {
        throw fault;
      },
    };
    await expect(judge({}, rules)).rejects.toBe(fault);
  });
});
