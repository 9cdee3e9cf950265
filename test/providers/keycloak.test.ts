import { keycloak } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { ANY_CLIENT, TIMES, testProvider } from './test-provider.js';

const ISSUER = 'https://sso.example.com/realms/staff';

testProvider({
  name: 'Keycloak',
  faults: {
    client: ANY_CLIENT,
    tenant: 'a token of another realm',
    idToken: 'an ID token',
    audience: 'a token without the audience of the API',
  },
  page: 'https://www.keycloak.org/docs/latest/server_admin/#_oidc_token_role_mappings',
  configure: () => keycloak({ url: 'https://sso.example.com', realm: 'staff', client: 'orders' }),
  documents: (jwk) => ({
    // A realm publishes a key for encryption as well.
    [`${ISSUER}/protocol/openid-connect/certs`]: {
      keys: [{ ...jwk, kid: 'encryption', alg: 'RSA-OAEP', use: 'enc' }, jwk],
    },
  }),
  header: { typ: 'JWT' },
  claims: {
    ...TIMES,
    jti: 'onrtac:5c4c2ee2-ea2f-4a4e-9a3a-1c9c0e8f4b5e',
    iss: ISSUER,
    aud: ['orders', 'account'],
    sub: 'f3b9c6d1-9d5f-4f6e-8a0b-1f3d5a1c2b3e',
    typ: 'Bearer',
    azp: 'web-shop',
    sid: '0d7a8a1e-8d5a-4a3b-9a3e-6b2b1f0c9d8e',
    acr: '1',
    realm_access: { roles: ['offline_access', 'admin'] },
    resource_access: {
      orders: { roles: ['orders:read'] },
      account: { roles: ['manage-account'] },
    },
    scope: 'openid profile orders:write',
    preferred_username: 'ada',
  },
  subject: 'f3b9c6d1-9d5f-4f6e-8a0b-1f3d5a1c2b3e',
  scopes: ['orders:read'],
  rejected: {
    'a token of another realm': {
      claims: { iss: 'https://sso.example.com/realms/master' },
      reason: 'no verifier accepts the token: its issuer or its form is unknown',
    },
    'a token without the audience of the API': {
      claims: { aud: 'account' },
      reason: 'the token is for another audience',
    },
    'an ID token': {
      claims: { typ: 'ID', aud: 'orders' },
      reason: 'the claim "typ" is not Bearer, so it is not an access token',
    },
    'a log-out token': {
      claims: { typ: 'Logout' },
      reason: 'the claim "typ" is not Bearer, so it is not an access token',
    },
    'a token that is bound to a key': {
      claims: { typ: 'DPoP', cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } },
      reason: 'the token is bound to a key (cnf), so it is not a plain bearer token',
    },
    'a role of another client': {
      claims: { resource_access: { 'other-api': { roles: ['orders:read'] } } },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
    'a realm role': {
      claims: { resource_access: {}, realm_access: { roles: ['orders:read'] } },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
    'a scope, which a client asks for by itself': {
      claims: { resource_access: undefined, scope: 'orders:read' },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
    'a token without the scope "basic", and so without "sub"': {
      claims: { sub: undefined },
      reason: 'the token has no subject',
    },
  },
});

const valid = { url: 'https://sso.example.com', realm: 'staff', client: 'orders' };

test.each([
  [{ ...valid, url: 'http://keycloak:8080' }, 'keycloak: issuer must be https:, or http: on a'],
  [{ ...valid, url: undefined }, 'keycloak: issuer is not a valid URL'],
  [{ ...valid, realm: 'a/b' }, 'keycloak: realm must be the name of a realm'],
  [{ ...valid, client: '' }, 'keycloak: client must be a string without white space'],
  [{ ...valid, audience: [] }, 'keycloak: audience must be a name or a list of names'],
  [{ ...valid, clientId: 'a' }, 'unknown option "clientId" in keycloak'],
])('keycloak rejects %o', (options, message) => {
  expect(() => keycloak(options as Parameters<typeof keycloak>[0])).toThrow(message);
});

test('keycloak takes http: inside a cluster if it is allowed, and omits a trailing slash', () => {
  const issuer = keycloak({ ...valid, url: 'http://keycloak:8080/', allowHttp: true });
  expect(issuer.issuer).toBe('http://keycloak:8080/realms/staff');
});

test('keycloak finds no roles where a client has the name of an inherited property', () => {
  const { scopes } = keycloak({ ...valid, client: 'constructor' });
  expect((scopes as (claims: object) => unknown)({ resource_access: {} })).toEqual([]);
});
