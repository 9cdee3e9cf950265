import { createGuard, type DecisionEvent } from '@mandate/core';
import { type AuthEnv, requireAuth } from '@mandate/hono';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';

const loose = { caseSensitive: true, strict: false };

/** The result of a request, and the path that observers receive. */
async function request(path: string, strict: boolean) {
  const events: DecisionEvent[] = [];
  const guard = createGuard({
    verifiers: [{ accepts: () => false, verify: () => Promise.reject() }],
    endpoints: { 'GET /docs/:id': 'public' },
    onDecision: (event) => events.push(event),
  });
  const app = new Hono<AuthEnv>({ strict });
  app.use(requireAuth(guard, strict ? {} : { routing: loose }));
  app.get('/docs/:id', (c) => c.text(c.req.param('id')));
  const response = await app.request(`http://api.example${path}`);
  const seen = events.map((event) => event.path);
  return { status: response.status, body: await response.text(), seen };
}

describe('a path that Hono has decoded', () => {
  test.each(['/docs/caf%C3%A9', '/docs/caf%C3%A9/'])(
    'matches its entry if a trailing slash does not count: %s',
    async (path) => {
      const seen = ['/docs/caf%C3%A9'];
      expect(await request(path, false)).toEqual({ status: 200, body: 'café', seen });
    },
  );

  test('is passed to observers unchanged', async () => {
    const path = '/docs/caf%C3%A9%20%2520';
    expect(await request(path, true)).toEqual({ status: 200, body: 'café %20', seen: [path] });
  });

  test.each(['/docs/%0Aforged%FF', '/docs/%0d%0aforged%', '/docs/%1B[2J%ff', '/docs/%0Aforged'])(
    'cannot forge a line of a log: %s',
    async (path) => {
      for (const strict of [true, false]) {
        expect(await request(path, strict)).toMatchObject({ status: 400, seen: [path] });
        const { status, seen } = await request(`${path}/`, strict);
        expect([status, seen.join()]).toEqual([400, expect.stringMatching(/^[\x20-\x7e]+$/)]);
      }
    },
  );
});
