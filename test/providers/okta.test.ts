import { okta } from '@mandate/core/providers';
import { expect, test } from 'vitest';
import { ANY_CLIENT, TIMES, testProvider } from './test-provider.js';

const ISSUER = 'https://example.okta.com/oauth2/default';

testProvider({
  name: 'Okta',
  faults: {
    client: ANY_CLIENT,
    tenant: 'a token of another authorization server',
    idToken: 'an ID token, even with the audience of the API',
    audience: 'a token for another audience',
  },
  page: 'https://developer.okta.com/docs/reference/api/oidc/#access-token-payload',
  configure: () =>
    okta({ domain: 'example.okta.com', authorizationServer: 'default', audience: 'api://default' }),
  documents: (jwk) => ({ [`${ISSUER}/v1/keys`]: { keys: [jwk] } }),
  header: {},
  claims: {
    ver: 1,
    jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
    iss: ISSUER,
    aud: 'api://default',
    sub: 'ada@example.com',
    ...TIMES,
    cid: '0oabskvc6442nkvQO0h7',
    uid: '00ujmkLgagxeRrAg20g3',
    scp: ['openid', 'orders.read'],
    groups: ['Everyone'],
  },
  subject: 'ada@example.com',
  scopes: ['orders.read'],
  accepted: {
    'a token of client credentials': {
      claims: { sub: '0oabskvc6442nkvQO0h7', uid: undefined, scp: ['orders.read'] },
      subject: '0oabskvc6442nkvQO0h7',
    },
  },
  rejected: {
    'a token of the org authorization server': {
      claims: { iss: 'https://example.okta.com', aud: 'https://example.okta.com' },
      reason: 'no verifier accepts the token: its issuer or its form is unknown',
    },
    'a token of another authorization server': {
      claims: { iss: 'https://example.okta.com/oauth2/aus9o8wzkhckw9TLa0h7' },
      reason: 'no verifier accepts the token: its issuer or its form is unknown',
    },
    'a token for another audience': {
      claims: { aud: 'api://other' },
      reason: 'the token is for another audience',
    },
    'an ID token, which is for the client': {
      claims: { aud: '0oabskvc6442nkvQO0h7', cid: undefined, scp: undefined },
      reason: 'the token is for another audience',
    },
    'an ID token, even with the audience of the API': {
      claims: { cid: undefined, nonce: 'n-0S6_WzA2Mj' },
      reason: 'the token names no client (cid), so it is an ID token',
    },
    'a scope in "scope"': {
      claims: { scp: ['openid'], scope: 'orders.read' },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
  },
});

const valid = { domain: 'a.okta.com', authorizationServer: 'default', audience: 'a' };

test.each([
  [{ ...valid, domain: 'https://a.okta.com' }, 'okta: domain must be a host name'],
  [{ ...valid, authorizationServer: undefined }, 'okta: authorizationServer must be the ID'],
  [{ ...valid, authorizationServer: '../x' }, 'okta: authorizationServer must be the ID'],
  [{ ...valid, audience: undefined }, 'okta: audience must be a name or a list of names'],
  [{ ...valid, server: 'default' }, 'unknown option "server" in okta'],
])('okta rejects %o', (options, message) => {
  expect(() => okta(options as Parameters<typeof okta>[0])).toThrow(message);
});
