import type { EndpointMap } from '@mandate/core';
import { GLEAN_ENDPOINTS, GLEAN_SCOPES } from '@mandate/core/glean';
import { describe, expect, test } from 'vitest';
import { decide } from './decide.js';
import { GLEAN_OPERATIONS } from './operations.js';

const base = '/rest/api/v1';

describe('the endpoint map of the Glean Client API', () => {
  test('covers its 90 operations and nothing else', () => {
    expect(GLEAN_OPERATIONS).toHaveLength(90);
    expect(Object.keys(GLEAN_ENDPOINTS).sort()).toEqual([...GLEAN_OPERATIONS].sort());
  });

  test('asks for a scope at every endpoint and serves no anonymous token at any', () => {
    for (const rule of Object.values(GLEAN_ENDPOINTS as EndpointMap)) {
      expect(rule).toEqual({ scopes: expect.anything() });
      expect(rule).not.toEqual({ scopes: [] });
    }
  });

  test.each([
    ['POST', '/agents/runs/stream', ['AGENTS'], false],
    ['POST', '/agents/runs/stream', ['CHAT'], false],
    ['POST', '/agents/runs/stream', ['AGENTS', 'CHAT'], true],
    ['POST', '/agents/runs/wait', ['AGENTS'], false],
    ['POST', '/agents/runs/wait', ['AGENTS', 'CHAT'], true],
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

  test('lets a row be rewritten, such as to serve anonymous tokens', async () => {
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
