import { apple } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { TIMES, testProvider, UNKNOWN_ISSUER, WRONG_AUDIENCE } from './test-provider.js';

const SUBJECT = '001999.5e0ae2a2d7a14ca19ee0d0dc5e0ff4e5.1234';

testProvider({
  name: 'Apple',
  faults: {
    client: 'a token of another app',
    tenant: 'a token of another issuer',
    idToken: 'none: applications send the ID token',
    audience: 'a token of another app',
  },
  page: 'https://developer.apple.com/documentation/signinwithapple/authenticating-users-with-sign-in-with-apple',
  configure: () => apple({ clientIds: ['com.example.app'] }),
  documents: (jwk) => ({ 'https://appleid.apple.com/auth/keys': { keys: [jwk] } }),
  header: {},
  claims: {
    iss: 'https://appleid.apple.com',
    aud: 'com.example.app',
    ...TIMES,
    sub: SUBJECT,
    c_hash: 'TWxkcLxxxxxxxxxxxxxxxx',
    email: 'abc123@privaterelay.appleid.com',
    email_verified: 'true',
    is_private_email: 'true',
    auth_time: TIMES.iat,
    nonce_supported: true,
  },
  subject: SUBJECT,
  rejected: {
    'a token of another app': { claims: { aud: 'com.example.other' }, reason: WRONG_AUDIENCE },
    'a token of another issuer': {
      claims: { iss: 'https://account.apple.com' },
      reason: UNKNOWN_ISSUER,
    },
    'a notification about an account': {
      claims: { events: '{"type":"consent-revoked","sub":"001999"}', sub: undefined },
      reason: 'the token is a notification (events), not a log-in',
    },
    'a token without a subject': { claims: { sub: undefined }, reason: 'the token has no subject' },
    'a client secret, which the application signs itself': {
      header: { alg: 'ES256' },
      reason: 'the algorithm is not allowed',
    },
  },
});

test.each([
  [{}, 'apple: clientIds must be a name or a list of names'],
  [{ clientIds: [''] }, 'apple: clientIds must be a name or a list of names'],
  [{ clientId: 'a' }, 'unknown option "clientId" in apple; did you mean "clientIds"?'],
])('apple rejects %o', (options, message) => {
  expect(() => apple(options as Parameters<typeof apple>[0])).toThrow(message);
});
