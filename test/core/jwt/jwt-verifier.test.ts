import { AuthError, type Credentials, createGuard, type TokenVerifier } from '@mandate/core';
import {
  createJwtVerifier,
  type JwtIssuer,
  type KeySet,
  type VerificationKey,
} from '@mandate/core/jwt';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import { judgeToken, verifierFor } from '../../support/judge-token.js';
import {
  AUDIENCE,
  createSigningKey,
  fixtureKey,
  ISSUER,
  signToken,
  signWithSecret,
  toKeySet,
  validClaims,
  withSegment,
} from '../../support/tokens.js';

const NOW = 1_800_000_000;
const key = await fixtureKey('ES256');
const keys = toKeySet(key);
const good = { issuer: ISSUER, audience: AUDIENCE, keys };

const encode = (text: string) => new TextEncoder().encode(text);
const secretsOf = (...secret: readonly Uint8Array[]) => ({
  keys: undefined,
  secret,
  algorithm: 'HS256',
});
const PEM =
  '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----';

/** Whether the verifier answers for that token at once, that is, without looking for keys. */
function isRemembered(verifier: TokenVerifier, token: string): boolean {
  const answer = createGuard({ verifiers: [verifier] }).authenticate(createRequest({ token }));
  if (answer instanceof Promise) {
    answer.catch(() => {});
    return false;
  }
  return true;
}

describe('createJwtVerifier', () => {
  test.each([
    ['no issuer', []],
    ['an issuer that is not described', [undefined]],
    ['no name', { audience: AUDIENCE, keys }],
    ['an empty name', { ...good, issuer: '' }],
    ['no name in a list', { ...good, issuer: [] }],
    ['a name that is not a string', { ...good, issuer: [ISSUER, 1] }],
    ['a name that is a URL object', { ...good, issuer: new URL(ISSUER) }],
    ['no audience', { issuer: ISSUER, keys }],
    ['an empty audience', { ...good, audience: '' }],
    ['no audience in a list', { ...good, audience: [] }],
    ['an empty list of keys', { ...good, keys: [] }],
    ['keys that are not key sets', { ...good, keys: [good.keys, 'https://issuer.example/jwks'] }],
    ['an address for keys', { ...good, keys: 'https://issuer.example/jwks' }],
    ['a JWK Set for keys', { ...good, keys: { keys: [] } }],
    ['the algorithm none', { ...good, algorithms: ['none'] }],
    ['an algorithm of secrets beside keys', { ...good, algorithms: ['RS256', 'HS256'] }],
    ['no algorithm', { ...good, algorithms: [] }],
    ['a secret beside keys, and no algorithm', { ...good, secret: new Uint8Array(32) }],
    ['an empty list of secrets', { ...good, secret: [], algorithm: 'HS256' }],
    ['a short secret in a list', { ...good, ...secretsOf(new Uint8Array(32), new Uint8Array(8)) }],
    ['a secret that is PEM', { ...good, ...secretsOf(encode(PEM)) }],
    [
      'a secret that is a JWK',
      { ...good, ...secretsOf(encode(JSON.stringify({ kty: 'oct', k: 'A'.repeat(43) }))) },
    ],
    ['types that are a string', { ...good, types: 'JWT' }],
    ['no types', { ...good, types: [] }],
    ['types beside strict', { ...good, strict: true, types: ['JWT'] }],
    ['no clients', { ...good, clientIds: [] }],
    ['clients that are null', { ...good, clientIds: null }],
    ['refuseClaims that is a claim name', { ...good, refuseClaims: 'hd' }],
    ['claims that are not a schema', { ...good, claims: { parse: () => ({}) } }],
    ['a negative maxFutureIatSeconds', { ...good, maxFutureIatSeconds: -1 }],
    ['a secret that is too short', { ...good, ...secretOf(new Uint8Array(31)) }],
    ['a secret too short for its algorithm', { ...good, ...secretOf(new Uint8Array(47), 'HS384') }],
    ['a secret without an algorithm', { ...good, ...secretOf(new Uint8Array(64), '') }],
    ['a secret with a public algorithm', { ...good, ...secretOf(new Uint8Array(64), 'RS256') }],
    ['a secret that is a string', { ...good, ...secretOf('x'.repeat(64)) }],
    ['a secret that is a list', { ...good, ...secretOf(Array(64).fill(1)) }],
    ['a strict issuer without an audience', { ...good, strict: true, audience: null }],
    ['a strict issuer without a name', { ...good, strict: true, issuer: null }],
    ['a negative tolerance', { ...good, clockToleranceSeconds: -1 }],
    ['a tolerance without end', { ...good, clockToleranceSeconds: Number.POSITIVE_INFINITY }],
    ['a tolerance that is not a number', { ...good, clockToleranceSeconds: Number.NaN }],
    ['a tolerance that is a string', { ...good, clockToleranceSeconds: '5' }],
    ['an age that is not a number', { ...good, maxTokenAgeSeconds: Number.NaN }],
    ['a permission in lower case', { ...good, permission: 'global' }],
    ['scopes that are a word', { ...good, scopes: 'ALL' }],
    ['scopes that are a list', { ...good, scopes: ['SEARCH'] }],
    ['subject that is a claim name', { ...good, subject: 'email' }],
    ['groups that are a list', { ...good, groups: ['admins'] }],
    ['one issuer twice', [good, good]],
    ['one name twice', [good, { ...good, issuer: ['https://other.example', ISSUER] }]],
    [
      'two that accept every issuer',
      [
        { ...good, issuer: null },
        { ...good, issuer: null },
      ],
    ],
  ])('cannot be made with %s', (_case, issuers) => {
    expect(() => createJwtVerifier(issuers as JwtIssuer)).toThrow(TypeError);
  });

  test.each([
    { cacheSize: -1 },
    { cacheSize: Number.NaN },
    { cacheSeconds: -1 },
    { cacheSeconds: Number.NaN },
  ])('cannot be made with %j', (options) => {
    expect(() => createJwtVerifier(good, options)).toThrow(TypeError);
  });

  test('gives each issuer its own keys, algorithms and rules', async () => {
    const other = await createSigningKey('ES256', 'ES256');
    const secret = new Uint8Array(32).fill(3);
    const verifier = createJwtVerifier([
      { ...good, issuer: ['https://a.example', 'https://a2.example'], scopes: 'all' },
      { ...good, issuer: 'https://b.example', keys: toKeySet(other), audience: 'b' },
      { issuer: 'https://c.example', audience: null, secret, algorithm: 'HS256' },
    ]);
    const judge = async (token: Promise<string>) => judgeToken(verifier, await token);
    const accepted = expect.objectContaining({ subject: 'ada@example.com' });
    const claimsOf = (iss: string, aud: string = AUDIENCE) => validClaims({ iss, aud });

    expect(await judge(signToken(claimsOf('https://a.example')))).toEqual(accepted);
    expect(await judge(signToken(claimsOf('https://a2.example')))).toEqual(accepted);
    expect(await judge(signToken(claimsOf('https://b.example', 'b'), { key: other }))).toEqual(
      accepted,
    );
    expect(await judge(signWithSecret(claimsOf('https://c.example'), secret))).toEqual(accepted);

    // An issuer cannot sign for another issuer.
    expect(await judge(signToken(claimsOf('https://b.example', 'b')))).toBe('token_invalid');
    expect(await judge(signToken(claimsOf('https://a.example'), { key: other }))).toBe(
      'token_invalid',
    );
    expect(await judge(signWithSecret(claimsOf('https://a.example'), secret))).toBe(
      'token_invalid',
    );
    expect(await judge(signToken(claimsOf('https://c.example')))).toBe('token_invalid');
    expect(await judge(signToken(claimsOf('https://b.example'), { key: other }))).toBe(
      'token_invalid',
    );
    expect(await judge(signToken(claimsOf('https://d.example')))).toBe('token_invalid');
  });

  test('applies the entry of a named issuer before an entry for every issuer', async () => {
    const other = await createSigningKey('ES256', 'ES256');
    const verifier = createJwtVerifier([
      good,
      { issuer: null, audience: null, keys: toKeySet(other), permission: 'ANONYMOUS' },
    ]);
    const forged = await signToken(validClaims(), { key: other });
    expect(await judgeToken(verifier, forged)).toBe('token_invalid');
    const unnamed = await signToken(validClaims({ iss: 'https://x.example' }), { key: other });
    expect(await judgeToken(verifier, unnamed)).toMatchObject({ permission: 'ANONYMOUS' });
  });

  test('leaves the tokens of other issuers to the verifiers after it', async () => {
    const seen: string[] = [];
    const last: TokenVerifier = {
      accepts: () => true,
      verify: ({ token }) => {
        seen.push(token);
        throw new AuthError('token_invalid');
      },
    };
    const guard = createGuard({ verifiers: [createJwtVerifier(good), last] });
    const foreign = await signToken(validClaims({ iss: 'https://x.example' }));
    const own = withSegment(await signToken(), 2, 'AAAA');
    for (const token of ['opaque', 'a.b.c', foreign, own]) {
      await guard.authenticate(createRequest({ token }));
    }
    expect(seen).toEqual(['opaque', 'a.b.c', foreign]);
  });

  test('passes on a fault of a key set that is not a refusal', async () => {
    const fault = new Error('bug');
    const broken: KeySet = {
      find: () => {
        throw fault;
      },
      isCurrent: () => true,
    };
    await expect(judgeToken(verifierFor({ keys: broken }), await signToken())).rejects.toBe(fault);
  });
});

describe('the memory for verified tokens', () => {
  /** Without a promise, it answers only for a token that it remembers. */
  const slowKeys: KeySet = { ...keys, find: async (header) => keys.find(header) };

  test('returns the same principal without a promise', async () => {
    const verifier = verifierFor({ keys: slowKeys });
    const token = await signToken();
    expect(isRemembered(verifier, token)).toBe(false);
    const first = await judgeToken(verifier, token);
    expect(isRemembered(verifier, token)).toBe(true);
    expect(await judgeToken(verifier, token)).toBe(first);
  });

  test('remembers no token that was rejected', async () => {
    const verifier = verifierFor({ keys: slowKeys });
    const forged = withSegment(await signToken(), 2, 'A'.repeat(86));
    for (let i = 0; i < 3; i++) {
      expect(await judgeToken(verifier, forged)).toBe('token_invalid');
      expect(isRemembered(verifier, forged)).toBe(false);
    }
  });

  test('compares the whole token: the same signature under other claims is another token', async () => {
    const verifier = verifierFor({ keys: slowKeys });
    const token = await signToken();
    await judgeToken(verifier, token);
    const [header = '', , signature = ''] = token.split('.');
    const claims = Buffer.from(JSON.stringify(validClaims({ sub: 'eve' }))).toString('base64url');
    expect(await judgeToken(verifier, `${header}.${claims}.${signature}`)).toBe('token_invalid');
    expect(await judgeToken(verifier, `${token.slice(0, -1)}`)).toBe('token_invalid');
    expect(await judgeToken(verifier, signature.slice(-22))).toBe('token_invalid');
    expect(isRemembered(verifier, token)).toBe(true);
  });

  test('checks the signature again after cacheSeconds', async () => {
    let nowMs = NOW * 1000;
    const verifier = verifierFor({ keys: slowKeys }, { now: () => nowMs, cacheSeconds: 10 });
    const token = await signToken(validClaims({ iat: NOW, exp: NOW + 3600 }));
    await judgeToken(verifier, token);
    nowMs += 9_999;
    expect(isRemembered(verifier, token)).toBe(true);
    nowMs += 1;
    expect(isRemembered(verifier, token)).toBe(false);
    expect(await judgeToken(verifier, token)).toHaveProperty('subject');
    expect(isRemembered(verifier, token)).toBe(true);
  });

  test('caches as many tokens as its option allows', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 40 }, (_, i) => signToken(validClaims({ jti: `${i}` }))),
    );
    for (const cacheSize of [0, 2, 10, 20]) {
      const verifier = verifierFor({ keys: slowKeys }, { cacheSize });
      for (const token of tokens) await judgeToken(verifier, token);
      // Asking moves nothing into the memory but what is in it.
      const remembered = tokens.filter((token) => isRemembered(verifier, token)).length;
      expect(remembered).toBeLessThanOrEqual(cacheSize);
      expect(remembered).toBeGreaterThanOrEqual(cacheSize / 2);
    }
  });

  test('keeps the tokens that are in use while others come and go', async () => {
    const verifier = verifierFor({ keys: slowKeys }, { cacheSize: 10 });
    const used = await signToken();
    await judgeToken(verifier, used);
    for (let i = 0; i < 50; i++) {
      expect(isRemembered(verifier, used)).toBe(true);
      await judgeToken(verifier, await signToken(validClaims({ jti: `${i}` })));
    }
  });

  test('does not lose valid tokens to a flood of forged ones', async () => {
    const verifier = verifierFor({ keys: slowKeys }, { cacheSize: 4 });
    const token = await signToken();
    await judgeToken(verifier, token);
    for (let i = 0; i < 100; i++) {
      const forged = await signToken(validClaims({ jti: `${i}` }));
      await judgeToken(verifier, withSegment(forged, 2, `${i}`.padStart(86, 'B')));
    }
    expect(isRemembered(verifier, token)).toBe(true);
  });

  test("never returns a result that differs from the signature's, wherever the clock moves", async () => {
    const seconds = fc.double({ min: -20, max: 20, noNaN: true });
    const claims = fc.record({
      exp: seconds.map((after) => NOW + 30 + after),
      nbf: fc.option(
        seconds.map((after) => NOW - 30 + after),
        { nil: undefined },
      ),
      iat: seconds.map((after) => NOW - 30 + after),
    });
    const rules = fc.record({
      clockToleranceSeconds: fc.constantFrom(0, 0.1, 5),
      maxTokenAgeSeconds: fc.constantFrom(undefined, 40.3, 60),
    });
    const jumps = fc.array(fc.integer({ min: -60_000, max: 60_000 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(claims, rules, jumps, async (times, rule, offsets) => {
        let nowMs = NOW * 1000;
        const now = () => nowMs;
        const token = await signToken(validClaims(times));
        const remembering = verifierFor({ keys, ...rule }, { now });
        const forgetting = verifierFor({ keys, ...rule }, { now, cacheSize: 0 });
        // The milliseconds around each bound are where the two could differ.
        const bounds = [times.exp, times.nbf ?? NOW, times.iat, times.iat + 40.3, times.iat + 60]
          .flatMap((at) => [-5, -0.1, 0, 0.1, 5].map((tolerance) => (at + tolerance) * 1000))
          .flatMap((at) => [Math.floor(at), Math.ceil(at), at]);
        for (const at of [NOW * 1000, ...bounds, ...offsets.map((one) => NOW * 1000 + one)]) {
          nowMs = NOW * 1000;
          await judgeToken(remembering, token);
          nowMs = at;
          expect(await judgeToken(remembering, token)).toEqual(await judgeToken(forgetting, token));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('forgets what was verified with a key that is withdrawn, or with keys that are too old', async () => {
    let withdrawn = false;
    let current = true;
    let found = true;
    const [real] = await keys.find({ alg: 'ES256', kid: 'ES256' });
    const published: VerificationKey = {
      kid: 'ES256',
      get withdrawn() {
        return withdrawn;
      },
      toCryptoKey: async (alg) => real?.toCryptoKey(alg),
    };
    const set: KeySet = { find: () => (found ? [published] : []), isCurrent: () => current };
    const verifier = verifierFor({ keys: set });
    const token = await signToken();
    await judgeToken(verifier, token);
    expect(isRemembered(verifier, token)).toBe(true);

    current = false;
    expect(isRemembered(verifier, token)).toBe(false);
    current = true;
    expect(isRemembered(verifier, token)).toBe(true);

    withdrawn = true;
    found = false;
    expect(await judgeToken(verifier, token)).toBe('token_invalid');
  });
});

function secretOf(secret: unknown, algorithm = 'HS256') {
  return { keys: undefined, secret, algorithm };
}

test('returns the result of the given token, whichever token was verified last', async () => {
  const inner = createJwtVerifier(good);
  const seen: Credentials[] = [];
  const remembering: TokenVerifier = {
    accepts: (credentials) => seen.push(credentials) > 0 && inner.accepts(credentials),
    verify: (credentials) => inner.verify(credentials),
  };
  const remembered = await signToken(validClaims({ sub: 'ann@example.com' }));
  expect(await judgeToken(remembering, remembered)).toMatchObject({ subject: 'ann@example.com' });
  // As one might write that counts or compares tokens: it asks about another one in between.
  const comparing: TokenVerifier = {
    accepts: (credentials) => inner.accepts(credentials) && inner.accepts(seen[0] as Credentials),
    verify: (credentials) => inner.verify(credentials),
  };
  const other = await signToken(validClaims({ sub: 'bob@example.com' }));
  expect(await judgeToken(comparing, withSegment(other, 2, 'AAAA'))).toBe('token_invalid');
  expect(await judgeToken(comparing, other)).toMatchObject({ subject: 'bob@example.com' });
});
