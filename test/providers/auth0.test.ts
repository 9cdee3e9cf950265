import { auth0 } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { ANY_CLIENT, TIMES, testProvider } from './test-provider.js';

const claims = {
  iss: 'https://my-domain.auth0.com/',
  sub: 'auth0|123456',
  aud: ['https://example.com/health-api', 'https://my-domain.auth0.com/userinfo'],
  azp: 'my_client_id',
  ...TIMES,
  scope: 'openid profile read:patients read:admin',
};

const contract = {
  page: 'https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles',
  header: { typ: 'JWT' },
  subject: 'auth0|123456',
  // https://auth0.com/docs/secure/tokens/json-web-tokens/locate-json-web-key-sets
  documents: (jwk: object) => ({
    'https://my-domain.auth0.com/.well-known/jwks.json': {
      keys: [{ ...jwk, x5t: 'NjVBRjY5MDlCMUIwNzU4RTA2QzZFMDQ4QzQ2MDAyQjVDNjk1RTM2Qg', x5c: [] }],
    },
  }),
};

const rejected = {
  'a token of another tenant': {
    claims: { iss: 'https://other.auth0.com/' },
    reason: 'no verifier accepts the token: its issuer or its form is unknown',
  },
  'a token for another API': {
    claims: { aud: ['https://example.com/other', 'https://my-domain.auth0.com/userinfo'] },
    reason: 'the token is for another audience',
  },
  'an ID token, which is for the client': {
    claims: { aud: 'my_client_id', azp: undefined, scope: undefined, nonce: 'n-0S6_WzA2Mj' },
    reason: 'the token is for another audience',
  },
  'an ID token, even with the audience of the API': {
    claims: { azp: undefined },
    reason: 'the token names no client, so it is not an access token of Auth0',
  },
  'a symmetric signature': {
    header: { alg: 'HS256' },
    reason: 'the algorithm is not allowed',
  },
};

const faults = {
  client: ANY_CLIENT,
  tenant: 'a token of another tenant',
  idToken: 'an ID token, even with the audience of the API',
  audience: 'a token for another API',
};

testProvider({
  ...contract,
  faults,
  name: 'Auth0 without RBAC',
  claims,
  scopes: ['read:patients'],
  configure: () =>
    auth0({
      domain: 'my-domain.auth0.com',
      audience: 'https://example.com/health-api',
      scopesFrom: 'scope',
    }),
  accepted: {
    'a token of the RFC 9068 profile': {
      header: { typ: 'at+jwt' },
      claims: { azp: undefined, client_id: 'my_client_id', jti: '73WakrfVbNJBaAmhQtEeDv' },
      subject: 'auth0|123456',
    },
    'a token of client credentials': {
      claims: { sub: 'my_client_id@clients', gty: 'client-credentials', scope: 'read:patients' },
      subject: 'my_client_id@clients',
    },
  },
  rejected: {
    ...rejected,
    'a permission that is not in scope': {
      claims: { scope: 'openid', permissions: ['read:patients'] },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
  },
});

testProvider({
  ...contract,
  faults,
  name: 'Auth0 with RBAC',
  claims: { ...claims, scope: 'openid profile', permissions: ['read:patients'] },
  scopes: ['read:patients'],
  configure: () =>
    auth0({
      domain: 'my-domain.auth0.com',
      audience: 'https://example.com/health-api',
      scopesFrom: 'permissions',
    }),
  rejected: {
    ...rejected,
    'a scope that is not a permission': {
      claims: { scope: 'read:patients', permissions: [] },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
  },
});

const valid = { domain: 'a.auth0.com', audience: 'a', scopesFrom: 'scope' } as const;

test.each([
  [{ ...valid, domain: 'https://a.auth0.com/' }, 'auth0: domain must be a host name without a'],
  [{ ...valid, domain: '' }, 'auth0: domain must be a host name'],
  [{ ...valid, audience: null }, 'auth0: audience must be a name or a list of names'],
  [{ ...valid, audience: [] }, 'auth0: audience must be a name or a list of names'],
  [{ ...valid, scopesFrom: undefined }, "auth0: scopesFrom must be 'scope' or 'permissions'"],
  [{ ...valid, scopeFrom: 'scope' }, 'unknown option "scopeFrom" in auth0; did you mean'],
  [{ ...valid, refuseClaims: 'no' }, 'auth0: refuseClaims must be a function'],
])('auth0 rejects %o', (options, message) => {
  expect(() => auth0(options as unknown as Parameters<typeof auth0>[0])).toThrow(message);
});
