import { markGuard, markRouteRule } from '@mandate/core';
import { describe, expect, test } from 'vitest';
import { isRouteRule } from '../../../packages/core/src/routes/route-marks.js';
import { createStubGuard } from '../../support/stub-guard.js';

describe('route rules', () => {
  test('can be distinguished from other middleware, across copies of the package', () => {
    expect(isRouteRule(() => {})).toBe(false);
    for (const other of [undefined, null, {}, 'rule', markRouteRule({})]) {
      expect(isRouteRule(other)).toBe(false);
    }
    const foreign = Object.assign(() => {}, { [Symbol.for('mandate.route-rule')]: true });
    expect(isRouteRule(foreign)).toBe(true);
  });

  test('add no enumerable property to the middleware', () => {
    const middleware = () => {};
    expect(markRouteRule(middleware)).toBe(middleware);
    expect(Object.keys(middleware)).toEqual([]);
  });
});

describe('a guard', () => {
  const loose = { caseSensitive: false, strict: false };

  test.each([
    ['GET /docs', 'GET /docs/'],
    ['GET /docs', 'GET /Docs'],
  ] as const)(
    'whose %s and %s are one endpoint to the host is rejected at creation',
    (one, other) => {
      const guard = createStubGuard({ [one]: { scopes: [] }, [other]: { scopes: ['A'] } });
      const mark = (routing: typeof loose) =>
        markGuard(() => {}, { guard, endpoints: 'by-map', routing });
      expect(() => mark(loose)).toThrow('are the same endpoint');
      mark({ caseSensitive: true, strict: true });
      // Its map is not used there.
      markGuard(() => {}, { guard, endpoints: 'by-route', routing: loose });
    },
  );
});
