import { duende } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import {
  ANY_CLIENT,
  TIMES,
  testProvider,
  UNKNOWN_ISSUER,
  WRONG_AUDIENCE,
} from './test-provider.js';

const ISSUER = 'https://identity.example.com';
const valid = { issuer: ISSUER, audience: 'orders' };

testProvider({
  name: 'Duende IdentityServer',
  faults: {
    client: ANY_CLIENT,
    tenant: 'a token of another server',
    idToken: 'an ID token',
    audience: 'a token for another API',
  },
  page: 'https://docs.duendesoftware.com/identityserver/tokens/',
  configure: () => duende(valid),
  documents: (jwk) => ({
    [`${ISSUER}/.well-known/openid-configuration`]: {
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/.well-known/openid-configuration/jwks`,
      token_endpoint: `${ISSUER}/connect/token`,
    },
    [`${ISSUER}/.well-known/openid-configuration/jwks`]: { keys: [jwk] },
  }),
  header: { typ: 'at+jwt' },
  claims: {
    iss: ISSUER,
    nbf: TIMES.iat,
    ...TIMES,
    aud: ['orders', 'invoices'],
    scope: ['openid', 'orders.read'],
    amr: ['pwd'],
    client_id: 'web_app',
    sub: '123',
    auth_time: TIMES.iat,
    idp: 'local',
    sid: 'ABC',
    jti: '2C56A356A306E64AFC7D2C6399E23A17',
  },
  subject: '123',
  scopes: ['orders.read'],
  accepted: {
    'a token of client credentials, without "sub"': {
      claims: { sub: undefined, amr: undefined, sid: undefined },
      subject: 'web_app',
    },
    'scopes as text': { claims: { scope: 'openid orders.read' }, subject: '123' },
  },
  rejected: {
    'a token of another server': {
      claims: { iss: 'https://identity.other.example' },
      reason: UNKNOWN_ISSUER,
    },
    'a token for another API': { claims: { aud: 'invoices' }, reason: WRONG_AUDIENCE },
    'a token without an API resource': { claims: { aud: undefined }, reason: WRONG_AUDIENCE },
    'an ID token': {
      header: { typ: 'JWT' },
      claims: { aud: 'orders', client_id: undefined },
      reason: 'the type of the token is not accepted',
    },
    'a log-out token': {
      header: { typ: 'logout+jwt' },
      reason: 'the type of the token is not accepted',
    },
    'a token that names no client': {
      claims: { client_id: undefined },
      reason: 'the token names no client (client_id)',
    },
  },
});

test.each([
  [{ audience: 'a' }, 'duende: issuer must be a URL as a string'],
  [{ ...valid, issuer: 'http://identity' }, 'duende: issuer must be https:'],
  [{ ...valid, audience: null }, 'duende: audience must be a name or a list of names'],
  [{ ...valid, authority: 'a' }, 'unknown option "authority" in duende'],
])('duende rejects %o', (options, message) => {
  expect(() => duende(options as unknown as Parameters<typeof duende>[0])).toThrow(message);
});
