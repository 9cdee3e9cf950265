import { createGuard } from '@mandate/core';
import { requireAuth } from '@mandate/fastify';
import { checkRoutes, trackRoutes } from '@mandate/fastify/check-routes';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify50';
import { expect, test } from 'vitest';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const GOOD = { authorization: 'Bearer good' };

test('the first version of Fastify 5 is guarded by its own router options', async () => {
  const readGroup = (body: unknown) => (body as { readonly group?: unknown }).group;
  const guard = createGuard({
    verifiers: [verifierOf(createPrincipal({ scopes: ['READ'], groups: ['1'] }))],
    endpoints: {
      'GET /docs/:id': { scopes: ['READ'] },
      'GET /docs/admin': { scopes: ['ADMIN'] },
      'POST /notes': { scopes: [], group: { body: readGroup } },
    },
  });
  const app = fastify({
    caseSensitive: false,
    ignoreTrailingSlash: true,
  }) as unknown as FastifyInstance;
  trackRoutes(app);
  await app.register(requireAuth(guard));
  app.get('/docs/:id', () => 'doc');
  app.get('/docs/admin', () => 'admin');
  app.post('/notes', () => 'kept');
  await app.ready();
  checkRoutes(app);
  const urls = ['/docs/1', '/docs/admin', '/DOCS/Admin/', '/nowhere'];
  const answers = await Promise.all(urls.map((url) => app.inject({ url, headers: GOOD })));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 403, 403, 403]);
  for (const [group, status] of [
    ['1', 200],
    ['2', 403],
  ] as const) {
    const payload = { group };
    const answer = await app.inject({ method: 'POST', url: '/notes', headers: GOOD, payload });
    expect(answer.statusCode).toBe(status);
  }
});
