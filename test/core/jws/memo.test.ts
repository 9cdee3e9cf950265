import { createGuard } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';
import {
  AUDIENCE,
  fixtureKey,
  ISSUER,
  signToken,
  toKeySet,
  validClaims,
} from '../../support/tokens.js';

async function createPrincipalReader() {
  const keys = toKeySet(await fixtureKey('ES256'));
  const guard = createGuard({
    verifiers: [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys }, { cacheSize: 0 })],
  });
  return async (claims: Record<string, unknown>) => {
    const token = await signToken(validClaims(claims), { alg: 'ES256' });
    const decision = await guard.authenticate(createRequest({ token }));
    if (!decision.allowed) throw decision.error;
    return decision.principal;
  };
}

describe('the shared scopes of tokens with the same grant', () => {
  test('are correct for each token, however many others were verified in between', async () => {
    const read = await createPrincipalReader();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 150; i++) {
        const principal = await read({ scope: `SEARCH N${i}` });
        expect(principal.scopes).toEqual(['SEARCH', `N${i}`]);
      }
    }
  });

  test('cannot be modified', async () => {
    const read = await createPrincipalReader();
    const principal = await read({ scope: 'SEARCH CHAT' });
    expect(() => (principal.scopes as string[]).push('ADMIN')).toThrow(TypeError);
    const list = await read({ scope: ['SEARCH', 'CHAT'] });
    expect(() => (list.scopes as string[]).push('ADMIN')).toThrow(TypeError);
    expect((await read({ scope: 'SEARCH CHAT' })).scopes).toEqual(['SEARCH', 'CHAT']);
  });
});
