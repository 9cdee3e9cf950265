import type { EndpointMap } from '@mandate/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStubGuard } from '../support/stub-guard.js';
import { mappedExpress, mappedHono, mappedKoa } from './served-maps.js';
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

describe.each([
  ['Express', mappedExpress],
  ['Koa', mappedKoa],
  ['Hono', mappedHono],
])('what checkRoutes of %s accepts with a map', (_name, host) => {
  const KEYS = ['/', '/a', '/a/b', '/:x', '/a/:x', '/:x/b', '/:x/:y', '/a/*', '/*'] as const;
  const maps = fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 5 });
  const routes = fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 5 });

  test('is never judged by an endpoint that none of its own paths has', async () => {
    let accepted = 0;
    const property = fc.asyncProperty(maps, routes, async (keys, paths) => {
      const endpoints: EndpointMap = Object.fromEntries(
        keys.map((key) => [`GET ${key}`, { scopes: [] }]),
      );
      const guard = createStubGuard(endpoints);
      const judge = (path: string) => {
        const request = { method: 'GET', path, routing: host.routing, header: () => undefined };
        const endpoint = guard.endpoints.match(request);
        return (endpoint?.parts ?? [endpoint]).map((part) => part?.name);
      };
      if (!passes(() => host.check(paths, guard))) return;
      for (const url of REQUESTS) {
        const reached = await host.find(paths, url);
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
    await fc.assert(property, { numRuns: 3_000 });
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
    const optional = path.includes('{') ? [path.replace(/\{.*\}/, '')] : [];
    // Hono's `/a/*` also answers `/a`.
    const bare = host === mappedHono ? [path.replace(/\/\*r$/, '') || '/'] : [];
    return [whole, ...deep, ...optional, ...bare];
  }
});
