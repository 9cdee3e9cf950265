import { createJwtVerifier } from '@mandate/core/jwt';
import { cognito } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { judgeToken } from '../support/judge-token.js';
import { fixtureKey, signToken, toKeySet, validClaims } from '../support/tokens.js';

const keys = toKeySet(await fixtureKey());
const options = { userPoolId: 'us-east-1_EXAMPLE', clientIds: ['client-1'], keys };
const claims = validClaims({ iss: cognito(options).issuer, token_use: 'access' });

const judge = (issuer: Parameters<typeof createJwtVerifier>[0], changes: object = {}) =>
  signToken({ ...claims, ...changes }, { typ: undefined, alg: 'ES256' }).then((token) =>
    judgeToken(createJwtVerifier(issuer, { now: Date.now }), token),
  );

test('a provider verifies with other keys', async () => {
  const issuer = { ...cognito(options), algorithms: ['ES256'] as const };
  expect(await judge(issuer)).toMatchObject({ subject: 'ada@example.com' });
});

test('a further refusal stands beside those of the provider', async () => {
  const issuer = cognito({
    ...options,
    refuseClaims: ({ sub }) => (sub === 'eve' ? 'eve was dismissed' : undefined),
  });
  const own = { ...issuer, algorithms: ['ES256'] as const };
  expect(await judge(own)).toMatchObject({ subject: 'ada@example.com' });
  expect(await judge(own, { sub: 'eve' })).toBe('token_invalid');
  expect(await judge(own, { token_use: 'id' })).toBe('token_invalid');
});

test('the issuer of a provider can be extended', async () => {
  const issuer = { ...cognito(options), algorithms: ['ES256'] as const, maxTokenAgeSeconds: 60 };
  expect(await judge(issuer)).toMatchObject({ subject: 'ada@example.com' });
  expect(await judge(issuer, { iat: claims.iat - 120 })).toBe('token_expired');
});
