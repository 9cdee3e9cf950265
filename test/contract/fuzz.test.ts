import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer } from './case.js';
import { startEveryServer, type TestServer, toRawRequest } from './harness.js';
import { ROUTES, type Route } from './routes.js';
import { scoped } from './tokens.js';

let servers: readonly TestServer[] = [];

beforeAll(async () => {
  servers = await startEveryServer();
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

/** What a token with one scope may reach: what the rule of the handler itself says. */
function mayReach(scope: string, { rule }: Route): boolean {
  if (rule === 'public') return true;
  if (rule === 'unmapped' || rule.group !== undefined) return false;
  return 'anyOf' in rule.scopes
    ? rule.scopes.anyOf.flat().includes(scope)
    : rule.scopes.every((required) => required === scope);
}

const METHODS = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'];
const SCOPES = ['DOCS', 'ADMIN', 'FILES', 'ITEMS', 'SEARCH'] as const;
const TOKENS = new Map(SCOPES.map((scope) => [scope, scoped(scope)]));

const path = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('/', '/docs/', 'admin', '/docs/admin', '/files/') },
      { weight: 2, arbitrary: fc.constantFrom('/items/', 'secret', '/health', '/search', 'pages') },
      { weight: 2, arbitrary: fc.constantFrom('Docs', 'ADMIN', 'Secret', '1', '/api', '/API') },
      {
        weight: 3,
        arbitrary: fc.constantFrom(
          ...['.', '..', '//', '\\', ';', ';a=b', '#', '?', '*', ':id', '%', '@', '{', '|', "'"],
          ...['%2F', '%2f', '%5C', '%5c', '%2e', '%2E', '%61', '%41', '%00', '%20', '%25', '%252F'],
          ...['%3F', '%23', '%3B', '%C3%A9', '%FF', '%E2%84%AA', '%C5%BF', '%EF%BC%8F', '%0a'],
        ),
      },
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((parts) => parts.join(''))
  .map((text) => (text.startsWith('/') ? text : `/${text}`));

describe('whatever the path', () => {
  test('a request reaches only handlers whose own rule its token satisfies', async () => {
    const request = fc.record({
      path,
      prefix: fc.constantFrom('', '', '{BASE}'),
      method: fc.constantFrom(...METHODS),
      scope: fc.constantFrom(...SCOPES),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ path, prefix, method, scope }) => {
        const headers = [bearer(TOKENS.get(scope) as Promise<string>)];
        const exchanges = await Promise.all(
          servers.map(async (server) => {
            const raw = await toRawRequest({ method, target: prefix + path, headers }, server);
            return { server, ...(await server.send(raw)) };
          }),
        );
        const wrong = exchanges.flatMap(({ server, reached }) =>
          ROUTES.filter((route) => reached.includes(route.name) && !mayReach(scope, route)).map(
            (route) => `${server.name}: ${route.name}`,
          ),
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });
});
