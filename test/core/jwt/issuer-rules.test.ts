import type { Claims } from '@mandate/core';
import type { ClaimsSchema, JwtIssuer } from '@mandate/core/jwt';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { judgeToken, verifierFor } from '../../support/judge-token.js';
import { fixtureKey, signToken, toKeySet, validClaims } from '../../support/tokens.js';

const NOW = 1_800_000_000;
const keys = toKeySet(await fixtureKey('ES256'));
const ACCEPTED = expect.objectContaining({ subject: 'ada@example.com' });

async function judge(
  claims: Readonly<Record<string, unknown>>,
  rules: Partial<JwtIssuer>,
  header: Readonly<Record<string, unknown>> = {},
) {
  const verifier = verifierFor({ keys, ...rules }, { now: () => NOW * 1000 });
  const valid = validClaims({ iat: NOW - 60, exp: NOW + 60, ...claims });
  return judgeToken(verifier, await signToken(valid, header));
}

describe('types', () => {
  test.each([
    ['JOSE', ['JOSE']],
    ['jose', ['JOSE']],
    ['application/JOSE', ['jose']],
    ['jwt', ['application/jwt']],
    [undefined, [null]],
  ])('accept the type %j where %j are listed', async (typ, types) => {
    expect(await judge({}, { types }, { typ })).toEqual(ACCEPTED);
  });

  test.each([
    ['at+jwt', ['JWT']],
    ['JWT', ['at+jwt', null]],
    [undefined, ['JWT']],
    ['logout+jwt', undefined],
    [7, ['JWT', null]],
    [null, ['JWT', null]],
    ['', ['JWT', null]],
    ['application/application/jwt', ['JWT']],
  ])('reject the type %j where %j are listed', async (typ, types) => {
    expect(await judge({}, { types }, { typ })).toBe('token_invalid');
  });
});

describe('clientIds', () => {
  const clientIds = ['web', 'cli'];
  const bare = { client_id: undefined };

  test.each(['azp', 'client_id', 'cid', 'appid'])(
    'accept the client that %s names',
    async (claim) => {
      expect(await judge({ ...bare, [claim]: 'web' }, { clientIds, audience: null })).toEqual(
        ACCEPTED,
      );
      expect(await judge({ ...bare, [claim]: 'x' }, { clientIds, audience: null })).toBe(
        'token_invalid',
      );
    },
  );

  test.each([
    ['no client', {}],
    ['two clients, one of them another', { azp: 'web', client_id: 'x' }],
    ['a list of clients', { azp: ['web'] }],
    ['a client that is null', { azp: null }],
    ['the client in another case', { azp: 'WEB' }],
  ])('reject a token that names %s', async (_case, claims) => {
    expect(await judge({ ...bare, ...claims }, { clientIds })).toBe('token_invalid');
  });

  test('are checked beside the audience', async () => {
    expect(await judge({ azp: 'web', client_id: 'cli', aud: 'x' }, { clientIds })).toBe(
      'token_invalid',
    );
  });
});

describe('refuseClaims', () => {
  const reject = vi.fn((claims: Readonly<Record<string, unknown>>) =>
    claims['hd'] === 'example.com' ? undefined : 'the account is of another domain',
  );

  test('rejects a token by its claims', async () => {
    expect(await judge({ hd: 'example.com' }, { refuseClaims: reject })).toEqual(ACCEPTED);
    expect(await judge({ hd: 'evil.example' }, { refuseClaims: reject })).toBe('token_invalid');
  });

  test('runs once for a token, and never for a forged one', async () => {
    const refuseClaims = vi.fn(() => undefined);
    const verifier = verifierFor({ keys, refuseClaims });
    const token = await signToken();
    await judgeToken(verifier, token);
    await judgeToken(verifier, token);
    expect(refuseClaims).toHaveBeenCalledTimes(1);
    await judgeToken(verifier, `${token.slice(0, token.lastIndexOf('.'))}.${'A'.repeat(86)}`);
    expect(refuseClaims).toHaveBeenCalledTimes(1);
  });

  test.each([true, false, null, '', 0, {}, Promise.resolve(undefined)])(
    'that returns %j is a fault, and the request is not allowed',
    async (answer) => {
      const refuseClaims = () => answer as never;
      await expect(judge({}, { refuseClaims })).rejects.toThrow(
        'refuseClaims must return a reason',
      );
    },
  );
});

describe('maxFutureIatSeconds', () => {
  test('is off by default, and 60 for a strict issuer', async () => {
    expect(await judge({ iat: NOW + 50_000, exp: NOW + 60_000 }, {})).toEqual(ACCEPTED);
    const strict = { strict: true };
    expect(await judge({ iat: NOW + 64 }, strict)).toEqual(ACCEPTED);
    expect(await judge({ iat: NOW + 66, exp: NOW + 90 }, strict)).toBe('token_invalid');
  });

  test('rejects a token that was issued later than that', async () => {
    const rules = { maxFutureIatSeconds: 0, clockToleranceSeconds: 0 };
    expect(await judge({ iat: NOW }, rules)).toEqual(ACCEPTED);
    expect(await judge({ iat: NOW + 1 }, rules)).toBe('token_invalid');
    expect(await judge({ iat: undefined }, rules)).toEqual(ACCEPTED);
  });
});

describe('claims', () => {
  const schemas: Readonly<Record<string, ClaimsSchema>> = {
    zod: z.object({ sub: z.string(), plan: z.enum(['free', 'pro']) }),
    valibot: v.object({ sub: v.string(), plan: v.picklist(['free', 'pro']) }),
    arktype: type({ sub: 'string', plan: "'free' | 'pro'" }),
  };

  test.each(Object.keys(schemas))('are what a schema of %s outputs', async (name) => {
    const accepted = await judge({ plan: 'pro' }, { claims: schemas[name] });
    expect(accepted).toMatchObject({ claims: { sub: 'ada@example.com', plan: 'pro' } });
    expect(Object.isFrozen((accepted as { claims: object }).claims)).toBe(true);
    expect(await judge({ plan: 'secret-plan' }, { claims: schemas[name] })).toBe('token_invalid');
    expect(await judge({}, { claims: schemas[name] })).toBe('token_invalid');
  });

  test('are validated once for a token', async () => {
    const validate = vi.fn((value: unknown) => ({ value: value as Claims }));
    const claims = { '~standard': { version: 1, vendor: 'test', validate } } as const;
    const verifier = verifierFor({ keys, claims });
    const token = await signToken();
    await judgeToken(verifier, token);
    await judgeToken(verifier, token);
    expect(validate).toHaveBeenCalledTimes(1);
  });

  test('of an asynchronous schema are a fault, and the request is rejected', async () => {
    const claims = z.object({ sub: z.string().refine(async () => true) });
    await expect(judge({}, { claims })).rejects.toThrow('it must be synchronous');
  });

  test('that are not an object are a fault, and the request is rejected', async () => {
    const claims = z.object({}).transform(() => 'x');
    // @ts-expect-error The output of a schema of claims must be an object.
    await expect(judge({}, { claims })).rejects.toThrow('must output an object');
  });

  test('that a schema changes do not change what the mappings read', async () => {
    const claims = z.object({}).transform(() => ({ sub: 'eve@example.com', scope: 'ADMIN' }));
    expect(await judge({}, { claims })).toMatchObject({
      subject: 'ada@example.com',
      scopes: ['SEARCH', 'CHAT'],
      claims: { sub: 'eve@example.com' },
    });
  });
});
