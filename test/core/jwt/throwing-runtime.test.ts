import { createGuard, createJwtVerifier, type KeySet } from '@mandate/core';
import { generateKeyPair, SignJWT } from 'jose';
import { expect, test } from 'vitest';

test('a signature check that the runtime throws at lets nobody through', async () => {
  const signer = await generateKeyPair('ES256');
  const { publicKey } = await generateKeyPair('ES384');
  // Web Crypto throws for a key of another kind than the algorithm's.
  const key = { kid: undefined, withdrawn: false, toCryptoKey: async () => ({}) };
  const foreign = { ...key, toCryptoKey: async () => publicKey };
  const keys: KeySet = { find: () => [key, foreign], isCurrent: () => true };
  const token = await new SignJWT({ sub: 'ann' })
    .setProtectedHeader({ alg: 'ES256' })
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
});
