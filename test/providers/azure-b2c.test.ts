import { createJwtVerifier } from '@mandate/core/jwt';
import { azureB2c } from '@mandate/core/providers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fixtureKey } from '../support/tokens.js';
import {
  ANY_CLIENT,
  TIMES,
  testProvider,
  UNKNOWN_ISSUER,
  WRONG_AUDIENCE,
} from './test-provider.js';

const TENANT = '775527ff-9a37-4307-8b3d-cc311f58d925';
const API = '90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6';
const valid = { tenantName: 'contoso', tenantId: TENANT, policy: 'B2C_1_sign_in', audience: API };

testProvider({
  name: 'Azure AD B2C',
  faults: {
    client: ANY_CLIENT,
    tenant: 'a token of another tenant',
    idToken: 'an ID token of an application that is client and API at once',
    audience: 'a token for another API',
  },
  page: 'https://learn.microsoft.com/azure/active-directory-b2c/tokens-overview',
  configure: () => azureB2c(valid),
  documents: (jwk) => ({
    'https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_sign_in/discovery/v2.0/keys': {
      keys: [{ ...jwk, nbf: 1493763266, alg: undefined }],
    },
  }),
  header: { typ: 'JWT' },
  claims: {
    iss: `https://contoso.b2clogin.com/${TENANT}/v2.0/`,
    ...TIMES,
    nbf: TIMES.iat,
    aud: API,
    sub: '884408e1-2918-4cz0-b12d-3aa027d7563b',
    tfp: 'B2C_1_sign_in',
    scp: 'orders.read',
    azp: '4f3e9a0a-8b1c-4d9c-9d0e-6f7a8b9c0d1e',
    ver: '1.0',
    auth_time: TIMES.iat,
  },
  subject: '884408e1-2918-4cz0-b12d-3aa027d7563b',
  scopes: ['orders.read'],
  accepted: {
    'a token of the compatibility settings': {
      claims: {
        iss: `https://contoso.b2clogin.com/tfp/${TENANT}/b2c_1_sign_in/v2.0/`,
        tfp: undefined,
        acr: 'b2c_1_sign_in',
      },
      subject: '884408e1-2918-4cz0-b12d-3aa027d7563b',
    },
  },
  rejected: {
    'a token of another tenant': {
      claims: { iss: 'https://contoso.b2clogin.com/00000000-9a37-4307-8b3d-cc311f58d925/v2.0/' },
      reason: UNKNOWN_ISSUER,
    },
    'a token of another policy': {
      claims: { tfp: 'B2C_1_password_reset' },
      reason: 'the token was issued by another policy (tfp, acr)',
    },
    'a token without a policy': {
      claims: { tfp: undefined },
      reason: 'the token was issued by another policy (tfp, acr)',
    },
    'a token for another API': { claims: { aud: 'other' }, reason: WRONG_AUDIENCE },
    'an ID token of an application that is client and API at once': {
      claims: { azp: undefined, scp: undefined },
      reason: 'the token names no client (azp, appid), so it is an ID token',
    },
    'a token without the scope': {
      claims: { scp: 'orders.write' },
      code: 'scope_required',
      reason: 'the token lacks a scope',
    },
  },
});

test('azureB2c takes the issuer and the keys from a custom domain', async () => {
  // https://learn.microsoft.com/azure/active-directory-b2c/custom-domain
  const fetched: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    fetched.push(url);
    return Response.json({ keys: [(await fixtureKey('RS256')).publicJwk] });
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const issuer = azureB2c({
    ...valid,
    tenantId: TENANT.toUpperCase(),
    domain: 'login.contoso.com',
  });
  expect(issuer.issuer).toEqual([
    `https://login.contoso.com/${TENANT}/v2.0/`,
    `https://login.contoso.com/tfp/${TENANT}/b2c_1_sign_in/v2.0/`,
  ]);
  await createJwtVerifier(issuer).warmUp?.();
  expect(fetched).toEqual([
    'https://login.contoso.com/contoso.onmicrosoft.com/b2c_1_sign_in/discovery/v2.0/keys',
  ]);
});

test.each([
  [{ ...valid, domain: 'https://login.contoso.com/' }, 'azureB2c: domain must be a host name'],
  [{ ...valid, tenantName: 'contoso.onmicrosoft.com' }, 'tenantName must be the name of the'],
  [{ ...valid, tenantId: 'contoso' }, 'azureB2c: tenantId must be the UUID of the tenant'],
  [{ ...valid, policy: undefined }, 'azureB2c: policy must be the name of a user flow'],
  [{ ...valid, audience: '' }, 'azureB2c: audience must be a name or a list of names'],
  [{ ...valid, tenant: 'a' }, 'unknown option "tenant" in azureB2c'],
])('azureB2c rejects %o', (options, message) => {
  expect(() => azureB2c(options as Parameters<typeof azureB2c>[0])).toThrow(message);
});
