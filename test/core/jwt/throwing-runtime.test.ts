import { createGuard, createJwtVerifier, type KeySet } from '@mandate/core';
import { generateKeyPair, SignJWT } from 'jose';
import { expect, test } from 'vitest';

test.each(['ES256', 'RS256', 'PS256'])(
  'a check of %s that the runtime throws at lets nobody through',
  async (alg) => {
    const signer = await generateKeyPair(alg);
    const { publicKey } = await generateKeyPair('ES384');
    // Both Web Crypto and Node throw for a key of another kind than the algorithm's, or no key at all.
    const key = { kid: undefined, withdrawn: false, toCryptoKey: async () => ({}) };
    const foreign = { ...key, toCryptoKey: () => publicKey };
    const keys: KeySet = { find: () => [key, foreign], isCurrent: () => true };
    const token = await new SignJWT({ sub: 'ann' })
      .setProtectedHeader({ alg })
      .setIssuer('issuer')
      .setAudience('api')
      .setExpirationTime('1h')
      .sign(signer.privateKey);
    const guard = createGuard({
      verifiers: [createJwtVerifier({ issuer: 'issuer', audience: 'api', keys })],
      endpoints: { 'GET /any': { scopes: [] } },
    });
    const header = (name: string) => (name === 'authorization' ? `Bearer ${token}` : undefined);
    const decision = await guard.decide({ method: 'GET', path: '/any', header });
    expect(decision).toMatchObject({ allowed: false, error: { code: 'token_invalid' } });
  },
);
