import type { EndpointMap } from '@mandate/core';
import {
  createGleanEndpoints,
  GLEAN_ENDPOINTS,
  GLEAN_SCOPES,
  type GleanEndpoint,
} from '@mandate/core/glean';
import { describe, expect, test } from 'vitest';
import { decide } from './decide.js';
import { GLEAN_OPERATIONS } from './operations.js';

const base = '/rest/api/v1';

describe('the endpoint map of the Glean Client API', () => {
  test('covers its 90 operations and nothing else', () => {
    expect(GLEAN_OPERATIONS).toHaveLength(90);
    expect(Object.keys(GLEAN_ENDPOINTS).sort()).toEqual([...GLEAN_OPERATIONS].sort());
  });

  test('requires a scope at every endpoint and allows no anonymous token', () => {
    for (const rule of Object.values(GLEAN_ENDPOINTS as EndpointMap)) {
      expect(rule).toEqual({ scopes: expect.anything() });
      expect(rule).not.toEqual({ scopes: [] });
    }
  });

  test.each([
    // Glean: "AGENTS: Can access Glean Agents related endpoints."
    ['POST', '/agents/runs/stream', ['AGENTS'], true],
    ['POST', '/agents/runs/stream', ['CHAT'], false],
    ['POST', '/agents/runs/wait', ['AGENTS'], true],
    ['POST', '/agents/runs/wait', ['CHAT'], false],
    ['POST', '/agents/search', ['AGENTS'], true],
    ['POST', '/agents/my-agent', ['AGENTS'], true],
    ['POST', '/feed', ['FEED'], true],
    ['POST', '/feed', ['SEARCH'], true],
    ['POST', '/people', ['PEOPLE'], true],
    ['POST', '/people', ['ENTITIES'], true],
    ['POST', '/people', ['SEARCH'], false],
    ['GET', '/people/1/photo', ['ENTITIES'], true],
    ['POST', '/getdocpermissions', ['DOC_PERMISSIONS'], true],
    ['POST', '/getdocpermissions', ['documents'], true],
    ['POST', '/feedback', ['ACTIVITY'], true],
    ['POST', '/activity', ['FEEDBACK'], false],
    ['POST', '/search', ['search'], true],
    ['GET', '/search', ['SEARCH'], false],
    ['POST', '/unheard-of', ['SEARCH'], false],
  ] as const)('%s %s with %j is allowed: %s', async (method, path, scopes, allowed) => {
    expect(await decide({ method, path: base + path, scopes })).toMatchObject({ allowed });
  });

  test.each([
    ['POST', '/createauthtoken', 'AUTH_TOKEN_CREATOR'],
    ['POST', '/checkdatasourceauth', 'AUTH_TOKEN_CREATOR'],
    ['POST', '/messages', 'MESSAGES'],
    ['GET', '/configure/datasources/1/instances/2', 'DATASOURCE_ADMIN'],
    ['PATCH', '/configure/datasources/1/instances/2', 'DATASOURCE_ADMIN'],
    ['POST', '/datasource/1/credentials', 'DATASOURCE_ADMIN'],
    ['GET', '/datasource/1/credentialstatus', 'DATASOURCE_ADMIN'],
  ] as const)(
    'opens %s %s, whose scope is undocumented, to %s only',
    async (method, path, scope) => {
      const request = { method, path: base + path };
      const documented = await decide({ ...request, scopes: GLEAN_SCOPES });
      expect(documented).toMatchObject({ allowed: false, error: { code: 'scope_required' } });
      expect(await decide({ ...request, scopes: [scope] })).toMatchObject({ allowed: true });
    },
  );

  test.each(['/agents/runs/stream', '/agents/runs/wait'])(
    'requires CHAT besides AGENTS at %s with the option',
    async (path) => {
      const endpoints = createGleanEndpoints({ requireChatForAgents: true });
      const ask = (scopes: readonly string[]) =>
        decide({ method: 'POST', path: base + path, scopes }, { endpoints });
      expect(await ask(['AGENTS'])).toMatchObject({ error: { code: 'scope_required' } });
      expect(await ask(['CHAT'])).toMatchObject({ error: { code: 'scope_required' } });
      expect(await ask(['AGENTS', 'CHAT'])).toMatchObject({ allowed: true });
    },
  );

  test('allows anonymous tokens at the chosen endpoints, within their scopes', async () => {
    const endpoints = createGleanEndpoints({
      anonymousEndpoints: ['POST /rest/api/v1/search', 'POST /rest/api/v1/agents/runs/wait'],
      requireChatForAgents: true,
    });
    const ask = (path: string, scopes: readonly string[]) =>
      decide({ method: 'POST', path: base + path, scopes, permission: 'ANONYMOUS' }, { endpoints });
    expect(await ask('/search', ['SEARCH'])).toMatchObject({ allowed: true });
    expect(await ask('/search', ['CHAT'])).toMatchObject({ error: { code: 'scope_required' } });
    expect(await ask('/agents/runs/wait', ['AGENTS'])).toMatchObject({
      error: { code: 'scope_required' },
    });
    expect(await ask('/agents/runs/wait', ['AGENTS', 'CHAT'])).toMatchObject({ allowed: true });
    expect(await ask('/chat', ['CHAT'])).toMatchObject({
      error: { code: 'anonymous_not_allowed' },
    });
  });

  test('is the published map if there are no options', () => {
    expect(createGleanEndpoints()).toEqual(GLEAN_ENDPOINTS);
  });

  test.each(['POST /rest/api/v1/nothing', 'GET /rest/api/v1/search', 'constructor', ''])(
    'rejects the anonymous endpoint %j, which it does not have',
    (key) => {
      const anonymousEndpoints = [key as GleanEndpoint];
      expect(() => createGleanEndpoints({ anonymousEndpoints })).toThrow(TypeError);
    },
  );

  test('lets the application change an entry, for example to allow anonymous tokens', async () => {
    const asked = {
      method: 'POST',
      path: `${base}/search`,
      scopes: ['SEARCH'],
      permission: 'ANONYMOUS',
    } as const;
    const endpoints = {
      ...GLEAN_ENDPOINTS,
      'POST /rest/api/v1/search': { scopes: ['SEARCH'], anonymous: true },
    } as const;
    expect(await decide(asked)).toMatchObject({ error: { code: 'anonymous_not_allowed' } });
    expect(await decide(asked, { endpoints })).toMatchObject({ allowed: true });
  });
});
