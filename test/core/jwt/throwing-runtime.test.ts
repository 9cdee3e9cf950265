import { createGuard } from '@mandate/core';
import { createJwtVerifier, type KeySet, type VerificationKey } from '@mandate/core/jwt';
import { describe, expect, test, vi } from 'vitest';
import { PublicKey } from '../../../packages/core/src/keys/jwk.js';
import { createRequest } from '../../support/auth-request.js';
import {
  AUDIENCE,
  fixtureKey,
  ISSUER,
  signToken,
  toKeySet,
  validClaims,
} from '../../support/tokens.js';

const es384 = await fixtureKey('ES384');
const es384Key = await new PublicKey(es384.publicJwk).toCryptoKey('ES384');

/** Node and Web Crypto throw for an invalid key. */
const BROKEN_KEYS: readonly VerificationKey['toCryptoKey'][] = [
  async () => ({}),
  () => ({}),
  () => Promise.reject(new Error('no such algorithm')),
];

function createDecide(...keys: readonly VerificationKey[]) {
  const set: KeySet = { find: () => keys, isCurrent: () => true };
  const verifier = createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: set });
  const guard = createGuard({ verifiers: [verifier] });
  return async (token: string) => guard.authenticate(createRequest({ token }));
}

const toKey = (toCryptoKey: VerificationKey['toCryptoKey']): VerificationKey => ({
  kid: undefined,
  withdrawn: false,
  toCryptoKey,
});

describe.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)('%s', (alg) => {
  test('is a fault of the server, not an invalid token, if the runtime cannot check it', async () => {
    const token = await signToken(validClaims(), { alg });
    for (const toCryptoKey of BROKEN_KEYS) {
      await expect(createDecide(toKey(toCryptoKey))(token)).rejects.toThrow();
    }
  });

  test('verifies with a usable key after a key that the runtime cannot use', async () => {
    const token = await signToken(validClaims(), { alg });
    const good = await toKeySet(await fixtureKey(alg)).find({ alg });
    for (const toCryptoKey of BROKEN_KEYS) {
      const decide = createDecide(toKey(toCryptoKey), ...good);
      expect(await decide(token)).toMatchObject({ allowed: true });
    }
  });
});

describe('a key of another type than the algorithm', () => {
  test.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)(
    'rejects every token: %s',
    async (alg) => {
      const decide = createDecide(toKey(() => es384Key));
      const decision = await decide(await signToken(validClaims(), { alg })).catch(() => 'fault');
      expect(['fault', expect.objectContaining({ allowed: false })]).toContainEqual(decision);
    },
  );
});

describe('importing a key', () => {
  test('fails if the runtime lacks the algorithm, and is tried again', async () => {
    const key = new PublicKey(es384.publicJwk);
    const missing = new DOMException('Unrecognized name', 'NotSupportedError');
    vi.spyOn(crypto.subtle, 'importKey').mockRejectedValueOnce(missing);
    await expect(key.toCryptoKey('ES384')).rejects.toBe(missing);
    expect(await key.toCryptoKey('ES384')).toBeDefined();
  });
});
