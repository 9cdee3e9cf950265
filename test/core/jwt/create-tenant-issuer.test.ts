import {
  createJwtVerifier,
  createLocalKeySet,
  createTenantIssuer,
  type TenantIssuerOptions,
} from '@mandate/core/jwt';
import { describe, expect, test } from 'vitest';
import { judgeToken } from '../../support/judge-token.js';
import {
  AUDIENCE,
  createSigningKey,
  signToken,
  toJwks,
  validClaims,
} from '../../support/tokens.js';

const ACCEPTED = expect.objectContaining({ subject: 'ada@example.com' });
const TENANT = '11111111-2222-3333-4444-555555555555';
const OTHER = '99999999-8888-7777-6666-555555555555';
const template = 'https://login.example/{tid}/v2.0';
const issOf = (tenant: string) => `https://login.example/${tenant}/v2.0`;

const keys = await Promise.all(
  ['any', 'shared', 'own'].map((kid) => createSigningKey('ES256', kid)),
);
const [any, shared, own] = keys as [(typeof keys)[0], (typeof keys)[0], (typeof keys)[0]];
/** As Entra ID publishes them: most keys serve every tenant, some only one. */
const ISSUERS = [undefined, issOf('{tenantid}'), issOf(TENANT)];
const keySet = createLocalKeySet({
  keys: toJwks(...keys).keys.map((jwk, i) => ({
    ...jwk,
    ...(ISSUERS[i] && { issuer: ISSUERS[i] }),
  })),
});

async function judge(
  claims: Readonly<Record<string, unknown>>,
  tenants: TenantIssuerOptions['tenants'] = 'any',
  key = shared,
) {
  const issuer = createTenantIssuer({ template, tenants });
  const token = await signToken(validClaims(claims), { key });
  return judgeToken(createJwtVerifier({ issuer, audience: AUDIENCE, keys: keySet }), token);
}

describe('a token of a templated issuer is accepted', () => {
  test('if its own claim is in its issuer', async () => {
    expect(await judge({ iss: issOf(TENANT), tid: TENANT })).toEqual(ACCEPTED);
  });

  test.each<[string, readonly string[] | ((tenant: string) => boolean)]>([
    ['a list', [OTHER, TENANT]],
    ['a function', (tenant) => tenant === TENANT],
  ])('if %s has its tenant', async (_case, tenants) => {
    expect(await judge({ iss: issOf(TENANT), tid: TENANT }, tenants)).toEqual(ACCEPTED);
    expect(await judge({ iss: issOf('z'), tid: 'z' }, tenants)).toBe('token_invalid');
  });

  test('if its key is for every tenant, or for its own', async () => {
    for (const key of [any, shared, own]) {
      expect(await judge({ iss: issOf(TENANT), tid: TENANT }, 'any', key)).toEqual(ACCEPTED);
    }
  });
});

describe('hostile: a token of a templated issuer is rejected', () => {
  test.each([
    ['another tenant', issOf(TENANT), OTHER],
    ['the tenant in another case', issOf(TENANT), TENANT.toUpperCase().replace('1', 'A')],
    ['no tenant', issOf(TENANT), undefined],
    ['a list of tenants', issOf(TENANT), [TENANT]],
    ['an empty tenant', issOf(''), ''],
    ['a tenant with a slash', issOf('a/b'), 'a/b'],
    ['a tenant of another URL', 'https://login.example/a@evil.example/v2.0', 'a@evil.example'],
    ['the placeholder', issOf('{tid}'), '{tid}'],
    ['an issuer with more behind it', `${issOf(TENANT)}/x`, TENANT],
    ['an issuer of another host', `https://evil.example/${TENANT}/v2.0`, TENANT],
    ['prefix and suffix that overlap', 'https://login.example/v2.0', ''],
  ])('with %s', async (_case, iss, tid) => {
    expect(await judge({ iss, tid })).toBe('token_invalid');
  });

  test('if the key that signed it belongs to another tenant', async () => {
    expect(await judge({ iss: issOf(OTHER), tid: OTHER }, 'any', own)).toBe('token_invalid');
  });
});

test.each([undefined, 'true', 1, {}])('tenants that answer %j are a fault', async (answer) => {
  const tenants = () => answer as never;
  await expect(judge({ iss: issOf(TENANT), tid: TENANT }, tenants)).rejects.toThrow(
    'tenants must return true or false',
  );
});

test('tenants that return a promise are a fault', async () => {
  const tenants = (async () => Promise.reject(new Error('late'))) as never;
  await expect(judge({ iss: issOf(TENANT), tid: TENANT }, tenants)).rejects.toThrow(
    'tenants must return true or false',
  );
});

test.each<[string, object]>([
  ['without a claim', { template: 'https://a.example', tenants: 'any' }],
  ['with two claims', { template: 'https://{a}.{b}/', tenants: 'any' }],
  ['that begins with its claim', { template: '{iss}', tenants: 'any' }],
  ['that is missing', { tenants: 'any' }],
])('a template %s is rejected', (_case, options) => {
  expect(() => createTenantIssuer(options as TenantIssuerOptions)).toThrow('one claim in braces');
});

test.each([undefined, null, [], '*', [''], ['a/b'], [7], true])(
  'the tenants %j are rejected',
  (tenants) => {
    expect(() => createTenantIssuer({ template, tenants } as TenantIssuerOptions)).toThrow(
      "tenants must be a list of tenant ids, a function, or 'any'",
    );
  },
);
