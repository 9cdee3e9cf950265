import { createKeySet } from '@mandate/core/jwt';
import { entra, entraAnyTenant } from '@mandate/core/providers';
import { describe, expect, test } from 'vitest';
import { ANY_CLIENT, TIMES, testProvider } from './test-provider.js';

const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const OTHER_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';
const API = '6e74172b-be56-4843-9ff4-e66a39bb12e3';
const toIssuer = (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`;

// https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer: keys of the common
// endpoint name the issuer whose tokens they sign.
const toJwks = (jwk: object, issuer: string) => ({
  keys: [{ ...jwk, x5t: 'nOo3ZDrODXEK1jKWhXslHR_KXEg', x5c: ['MIIDBTCCAe2gAwIBAgIQ'], issuer }],
});

const contract = {
  page: 'https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference',
  header: { typ: 'JWT' },
  claims: {
    aud: API,
    iss: toIssuer(TENANT),
    nbf: TIMES.iat,
    ...TIMES,
    aio: 'AXQAi/8IAAAAtAaZLo3ChMif6KOnttRB7eBq4/DccQzjcJGxPYy/C3jDaNGxXd6wNIIVGRghNRnwJ1lOcAnNZcjvkoyrFxCttv33140RioOFJ4bCCGVuoCag1uOTT22222gHwLPYQ/uf79QX+0KIijdrmp69RctzmQ==',
    azp: '4f3e9a0a-8b1c-4d9c-9d0e-6f7a8b9c0d1e',
    azpacr: '0',
    name: 'Abe Lincoln',
    oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
    preferred_username: 'abeli@microsoft.com',
    rh: 'I',
    scp: 'access_as_user Orders.Read',
    sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
    tid: TENANT,
    uti: 'fqiBqXLPj0eQa82S-IYFAA',
    ver: '2.0',
  },
  subject: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
  scopes: ['Orders.Read'],
};

const appOnly = {
  subject: 'b1f2a3c4-0000-4000-8000-000000000001',
  claims: {
    scp: undefined,
    roles: ['Orders.Read'],
    idtyp: 'app',
    sub: 'b1f2a3c4-0000-4000-8000-000000000001',
    oid: 'b1f2a3c4-0000-4000-8000-000000000001',
  },
};

const rejected = {
  'a token for another API': {
    claims: { aud: '00000003-0000-0000-c000-000000000000' },
    reason: 'the token is for another audience',
  },
  // https://learn.microsoft.com/entra/identity-platform/access-tokens#token-ownership
  'a token for Microsoft Graph, whose signature only Graph can verify': {
    header: { nonce: 'AQABAAAAAAD' },
    claims: { aud: '00000003-0000-0000-c000-000000000000', scp: 'User.Read' },
    reason: 'the token is for another audience',
  },
  'an ID token of an application that is client and API at once': {
    claims: { azp: undefined, azpacr: undefined, scp: undefined, roles: ['Orders.Read'] },
    reason: 'the token names no client (azp, appid), so it is an ID token',
  },
  'the role of a user in a delegated token': {
    claims: { scp: 'access_as_user', roles: ['Orders.Read'] },
    code: 'scope_required' as const,
    reason: 'the token lacks a scope',
  },
  'an app-only token with a scope': {
    claims: { ...appOnly.claims, scp: 'Orders.Read' },
    reason: 'an app-only token has "scp"',
  },
  'the token of a user without a scope': {
    claims: { scp: undefined, roles: ['Orders.Read'], idtyp: 'user' },
    reason: 'the token of a user has no "scp"',
  },
};

const faults = {
  client: ANY_CLIENT,
  tenant: 'a token of another tenant',
  idToken: 'an ID token of an application that is client and API at once',
  audience: 'a token for another API',
};

testProvider({
  ...contract,
  faults,
  name: 'Entra ID',
  configure: () => entra({ tenantId: TENANT, audience: [API, 'api://orders'] }),
  documents: (jwk) => ({
    [`https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`]: toJwks(
      jwk,
      toIssuer(TENANT),
    ),
  }),
  accepted: {
    'an app-only token': appOnly,
    'a token of version 1': {
      claims: {
        iss: `https://sts.windows.net/${TENANT}/`,
        aud: 'api://orders',
        ver: '1.0',
        azp: undefined,
        appid: '4f3e9a0a-8b1c-4d9c-9d0e-6f7a8b9c0d1e',
        appidacr: '0',
      },
      subject: contract.subject,
    },
  },
  rejected: {
    ...rejected,
    'a token of another tenant': {
      claims: { iss: toIssuer(OTHER_TENANT), tid: OTHER_TENANT },
      reason: 'no verifier accepts the token: its issuer or its form is unknown',
    },
    'a token whose tenant is not that of its issuer': {
      claims: { tid: OTHER_TENANT },
      reason: 'the token belongs to another tenant (tid)',
    },
  },
});

testProvider({
  ...contract,
  faults: { ...faults, tenant: 'a token of a tenant that is not accepted' },
  name: 'Entra ID for several tenants',
  page: 'https://learn.microsoft.com/entra/identity-platform/claims-validation',
  configure: () => entraAnyTenant({ tenants: [TENANT], audience: API }),
  documents: (jwk) => ({
    'https://login.microsoftonline.com/common/discovery/v2.0/keys': toJwks(
      jwk,
      toIssuer('{tenantid}'),
    ),
  }),
  accepted: { 'an app-only token': appOnly },
  rejected: {
    ...rejected,
    'a token of a tenant that is not accepted': {
      claims: { iss: toIssuer(OTHER_TENANT), tid: OTHER_TENANT },
      reason: 'the tenant of the token is not accepted',
    },
    'a token whose tenant is not that of its issuer': {
      claims: { tid: OTHER_TENANT },
      reason: '"iss" and "tid" name different tenants',
    },
    'a token of version 1': {
      claims: { iss: `https://sts.windows.net/${TENANT}/`, ver: '1.0' },
      reason: 'no verifier accepts the token: its issuer or its form is unknown',
    },
  },
});

testProvider({
  ...contract,
  faults: { ...faults, tenant: 'a token of a tenant whose tokens the key does not sign' },
  name: 'Entra ID, any tenant, with the key of private accounts',
  page: 'https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer',
  configure: () => entraAnyTenant({ tenants: 'any', audience: API }),
  claims: { ...contract.claims, iss: toIssuer(OTHER_TENANT), tid: OTHER_TENANT },
  documents: (jwk) => ({
    'https://login.microsoftonline.com/common/discovery/v2.0/keys': toJwks(
      jwk,
      toIssuer(OTHER_TENANT),
    ),
  }),
  rejected: {
    ...rejected,
    'a token of a tenant whose tokens the key does not sign': {
      claims: { iss: toIssuer(TENANT), tid: TENANT },
      reason: 'the key that signed the token belongs to another issuer',
    },
  },
});

// The hosts of version 1 are in an answer of Microsoft: https://learn.microsoft.com/answers/questions/1190472
describe.each([
  ['Azure Government', 'login.microsoftonline.us', 'sts.windows.net'],
  ['Azure China', 'login.partner.microsoftonline.cn', 'sts.chinacloudapi.cn'],
] as const)('%s', (cloud, authorityHost, v1Host) => {
  const page = 'https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud';
  const ownIssuer = `https://${authorityHost}/${TENANT}/v2.0`;
  const own = { ...contract, page, claims: { ...contract.claims, iss: ownIssuer } };
  const ofAnotherCloud = {
    'a token of another cloud': {
      claims: { iss: toIssuer(TENANT) },
      reason: 'no verifier accepts the token: its issuer or its form is unknown',
    },
  };

  testProvider({
    ...own,
    faults: { ...faults, tenant: 'a token of another cloud' },
    name: `Entra ID, ${cloud}`,
    configure: () => entra({ tenantId: TENANT, audience: [API, 'api://orders'], authorityHost }),
    documents: (jwk) => ({
      [`https://${authorityHost}/${TENANT}/discovery/v2.0/keys`]: toJwks(jwk, ownIssuer),
    }),
    accepted: {
      'a token of version 1': {
        claims: { iss: `https://${v1Host}/${TENANT}/`, aud: 'api://orders', ver: '1.0' },
        subject: contract.subject,
      },
    },
    rejected: { ...rejected, ...ofAnotherCloud },
  });

  testProvider({
    ...own,
    faults: { ...faults, tenant: 'a token of another cloud' },
    name: `Entra ID for several tenants, ${cloud}`,
    configure: () => entraAnyTenant({ tenants: [TENANT], audience: API, authorityHost }),
    documents: (jwk) => ({
      [`https://${authorityHost}/common/discovery/v2.0/keys`]: toJwks(
        jwk,
        `https://${authorityHost}/{tenantid}/v2.0`,
      ),
    }),
    rejected: { ...rejected, ...ofAnotherCloud },
  });
});

// The metadata of an external tenant: https://learn.microsoft.com/entra/external-id/customers/overview-customers-ciam
const EXTERNAL = `https://${TENANT}.ciamlogin.com/${TENANT}`;

testProvider({
  ...contract,
  faults: { ...faults, tenant: 'a token of the tenant from another issuer' },
  name: 'Entra External ID',
  configure: () => ({
    ...entra({ tenantId: TENANT, audience: API }),
    issuer: `${EXTERNAL}/v2.0`,
    keys: createKeySet({ url: `${EXTERNAL}/discovery/v2.0/keys` }),
  }),
  claims: { ...contract.claims, iss: `${EXTERNAL}/v2.0` },
  documents: (jwk) => ({
    [`${EXTERNAL}/discovery/v2.0/keys`]: toJwks(jwk, `${EXTERNAL}/v2.0`),
  }),
  rejected: {
    ...rejected,
    'a token of the tenant from another issuer': {
      claims: { iss: toIssuer(TENANT) },
      reason: 'no verifier accepts the token: its issuer or its form is unknown',
    },
    'a token whose tenant is not that of its issuer': {
      claims: { tid: OTHER_TENANT },
      reason: 'the token belongs to another tenant (tid)',
    },
  },
});

test.each([
  [{ tenantId: 'common', audience: API }, 'entra: tenantId must be the UUID of a tenant'],
  [{ tenantId: 'contoso.com', audience: API }, 'entra: tenantId must be the UUID of a tenant'],
  [{ tenantId: TENANT }, 'entra: audience must be a name or a list of names'],
  [
    { tenantId: TENANT, audience: API, authorityHost: 'login.example.com' },
    "entra: authorityHost must be 'login.microsoftonline.com' or",
  ],
  [{ tenant: TENANT, audience: API }, 'unknown option "tenant" in entra; did you mean "tenantId"?'],
])('entra rejects %o', (options, message) => {
  expect(() => entra(options as Parameters<typeof entra>[0])).toThrow(message);
});

test.each([
  [{ audience: API }, 'tenants must be a list of tenant ids, a function, or'],
  [
    { tenants: 'any', audience: API, authorityHost: 'login.microsoftonline.de' },
    "entraAnyTenant: authorityHost must be 'login.microsoftonline.com' or",
  ],
  [{ tenants: [], audience: API }, 'tenants must be a list of tenant ids, a function, or'],
  [{ tenants: 'any' }, 'entraAnyTenant: audience must be a name or a list of names'],
])('entraAnyTenant rejects %o', (options, message) => {
  expect(() => entraAnyTenant(options as Parameters<typeof entraAnyTenant>[0])).toThrow(message);
});
