import {
  AUTH_ERRORS,
  AuthError,
  type AuthErrorCode,
  createChallengeWriter,
  createGuard,
  type GuardOptions,
  type TokenVerifier,
} from '@mandate/core';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';

/** The answer to a request that is rejected with that error. */
function deny(error: AuthError, options: Partial<GuardOptions> = {}) {
  const verifier: TokenVerifier = {
    accepts: () => true,
    verify: () => {
      throw error;
    },
  };
  const decision = createGuard({ verifiers: [verifier], ...options }).authenticate(
    createRequest({ token: 'abc' }),
  );
  if (decision instanceof Promise || decision.allowed) throw new Error('it was not rejected');
  return decision.denial;
}

const codes = Object.keys(AUTH_ERRORS) as AuthErrorCode[];

describe('the error table', () => {
  test.each<[AuthErrorCode, number, string | undefined]>([
    ['credentials_missing', 401, undefined],
    ['credentials_malformed', 400, 'invalid_request'],
    ['path_ambiguous', 400, 'invalid_request'],
    ['token_invalid', 401, 'invalid_token'],
    ['token_expired', 401, 'invalid_token'],
    ['token_revoked', 401, 'invalid_token'],
    ['act_as_required', 400, 'invalid_request'],
    ['act_as_malformed', 400, 'invalid_request'],
    ['act_as_forbidden', 400, 'invalid_request'],
    ['act_as_unknown', 401, undefined],
    ['group_missing', 400, 'invalid_request'],
    ['group_conflict', 400, 'invalid_request'],
    ['group_mismatch', 403, undefined],
    ['scope_required', 403, 'insufficient_scope'],
    ['endpoint_unmapped', 403, undefined],
    ['anonymous_not_allowed', 403, undefined],
    ['address_not_allowed', 403, undefined],
    ['authentication_insufficient', 401, 'insufficient_user_authentication'],
    ['verifier_unavailable', 503, undefined],
  ])('answers %s with %d, %s', (code, status, oauthError) => {
    expect(new AuthError(code)).toMatchObject({ name: 'AuthError', code, status, oauthError });
  });

  test('has no other row', () => {
    expect(codes).toHaveLength(21);
  });
});

describe('the answer to a rejected request', () => {
  test('is a problem (RFC 9457) with a bare challenge where credentials are missing', () => {
    expect(deny(new AuthError('credentials_missing'))).toEqual({
      status: 401,
      headers: {
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        'www-authenticate': 'Bearer',
      },
      body: JSON.stringify({
        type: 'about:blank',
        title: 'Unauthorized',
        status: 401,
        detail: 'The request has no bearer token.',
        code: 'credentials_missing',
      }),
    });
  });

  test.each(codes)('has the members of a problem for %s', (code) => {
    const { status, headers, body } = deny(new AuthError(code));
    expect(status).toBe(AUTH_ERRORS[code].status);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: expect.stringMatching(/^[A-Z][A-Za-z ]+$/),
      status,
      detail: AUTH_ERRORS[code].detail,
      code,
    });
  });

  test.each(codes)('challenges for %s if it is a 401 or has an RFC 6750 error code', (code) => {
    const error = new AuthError(code);
    const challenge = deny(error).headers['www-authenticate'];
    if (error.oauthError !== undefined) expect(challenge).toContain(`error="${error.oauthError}"`);
    else expect(challenge).toBe(error.status === 401 ? 'Bearer' : undefined);
  });

  test('names the error and the required scope in the challenge', () => {
    const challengeOf = (error: AuthError, realm?: string) =>
      deny(error, { realm }).headers['www-authenticate'];
    expect(challengeOf(new AuthError('token_expired'))).toBe(
      'Bearer error="invalid_token", error_description="The access token has expired."',
    );
    expect(challengeOf(new AuthError('act_as_unknown'))).toBe('Bearer');
    expect(challengeOf(new AuthError('credentials_missing'), 'api')).toBe('Bearer realm="api"');
    expect(
      challengeOf(
        new AuthError('scope_required', undefined, { requiredScopes: ['A', 'B'] }),
        'api',
      ),
    ).toBe(
      'Bearer realm="api", error="insufficient_scope", error_description="The token lacks a scope that this endpoint requires.", scope="A B"',
    );
  });

  test('names the time to retry', () => {
    const error = new AuthError('verifier_unavailable', 'x', { retryAfterSeconds: 7 });
    expect(deny(error).headers['retry-after']).toBe('7');
    expect(deny(new AuthError('token_invalid')).headers).not.toHaveProperty('retry-after');
  });

  test.each(codes)('for %s contains neither the reason nor the cause nor the stack', (code) => {
    const cause = new Error('postgres://user:password@db');
    const denial = deny(new AuthError(code, 'an internal reason', { cause }));
    expect(JSON.stringify(denial)).not.toMatch(/internal|postgres|password|\.ts/);
  });

  test('has a detail that fits into a quoted string and a header', () => {
    for (const code of codes) expect(AUTH_ERRORS[code].detail).toMatch(/^[ !#-[\]-~]+$/);
  });

  test('can be changed by the application, and keeps the challenge', () => {
    const error = new AuthError('token_invalid', undefined, { retryAfterSeconds: 3 });
    const renderDenial: GuardOptions['renderDenial'] = ({ code }, { path }) => ({
      headers: { 'x-code': code },
      body: `no at ${path}`,
    });
    expect(deny(error, { renderDenial, realm: 'api' })).toEqual({
      status: 401,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-store',
        'retry-after': '3',
        'www-authenticate':
          'Bearer realm="api", error="invalid_token", error_description="The access token is not valid here."',
        'x-code': 'token_invalid',
      },
      body: 'no at /',
    });
  });

  test('keeps what the application does not change', () => {
    const error = new AuthError('scope_required', undefined, { requiredScopes: ['A'] });
    expect(deny(error, { renderDenial: () => ({}) })).toEqual(deny(error));
  });

  test('removes a header only by its name', () => {
    const headers = { 'www-authenticate': null, 'cache-control': 'private' };
    expect(
      deny(new AuthError('token_invalid'), { renderDenial: () => ({ headers }) }),
    ).toMatchObject({
      status: 401,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'private' },
    });
    const denied = deny(new AuthError('token_invalid'), { renderDenial: () => ({ headers }) });
    expect(denied.headers).not.toHaveProperty('www-authenticate');
  });

  test.each([{ status: 200 }, { status: 302 }, { status: 600 }, { status: '401' }, { body: 7 }])(
    'cannot become %j',
    (change) => {
      const renderDenial = () => change as never;
      expect(() => deny(new AuthError('token_invalid'), { renderDenial })).toThrow(TypeError);
    },
  );

  test.each(['', 'a"b', 'a\\b', 'a\nb', '\u00e4', 'a\tb'])('cannot have the realm %j', (realm) => {
    expect(() => deny(new AuthError('token_invalid'), { realm })).toThrow(TypeError);
    expect(() => createChallengeWriter(realm)).toThrow(TypeError);
  });
});
