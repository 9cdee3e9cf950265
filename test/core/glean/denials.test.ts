import { AUTH_ERRORS, AuthError, type AuthErrorCode } from '@mandate/core';
import { createGleanEndpoints, renderGleanDenial } from '@mandate/core/glean';
import { describe, expect, test } from 'vitest';
import { createDenialWriter } from '../../../packages/core/src/denial.js';
import { createRequest } from '../../support/auth-request.js';
import { decide } from './decide.js';

const writeDenial = createDenialWriter(undefined, renderGleanDenial);
const render = (error: AuthError) => writeDenial(error, createRequest());

const codes = Object.keys(AUTH_ERRORS) as AuthErrorCode[];

describe("a refusal in Glean's format", () => {
  test.each([
    ['credentials_missing', 401, 'Invalid Secret\nNot allowed'],
    ['credentials_malformed', 401, 'Invalid Secret\nNot allowed'],
    ['token_invalid', 401, 'Invalid Secret\nNot allowed'],
    ['token_expired', 401, 'Token has expired\nNot allowed'],
    ['act_as_required', 400, 'Required header missing: X-Glean-ActAs\nNot allowed'],
    ['act_as_malformed', 401, 'Invalid identity\nNot allowed'],
    ['act_as_unknown', 401, 'Invalid identity\nNot allowed'],
    ['scope_required', 403, 'Required scope missing\nNot allowed'],
    ['address_not_allowed', 403, 'IP not allowed\nNot allowed'],
  ] as const)('of %s is %i %j', (code, status, body) => {
    expect(render(new AuthError(code))).toMatchObject({ status, body });
  });

  test.each(codes)('of %s is two readable lines of text without the reason', (code) => {
    const { headers, body } = render(new AuthError(code, 'only for the log'));
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatch(/^[A-Z][\w :-]+\nNot allowed$/);
    expect(body).not.toContain('only for the log');
  });

  test.each(codes.filter((code) => !['credentials_malformed', 'act_as_malformed'].includes(code)))(
    'of %s has the status of the error table',
    (code) => {
      expect(render(new AuthError(code)).status).toBe(AUTH_ERRORS[code].status);
    },
  );

  // Glean: "Invalid identity" for a malformed and for an unknown user, so neither reveals who exists.
  test('of an act-as user is the same, malformed or unknown', async () => {
    const ask = (user: string) =>
      decide(
        {
          ...{ method: 'POST', path: '/rest/api/v1/search', scopes: [] },
          ...{ permission: 'GLOBAL', headers: { 'x-glean-actas': user } },
        },
        { actAs: { resolveUser: () => undefined } },
      );
    const unknown = await ask('eve@example.com');
    expect(unknown).toMatchObject({
      denial: { status: 401, body: 'Invalid identity\nNot allowed' },
    });
    const { denial } = unknown as Extract<typeof unknown, { allowed: false }>;
    for (const user of ['eve', 'undefined', 'a@c.com, b@c.com', 'a@b@c']) {
      expect(await ask(user)).toMatchObject({ allowed: false, denial });
    }
    expect(denial.headers['www-authenticate']).toBe('Bearer');
  });

  test('has a challenge where RFC 9110 or RFC 6750 requires one', () => {
    const challengeOf = (code: AuthErrorCode) =>
      render(new AuthError(code)).headers['www-authenticate'];
    expect(challengeOf('credentials_missing')).toBe('Bearer');
    expect(challengeOf('credentials_malformed')).toContain('error="invalid_token"');
    expect(challengeOf('token_expired')).toContain('error="invalid_token"');
    expect(challengeOf('act_as_required')).toContain('error="invalid_request"');
    expect(challengeOf('group_mismatch')).toBeUndefined();
    for (const code of codes) {
      if (render(new AuthError(code)).status === 401) {
        expect(challengeOf(code)).toMatch(/^Bearer/);
      }
    }
  });

  test('names the scopes that are missing', async () => {
    const path = '/rest/api/v1/agents/runs/wait';
    const endpoints = createGleanEndpoints({ requireChatForAgents: true });
    const asked = { method: 'POST', path, scopes: ['AGENTS'] };
    expect(await decide(asked, { endpoints })).toMatchObject({
      denial: {
        status: 403,
        headers: { 'www-authenticate': expect.stringContaining('scope="AGENTS CHAT"') },
        body: 'Required scope missing: AGENTS CHAT\nNot allowed',
      },
    });
  });

  test('names the time to retry', () => {
    const error = new AuthError('verifier_unavailable', undefined, { retryAfterSeconds: 7 });
    expect(render(error)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '7' },
    });
  });
});
