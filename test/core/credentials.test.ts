import { createGuard, type GuardOptions, type TokenVerifier } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { createTokenFinder } from '@mandate/core/token-places';
import fc from 'fast-check';
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

const PRINCIPAL = createPrincipal();

/** The result of a request, and the token that the verifier received. */
async function read(request: RequestOptions, options: Partial<GuardOptions> = {}) {
  let token: string | undefined;
  const verifier: TokenVerifier = {
    accepts: () => true,
    verify(credentials) {
      token = credentials.token;
      return PRINCIPAL;
    },
  };
  const guard = createGuard({ verifiers: [verifier], ...options });
  const decision = await guard.authenticate(createRequest(request));
  return decision.allowed ? { token } : { code: decision.error.code, token };
}

const readHeader = (authorization: string | readonly string[]) =>
  read({ headers: { authorization } });

describe('the Authorization header', () => {
  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])(
    'may name its scheme as %s',
    async (scheme) => {
      expect(await readHeader(`${scheme} abc.DEF-1`)).toEqual({ token: 'abc.DEF-1' });
    },
  );

  test('may separate scheme and token by several spaces', async () => {
    expect(await readHeader('Bearer    abc')).toEqual({ token: 'abc' });
    expect(await readHeader('bearer    abc')).toEqual({ token: 'abc' });
  });

  test('holds any token that RFC 6750 can spell', async () => {
    const token = fc
      .tuple(
        fc.string({
          unit: fc.constantFrom(
            ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/',
          ),
          minLength: 1,
        }),
        fc.constantFrom('', '=', '=='),
      )
      .map(([text, padding]) => text + padding);
    await fc.assert(
      fc.asyncProperty(token, async (text) => {
        expect(await readHeader(`Bearer ${text}`)).toEqual({ token: text });
      }),
    );
  });

  test('never hands a verifier a token with any other character', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const { token } = await readHeader(`Bearer ${text}`);
        if (token !== undefined) expect(token).toMatch(/^[A-Za-z0-9\-._~+/]+=*$/);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['absent', {}],
    ['empty', { authorization: '' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['another scheme that ends like ours', { authorization: 'NotBearer abc' }],
    ['a scheme without credentials', { authorization: 'Negotiate' }],
    ['Bearer without a token', { authorization: 'Bearer' }],
    ['Bearer and a space', { authorization: 'Bearer ' }],
    ['Bearer and spaces', { authorization: 'bearer    ' }],
  ])('asks for credentials when it is %s', async (_case, headers) => {
    expect(await read({ headers })).toEqual({ code: 'credentials_missing' });
  });

  test.each([
    ['a tab for the space', 'Bearer\tabc'],
    ['no space', 'Bearerabc'],
    ['a colon', 'Bearer: abc'],
    ['two tokens', 'Bearer abc def'],
    ['a space behind the token', 'Bearer abc '],
    ['a comma behind the token', 'Bearer abc,'],
    ['quotes', 'Bearer "abc"'],
    ['a parameter', 'Bearer token=abc'],
    ['padding only', 'Bearer =='],
    ['padding inside', 'Bearer a=b'],
    ['a percent-encoded character', 'Bearer a%20b'],
    ['a character beyond ASCII', 'Bearer abc\u00e9'],
    ['a NUL', 'Bearer abc\0'],
    ['a line break', 'Bearer abc\ndef'],
  ])('is rejected when it has %s', async (_fault, header) => {
    expect(await readHeader(header)).toEqual({ code: 'credentials_malformed' });
  });

  test.each([
    ['the same token', ['Bearer abc', 'Bearer abc']],
    ['another token', ['Bearer abc', 'bearer def']],
    ['an empty line', ['Bearer abc', '']],
    ['an empty line first', ['', 'Bearer abc']],
    ['another scheme', ['Bearer abc', 'Basic YTpi']],
    ['another scheme first', ['Basic YTpi', 'Bearer abc']],
    ['another scheme first and lower case', ['Basic YTpi', 'bearer abc']],
    ['three lines', ['Digest a="b"', 'Basic YTpi', 'BEARER abc']],
  ])('is rejected when it is repeated with %s', async (_case, lines) => {
    expect(await readHeader(lines)).toEqual({ code: 'credentials_malformed' });
  });
});

describe('maxTokenLength', () => {
  test('is 15360 characters by default', async () => {
    const longest = 'a'.repeat(15_360);
    expect(await readHeader(`Bearer ${longest}`)).toEqual({ token: longest });
    expect(await readHeader(`Bearer ${longest}a`)).toEqual({ code: 'credentials_malformed' });
  });

  test('names the length and the limit in the reason', async () => {
    const guard = createGuard({ verifiers: [verifierOf(PRINCIPAL)], maxTokenLength: 3 });
    const decision = await guard.authenticate(createRequest({ token: 'abcd' }));
    expect(decision).toMatchObject({
      error: { message: 'the token has 4 characters; at most 3 are allowed (maxTokenLength)' },
      denial: { body: expect.not.stringContaining('maxTokenLength') },
    });
  });

  test('applies to tokens from other places as well', async () => {
    const options = { maxTokenLength: 3, token: createTokenFinder([() => 'abcd']) };
    expect(await read({}, options)).toEqual({ code: 'credentials_malformed' });
    expect(await read({}, { ...options, maxTokenLength: 4 })).toEqual({ token: 'abcd' });
  });

  test.each([Number.NaN, 0, -1, '8192'])('must be a positive number, not %s', (maxTokenLength) => {
    const options = { verifiers: [{}], maxTokenLength } as unknown as GuardOptions;
    expect(() => createGuard(options)).toThrow(TypeError);
  });
});

describe('token', () => {
  const finder = createTokenFinder([{ header: 'authorization' }, { header: 'x-token' }]);

  test.each(['a b', 'a,b', 'a;b', '='])('must have the same spelling (%j)', async (token) => {
    expect(await read({ headers: { 'x-token': token } }, { token: finder })).toEqual({
      code: 'credentials_malformed',
    });
  });

  test('must be the token alone, also when the token is remembered with its scheme', async () => {
    const keys = toKeySet(await fixtureKey('RS256'));
    const verifiers = [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys })];
    const guard = createGuard({ verifiers, token: finder });
    const token = await signToken(validClaims(), { alg: 'RS256' });
    const ask = async (request: RequestOptions) => {
      const decision = await guard.authenticate(createRequest(request));
      return decision.allowed ? 'allowed' : decision.error.code;
    };
    const elsewhere = { headers: { 'x-token': `Bearer ${token}` } };
    expect(await ask(elsewhere)).toBe('credentials_malformed');
    expect(await ask({ token })).toBe('allowed');
    expect(await ask(elsewhere)).toBe('credentials_malformed');
  });

  test.each([{}, 'x-token', () => 'abc', [[{ header: 'x-token' }]], null])(
    'cannot be %j',
    (token) => {
      const options = { verifiers: [verifierOf(PRINCIPAL)], token } as unknown as GuardOptions;
      expect(() => createGuard(options)).toThrow('token must be made by createTokenFinder');
    },
  );
});
