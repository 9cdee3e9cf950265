import { type EndpointRule, markRouteRule } from '@mandate/core';
import { createRouteRules, isRouteRule } from '@mandate/core/adapter';
import { describe, expect, it } from 'vitest';

describe('route rules', () => {
  const seen: EndpointRule[] = [];
  const rules = createRouteRules((rule) => {
    seen.push(rule);
    return () => {};
  });

  it('are made from the one function of a host', () => {
    const { requireScopes, requireAnyScope, requireGroup } = rules;
    const made = [
      requireScopes('A', 'B'),
      requireScopes(),
      requireAnyScope('A', 'B'),
      requireGroup('admins'),
      requireGroup({ query: 'groupid' }),
    ];
    expect(seen).toEqual([
      { scopes: ['A', 'B'] },
      { scopes: [] },
      { scopes: { anyOf: ['A', 'B'] } },
      { scopes: [], group: 'admins' },
      { scopes: [], group: { query: 'groupid' } },
    ]);
    expect(made.every(isRouteRule)).toBe(true);
  });

  it('can be told from other middleware, across copies of the package', () => {
    expect(isRouteRule(() => {})).toBe(false);
    for (const other of [undefined, null, {}, 'rule', markRouteRule({})]) {
      expect(isRouteRule(other)).toBe(false);
    }
    const foreign = Object.assign(() => {}, { [Symbol.for('mandate.route-rule')]: true });
    expect(isRouteRule(foreign)).toBe(true);
  });

  it('leave no trace on the middleware that anybody would trip over', () => {
    const middleware = () => {};
    expect(markRouteRule(middleware)).toBe(middleware);
    expect(Object.keys(middleware)).toEqual([]);
  });
});
