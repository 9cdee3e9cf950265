import type { TokenVerifier } from '@mandate/core';
import { whenGleanOAuth } from '@mandate/core/glean';
import { describe, expect, test } from 'vitest';
import { decide } from './decide.js';

/** A verifier whose tokens are all of that user. */
function verifierOf(subject: string, accepts = true): TokenVerifier {
  const principal = {
    subject,
    actor: undefined,
    permission: 'USER',
    scopes: 'all',
    groups: [],
    tokenId: undefined,
    issuer: undefined,
    expiresAt: undefined,
    claims: {},
  } as const;
  return { accepts: () => accepts, verify: () => principal };
}

function askWith(headers: Readonly<Record<string, string>>, verifiers: readonly TokenVerifier[]) {
  const asked = { method: 'POST', path: '/rest/api/v1/search', scopes: [], headers };
  return decide(asked, { verifiers });
}

describe('a verifier for OAuth tokens that are announced', () => {
  const verifiers = [whenGleanOAuth(verifierOf('sso')), verifierOf('issued')];

  test.each(['OAUTH', 'OAuth', 'oauth', ' OAUTH '])('is chosen by %j', async (value) => {
    const decision = await askWith({ 'x-glean-auth-type': value }, verifiers);
    expect(decision).toMatchObject({ allowed: true, principal: { subject: 'sso' } });
  });

  test.each(['', 'BEARER', 'GLOBAL', 'string', 'OAUTH2', 'OAUTH, OAUTH', '\xa0OAUTH', 'OAUTH\v'])(
    'is not chosen by %j',
    async (value) => {
      const decision = await askWith({ 'x-glean-auth-type': value }, verifiers);
      expect(decision).toMatchObject({ allowed: true, principal: { subject: 'issued' } });
    },
  );

  test('is not chosen without the header', async () => {
    expect(await askWith({}, verifiers)).toMatchObject({ principal: { subject: 'issued' } });
    const alone = await askWith({}, verifiers.slice(0, 1));
    expect(alone).toMatchObject({ allowed: false, error: { code: 'token_invalid' } });
  });

  test('still leaves to the verifier which tokens it accepts', async () => {
    const rejecting = [whenGleanOAuth(verifierOf('sso', false)), verifierOf('issued')];
    const decision = await askWith({ 'x-glean-auth-type': 'OAUTH' }, rejecting);
    expect(decision).toMatchObject({ principal: { subject: 'issued' } });
  });
});
