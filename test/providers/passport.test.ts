import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { createLocalKeySet } from '@mandate/core/jwt';
import { toJwk } from '@mandate/core/key-formats';
import { passport } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { fixtureKey } from '../support/tokens.js';
import { TIMES, testProvider, WRONG_AUDIENCE } from './test-provider.js';

const { publicJwk } = await fixtureKey('RS256');
// As `php artisan passport:keys` writes storage/oauth-public.key.
const pem = createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' }).export({
  type: 'spki',
  format: 'pem',
});
const keys = createLocalKeySet(await toJwk(String(pem), { algorithm: 'RS256' }));

/** Current versions of Passport give clients UUIDs by default. */
const CLIENT = '9d2f1a0e-5b3c-4d7e-8f6a-1b2c3d4e5f60';

testProvider({
  name: 'Laravel Passport',
  faults: {
    client: 'a token of another client',
    tenant: 'a token of another issuer',
    idToken: 'none: Passport is not an OpenID provider',
    audience: 'a token of another client',
  },
  page: 'https://laravel.com/docs/passport',
  configure: () => passport({ keys, clientIds: ['3', '9', CLIENT] }),
  documents: () => ({}),
  header: { typ: 'JWT', kid: undefined },
  claims: {
    aud: '3',
    jti: '0f2b7b1d0a4c4e6f8a9b0c1d2e3f405162738495a6b7c8d9e0f1021324354657',
    ...TIMES,
    nbf: TIMES.iat,
    sub: '7',
    scopes: ['orders:read'],
  },
  subject: '7',
  scopes: ['orders:read'],
  accepted: {
    'a token of client credentials, with an empty "sub"': {
      claims: { sub: '' },
      subject: 'client:3',
    },
    'a token of client credentials, with the client in "sub"': {
      claims: { sub: CLIENT, aud: [CLIENT] },
      subject: `client:${CLIENT}`,
    },
  },
  rejected: {
    'a token of another client': { claims: { aud: '4' }, reason: WRONG_AUDIENCE },
    'a token of another issuer': {
      claims: { iss: 'https://other.example' },
      reason: 'the token names an issuer, so it is not one of Passport',
    },
    // https://laravel.com/docs/passport#client-credentials-grant: the user 3 may be meant, or the client 3.
    'a number that may be the user or the client': {
      claims: { sub: '3', aud: ['3'] },
      reason: '"sub" is the number of the client, which may be that of a user as well',
    },
    'a token for several clients': {
      claims: { aud: ['4', '3'], sub: '' },
      reason: 'the token is for several clients',
    },
    'a token without a subject': { claims: { sub: undefined }, reason: 'the token has no subject' },
    'the scope of everything, which is not expanded': {
      claims: { scopes: ['*'] },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
    'a number as subject': { claims: { sub: 7 }, reason: '"sub" is not a string' },
  },
});

test.each([
  [{ clientIds: '3' }, 'passport: keys are required'],
  [{ keys }, 'passport: clientIds must be a name or a list of names'],
  [{ keys, clientId: '3' }, 'unknown option "clientId" in passport; did you mean "clientIds"?'],
])('passport rejects %o', (options, message) => {
  expect(() => passport(options as Parameters<typeof passport>[0])).toThrow(message);
});
