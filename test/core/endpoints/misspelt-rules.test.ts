import { createGuard, type EndpointRule } from '@mandate/core';
import { compileRule, createRouteRules } from '@mandate/core/adapter';
import * as decorators from '@mandate/core/decorators';
import { describe, expect, test } from 'vitest';
import { createPrincipal, verifierOf } from '../../support/static-verifier.js';

const misspelt = {
  'a member of a rule': { scopes: [], groups: 'admins' },
  'a place of a group': { scopes: [], group: { query: 'groupid', headers: 'X-Group' } },
  'the name of something similar': { scopes: [], allowAnonymous: true },
  'the member that a rule must have': { scope: ['A'] },
  'the alternatives of scopes': { scopes: { anyof: ['A'] } },
  'another list beside anyOf': { scopes: { anyOf: ['A'], allOf: ['B'] } },
};

test.each(Object.entries(misspelt))(
  '%s that does not exist is rejected, not ignored',
  (_, rule) => {
    const endpoints = { 'GET /any': rule as EndpointRule };
    const verifiers = [verifierOf(createPrincipal())];
    expect(() => createGuard({ verifiers, endpoints })).toThrow(/unknown option/);
    expect(() => compileRule(rule as EndpointRule)).toThrow(/unknown option/);
  },
);

// Some would be taken for true, and open the endpoint to more than was meant.
test.each(['false', 'no', 0, 1, null, {}])('%j is neither true nor false', (value) => {
  const verifiers = [verifierOf(createPrincipal())];
  for (const member of ['anonymous', 'allowEncodedSlash']) {
    const rule = { scopes: [], [member]: value } as unknown as EndpointRule;
    expect(() => createGuard({ verifiers, endpoints: { 'GET /any': rule } })).toThrow(TypeError);
    expect(() => compileRule(rule)).toThrow(TypeError);
  }
});

test.each([
  { query: '' },
  { query: ['a', 'b'] },
  { header: 'X Group' },
  { header: 5 },
  { path: '' },
  { body: 'groupid' },
])('a group has no place %j', (group) => {
  const rule = { scopes: [], group } as unknown as EndpointRule;
  expect(() => compileRule(rule)).toThrow(TypeError);
});

describe('an unset environment variable', () => {
  const missing = undefined as unknown as string;
  const ofRoutes = createRouteRules((step) => step);

  test('is rejected as a group', () => {
    expect(() => ofRoutes.requireGroup(missing)).toThrow(/^group must not be undefined/);
    const endpoints = { 'GET /any': { scopes: [], group: missing } };
    const verifiers = [verifierOf(createPrincipal())];
    expect(() => createGuard({ verifiers, endpoints })).toThrow(
      /"GET \/any": group must not be undefined/,
    );

    class Controller {
      @decorators.endpoint('GET /any')
      @decorators.requireScopes()
      @decorators.requireGroup(missing)
      any() {}
    }
    expect(() => decorators.collectEndpoints(Controller)).toThrow(/group must not be undefined/);
  });

  test('is rejected as a scope', () => {
    expect(() => ofRoutes.requireScopes(missing)).toThrow(/is not a scope/);
    expect(() => ofRoutes.requireScopes('A', missing)).toThrow(/is not a scope/);
    expect(() => ofRoutes.requireAnyScope('A', missing)).toThrow(/is not a scope/);
    const endpoints = { 'GET /any': { scopes: [missing] } };
    const verifiers = [verifierOf(createPrincipal())];
    expect(() => createGuard({ verifiers, endpoints })).toThrow(/is not a scope/);
  });
});
