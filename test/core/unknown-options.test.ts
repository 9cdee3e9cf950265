import * as core from '@mandate/core';
import { checkRouteEntries } from '@mandate/core/check-routes';
import * as glean from '@mandate/core/glean';
import * as jwt from '@mandate/core/jwt';
import * as openapi from '@mandate/core/openapi';
import { expect, test } from 'vitest';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';
import { fixtureKey, toKeySet } from '../support/tokens.js';
import { describeUnknownOptions } from '../support/unknown-options.js';

const verifiers = [verifierOf(createPrincipal())];
const keys = toKeySet(await fixtureKey());
const issuer = { issuer: 'https://a.example', audience: null, keys };
const secret = new Uint8Array(32);

const guardWith = (rule: object) =>
  core.createGuard({ verifiers, endpoints: { 'GET /': rule as core.EndpointRule } });

describeUnknownOptions([core, jwt, glean, openapi], {
  createGleanEndpoints: (unknown) => glean.createGleanEndpoints({ ...unknown }),
  createGuard: (unknown) => core.createGuard({ verifiers, ...unknown }),
  'createGuard: actAs': (unknown) => core.createGuard({ verifiers, actAs: { ...unknown } }),
  'createGuard: a rule': (unknown) => guardWith({ scopes: [], ...unknown }),
  'createGuard: scopes': (unknown) => guardWith({ scopes: { anyOf: ['A'], ...unknown } }),
  'createGuard: a group': (unknown) => guardWith({ scopes: [], group: { query: 'g', ...unknown } }),
  createJwtVerifier: (unknown) => jwt.createJwtVerifier(issuer, { ...unknown }),
  'createJwtVerifier: an issuer': (unknown) => jwt.createJwtVerifier({ ...issuer, ...unknown }),
  'createJwtVerifier: an issuer in a list': (unknown) =>
    jwt.createJwtVerifier([{ ...issuer, ...unknown }]),
  'createJwtVerifier: an issuer with a secret': (unknown) =>
    jwt.createJwtVerifier({
      issuer: 'https://a.example',
      audience: null,
      secret,
      algorithm: 'HS256',
      ...unknown,
    }),
  createKeySet: (unknown) => jwt.createKeySet({ url: 'https://a.example/jwks', ...unknown }),
  createLocalKeySet: 'takes no options',
  createIssuerTable: (unknown) => jwt.createIssuerTable(() => undefined, { ...unknown }),
  createTenantIssuer: (unknown) =>
    jwt.createTenantIssuer({ template: 'https://a.example/{tid}', tenants: 'any', ...unknown }),
  createChallengeWriter: 'takes no options',
  'toEndpoints: options': (unknown) => openapi.toEndpoints({}, { ...unknown }),
  'checkRoutes: options': (unknown) => checkRouteEntries([], { ...unknown }),
});

test.each([
  ['maxTokenAge', 1, 'maxTokenAgeSeconds'],
  ['algorithmes', ['RS256'], 'algorithms'],
  ['clockTolerance', 5, 'clockToleranceSeconds'],
  ['audiences', [], 'audience'],
])('the misspelt option %s of an issuer has a hint', (name, value, nearest) => {
  expect(() => jwt.createJwtVerifier({ ...issuer, [name]: value })).toThrow(
    `unknown option "${name}" in JwtIssuer; did you mean "${nearest}"?`,
  );
});

test.each(['requiredClaims', 'isRevoked'])('an issuer has no option %s', (name) => {
  expect(() => jwt.createJwtVerifier({ ...issuer, [name]: () => true })).toThrow(
    `unknown option "${name}" in JwtIssuer`,
  );
});

test('algorithms do not go with a secret', () => {
  const rules = { issuer: 'a', audience: null, secret, algorithms: ['HS256'] };
  expect(() => jwt.createJwtVerifier(rules as never)).toThrow(
    'JwtIssuer: algorithms is for keys; name the one of the secret in algorithm',
  );
});

test('algorithm does not go with keys', () => {
  expect(() => jwt.createJwtVerifier({ ...issuer, algorithm: 'HS256' })).toThrow(
    'JwtIssuer: algorithm is for a secret; use algorithms for keys',
  );
});
