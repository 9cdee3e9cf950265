import { hydra } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import {
  ANY_CLIENT,
  TIMES,
  testProvider,
  UNKNOWN_ISSUER,
  WRONG_AUDIENCE,
} from './test-provider.js';

const ISSUER = 'https://hydra.example.com';
const valid = { issuer: ISSUER, audience: 'https://api.example.com' };

testProvider({
  name: 'Ory Hydra',
  faults: {
    client: ANY_CLIENT,
    tenant: 'a token of another server',
    idToken: 'an ID token for a client that is called like the API',
    audience: 'a token for another API',
  },
  page: 'https://www.ory.sh/docs/oauth2-oidc/jwt-access-token',
  configure: () => hydra(valid),
  documents: (jwk) => ({
    [`${ISSUER}/.well-known/openid-configuration`]: {
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    },
    [`${ISSUER}/.well-known/jwks.json`]: { keys: [jwk] },
  }),
  header: { typ: 'JWT' },
  claims: {
    aud: ['https://api.example.com'],
    client_id: 'web',
    ...TIMES,
    nbf: TIMES.iat,
    ext: {},
    iss: ISSUER,
    jti: '55a9d8b5-6d4c-4e0a-9f7a-1c2d3e4f5a6b',
    scp: ['openid', 'orders.read'],
    sub: 'ada',
  },
  subject: 'ada',
  scopes: ['orders.read'],
  accepted: {
    'a token of client credentials': { claims: { sub: 'web' }, subject: 'web' },
    'scopes as text': { claims: { scp: undefined, scope: 'orders.read' }, subject: 'ada' },
  },
  rejected: {
    'a token of another server': { claims: { iss: `${ISSUER}/` }, reason: UNKNOWN_ISSUER },
    'a token for which the client asked for no audience': {
      claims: { aud: [] },
      reason: WRONG_AUDIENCE,
    },
    'a token for another API': { claims: { aud: ['other'] }, reason: WRONG_AUDIENCE },
    'an ID token': {
      claims: { aud: ['web'], client_id: undefined, scp: undefined },
      reason: WRONG_AUDIENCE,
    },
    'an ID token for a client that is called like the API': {
      claims: { client_id: undefined },
      reason: 'the token names no client (client_id), so it is an ID token',
    },
    'a claim that only the session of the consent added': {
      claims: { scp: [], ext: { scp: ['orders.read'] } },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
  },
});

test.each([
  [{ audience: 'a' }, 'hydra: issuer must be a URL as a string'],
  [{ ...valid, issuer: `${ISSUER}?a` }, 'hydra: issuer must have neither a query'],
  [{ ...valid, audience: [] }, 'hydra: audience must be a name or a list of names'],
  [{ ...valid, url: 'a' }, 'unknown option "url" in hydra'],
])('hydra rejects %o', (options, message) => {
  expect(() => hydra(options as Parameters<typeof hydra>[0])).toThrow(message);
});
