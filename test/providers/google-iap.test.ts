import { googleIap } from '@mandate/core/providers';
import { createTokenFinder } from '@mandate/core/token-places';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER, WRONG_AUDIENCE } from './test-provider.js';

const AUDIENCE = '/projects/123456789/global/backendServices/987654321';

testProvider({
  name: 'Google Identity-Aware Proxy',
  faults: {
    client: 'a token for another backend',
    tenant: 'a token for another project',
    idToken: 'an ID token of the same person',
    audience: 'a token for another backend',
  },
  page: 'https://cloud.google.com/iap/docs/signed-headers-howto',
  alg: 'ES256',
  place: 'x-goog-iap-jwt-assertion',
  guard: { token: createTokenFinder([{ header: 'x-goog-iap-jwt-assertion' }]) },
  configure: () => googleIap({ audience: AUDIENCE }),
  documents: (jwk) => ({ 'https://www.gstatic.com/iap/verify/public_key-jwk': { keys: [jwk] } }),
  header: { typ: 'JWT' },
  claims: {
    ...TIMES,
    aud: AUDIENCE,
    iss: 'https://cloud.google.com/iap',
    hd: 'example.com',
    google: { access_levels: ['accessPolicies/1/accessLevels/recent'] },
    sub: 'accounts.google.com:113',
    email: 'ada@example.com',
  },
  subject: 'accounts.google.com:113',
  rejected: {
    'a token for another backend': {
      claims: { aud: '/projects/123456789/global/backendServices/1' },
      reason: WRONG_AUDIENCE,
    },
    'a token for another project': {
      claims: { aud: '/projects/1/global/backendServices/987654321' },
      reason: WRONG_AUDIENCE,
    },
    'an ID token of the same person': {
      claims: { iss: 'https://accounts.google.com' },
      reason: UNKNOWN_ISSUER,
    },
    'another algorithm': { header: { alg: 'RS256' }, reason: 'the algorithm is not allowed' },
    'a token without a subject': { claims: { sub: '' }, reason: 'the token has no subject' },
    'an unknown key': {
      header: { kid: 'other' },
      code: 'token_invalid',
      reason: 'the issuer has no key for this token',
    },
  },
});

test.each([
  [{}, 'googleIap: audience must be the signed header JWT audience'],
  [
    { audience: 'https://example.com' },
    'googleIap: audience must be the signed header JWT audience',
  ],
  [{ audience: AUDIENCE, key: 1 }, 'unknown option "key" in googleIap; did you mean "keys"?'],
])('googleIap rejects %o', (options, message) => {
  expect(() => googleIap(options as Parameters<typeof googleIap>[0])).toThrow(message);
});
