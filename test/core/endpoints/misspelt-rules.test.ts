import { createGuard, type EndpointRule } from '@mandate/core';
import { compileRouteRule } from '@mandate/core/adapter';
import { expect, test } from 'vitest';
import { createPrincipal, verifierOf } from '../../support/static-verifier.js';

const misspelt = {
  'a member of a rule': { scopes: [], groups: 'admins' },
  'a place of a group': { scopes: [], group: { query: 'groupid', headers: 'X-Group' } },
  'the name of something similar': { scopes: [], allowAnonymous: true },
};

test.each(Object.entries(misspelt))('%s that does not exist is refused, not ignored', (_, rule) => {
  const endpoints = { 'GET /any': rule as EndpointRule };
  const verifiers = [verifierOf(createPrincipal())];
  expect(() => createGuard({ verifiers, endpoints })).toThrow(/is no member of a rule/);
  expect(() => compileRouteRule(rule as EndpointRule)).toThrow(/is no member of a rule/);
});
