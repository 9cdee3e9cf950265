import type { EndpointMap } from '@mandate/core';
import { requireAuth } from '@mandate/express';
import { checkRoutes } from '@mandate/express/check-routes';
import { Router } from 'express';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStubGuard } from '../support/stub-guard.js';
import { type Registration, serveExpress, serveHono, serveKoa } from './served-routes.js';

/** Paths as Express and Koa spell them; Hono has `*` and no names. */
const PATHS = [
  '/',
  '/a',
  '/a/b',
  '/A/b',
  '/:x',
  '/a/:x',
  '/:x/b',
  '/:x/:y',
  '/a/*r',
  '/*r',
  '/a{/:x}',
];
const REQUESTS = [
  '/',
  '/a',
  '/A',
  '/b',
  '/a/',
  '/a/b',
  '/A/b',
  '/a/B',
  '/A/B',
  '/b/b',
  '/a/c',
  '/a/b/c',
  '/A/c/d',
];

const registrations = fc.array(
  fc.record<Registration>({
    kind: fc.constantFrom('rule', 'route'),
    path: fc.constantFrom(...PATHS),
  }),
  { minLength: 1, maxLength: 5 },
);
const options = fc.record({ caseSensitive: fc.boolean(), strict: fc.boolean() });

const passes = (check: () => void) => {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
};

describe.each([
  ['Express', serveExpress],
  ['Koa', serveKoa],
  ['Hono', serveHono],
])('what checkRoutes of %s accepts', (_name, serve) => {
  test('never reaches a route without a rule', async () => {
    let accepted = 0;
    const property = fc.asyncProperty(registrations, options, async (list, options) => {
      const served = serve(list, options);
      if (!passes(served.check)) return;
      for (const path of REQUESTS) {
        const ran = await served.request(path);
        const route = ran.findIndex((i) => list[i]?.kind === 'route');
        if (route === -1) continue;
        accepted++;
        expect(ran.slice(0, route), path).not.toEqual([]);
      }
    });
    await fc.assert(property, { numRuns: 2_000 });
    expect(accepted).toBeGreaterThan(50);
  });
});

describe('what checkRoutes of Express accepts with a map', () => {
  const KEYS = ['/', '/a', '/a/b', '/:x', '/a/:x', '/:x/b', '/:x/:y', '/a/*', '/*'] as const;
  const maps = fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 5 });
  const routes = fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 5 });

  test('is never judged by an endpoint that none of its own paths has', () => {
    let accepted = 0;
    const property = fc.property(maps, routes, (keys, paths) => {
      const endpoints: EndpointMap = Object.fromEntries(
        keys.map((key) => [`GET ${key}`, { scopes: [] }]),
      );
      const guard = createStubGuard(endpoints);
      const judge = (path: string) => {
        const endpoint = guard.endpoints.match({
          method: 'GET',
          path,
          routing: { caseSensitive: false, strict: false },
          header: () => undefined,
        });
        return (endpoint?.parts ?? [endpoint]).map((part) => part?.name);
      };
      let reached: string | undefined;
      const router = Router().use(requireAuth(guard));
      const reach = (path: string) => () => {
        reached = path;
      };
      for (const path of paths) router.get(path, reach(path));
      if (!passes(() => checkRoutes(router))) return;
      // The same routes without the guard: which of them is it?
      const open = Router();
      for (const path of paths) open.get(path, reach(path));
      for (const url of REQUESTS) {
        reached = undefined;
        const handle = open as unknown as (req: object, res: object, done: () => void) => void;
        handle({ method: 'GET', url }, {}, () => undefined);
        const judged = judge(url);
        if (reached === undefined || judged[0] === undefined) continue;
        accepted++;
        const own = readOwnPaths(reached).flatMap(judge);
        expect(
          judged.some((name) => own.includes(name)),
          `${url} at ${reached}`,
        ).toBe(true);
      }
    });
    fc.assert(property, { numRuns: 3_000 });
    expect(accepted).toBeGreaterThan(50);
  });

  /** What the route's own path stands for. */
  function readOwnPaths(path: string): readonly string[] {
    const whole = path
      .replace(/[{}]/g, '')
      .replace('*r', 'some')
      .replace(':x', 'one')
      .replace(':y', 'two');
    const deep = path.includes('*r') ? [`${whole}/thing`, `${whole}/thing/deep`] : [];
    return [whole, ...deep, ...(path.includes('{') ? [path.replace(/\{.*\}/, '')] : [])];
  }
});
