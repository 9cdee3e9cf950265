import { pingOne } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import {
  ANY_CLIENT,
  TIMES,
  testProvider,
  UNKNOWN_ISSUER,
  WRONG_AUDIENCE,
} from './test-provider.js';

const ENVIRONMENT = 'abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6';
const ISSUER = `https://auth.pingone.eu/${ENVIRONMENT}/as`;
const valid = {
  environmentId: ENVIRONMENT,
  audience: 'https://api.example.com',
  host: 'auth.pingone.eu',
};

testProvider({
  name: 'PingOne',
  faults: {
    client: ANY_CLIENT,
    tenant: 'a token of another environment',
    idToken: 'an ID token',
    audience: 'a token for the PingOne API',
  },
  page: 'https://developer.pingidentity.com/pingone-api/foundations/authentication-concepts/access-tokens-and-id-tokens/token-claims.html',
  configure: () => pingOne(valid),
  documents: (jwk) => ({ [`${ISSUER}/jwks`]: { keys: [jwk] } }),
  header: {},
  claims: {
    client_id: '63ed4eba-0b1b-4ba7-a2ab-3d1d5e4b0a11',
    iss: ISSUER,
    ...TIMES,
    aud: ['https://api.example.com'],
    scope: 'openid orders:read',
    sub: '1c2e1b52-4c5b-4a2d-8f0a-6d7e8f901234',
    sid: '65ddf3c5-1a3b-4f1e-9a2b-0c1d2e3f4a5b',
  },
  subject: '1c2e1b52-4c5b-4a2d-8f0a-6d7e8f901234',
  scopes: ['orders:read'],
  accepted: {
    'a token of client credentials, without "sub"': {
      header: { typ: 'at+jwt' },
      claims: { sub: undefined, sid: undefined },
      subject: '63ed4eba-0b1b-4ba7-a2ab-3d1d5e4b0a11',
    },
  },
  rejected: {
    'a token of another environment': {
      claims: { iss: 'https://auth.pingone.eu/00000000-49eb-49f5-a5d9-80ad5c98f9f6/as' },
      reason: UNKNOWN_ISSUER,
    },
    'a token of another region': {
      claims: { iss: `https://auth.pingone.com/${ENVIRONMENT}/as` },
      reason: UNKNOWN_ISSUER,
    },
    'a token for the PingOne API': {
      claims: { aud: ['https://api.pingone.eu'] },
      reason: WRONG_AUDIENCE,
    },
    'an ID token': {
      claims: { client_id: undefined, scope: undefined },
      reason: 'the token names no client (client_id), so it is an ID token',
    },
    'an empty subject': { claims: { sub: '' }, reason: 'the token has no subject' },
    'a token without the scope': {
      claims: { scope: 'openid' },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
  },
});

test.each([
  [{ ...valid, environmentId: 'prod' }, 'pingOne: environmentId must be the UUID'],
  [{ ...valid, audience: undefined }, 'pingOne: audience must be a name or a list of names'],
  [{ ...valid, host: 'https://a' }, 'pingOne: host must be a host name'],
  [{ ...valid, region: 'eu' }, 'unknown option "region" in pingOne'],
])('pingOne rejects %o', (options, message) => {
  expect(() => pingOne(options as Parameters<typeof pingOne>[0])).toThrow(message);
});
