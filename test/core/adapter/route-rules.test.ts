import { createGuard, type Denial, type EndpointRule, type Principal } from '@mandate/core';
import {
  type AdapterOptions,
  compileAdapterOptions,
  createRouteRules,
  GuardedRequest,
  guardRequest,
} from '@mandate/core/adapter';
import { expect, test } from 'vitest';
import { getRouteRule, isRouteRule } from '../../../packages/core/src/routes/route-marks.js';
import { createPrincipal, verifierOf } from '../../support/static-verifier.js';

/** The least that a host can be: middleware returns the answer, and `next` answers `'handled'`. */
class TextRequest extends GuardedRequest<object, string> {
  readonly method = 'GET';
  readonly path = '/docs';

  header(name: string): string | undefined {
    return name === 'authorization' ? 'Bearer token' : undefined;
  }

  attach(principal: Principal): void {
    Object.assign(this.context, { subject: principal.subject });
  }

  reject(denial: Denial): string {
    return `rejected with ${denial.status}`;
  }

  protected getAddress(): string {
    return '192.0.2.1';
  }
}

type Middleware = (context: object) => string | Promise<string>;

const next = () => 'handled';
const rules = createRouteRules<Middleware, string>((step) => (context) => step(context, next));

function requireAuth(
  principal: Principal | Promise<Principal>,
  options: AdapterOptions<object> = { endpoints: 'by-route' },
): Middleware {
  const verifier = { accepts: () => true, verify: () => principal };
  const guard = createGuard({
    verifiers: [verifier],
    endpoints: { 'GET /docs': { scopes: ['MAP'] } },
  });
  const settings = compileAdapterOptions(guard, options);
  return (context) => guardRequest(new TextRequest(context, settings), context, next);
}

const principal = createPrincipal({ scopes: ['A', 'B'] });
const anonymous = createPrincipal({ permission: 'ANONYMOUS', scopes: ['A'] });

test('a host is a request and two lines of middleware', () => {
  const context = {};
  expect(requireAuth(principal)(context)).toBe('handled');
  expect(context).toHaveProperty('subject', principal.subject);
  expect(rules.requireScopes('A', 'B')(context)).toBe('handled');
  expect(rules.requireScopes('A', 'C')(context)).toBe('rejected with 403');
  expect(rules.requireAnyScope('A', 'C')(context)).toBe('handled');
  expect(rules.requireGroup('unknown')(context)).toBe('rejected with 403');
});

test('the endpoint map decides by default', () => {
  expect(requireAuth(principal, {})({})).toBe('rejected with 403');
  expect(requireAuth(createPrincipal({ scopes: ['MAP'] }), {})({})).toBe('handled');
});

test('an asynchronous decision concludes later', async () => {
  const context = {};
  const concluded = requireAuth(Promise.resolve(principal))(context);
  expect(concluded).toBeInstanceOf(Promise);
  expect(context).not.toHaveProperty('subject');
  expect(await concluded).toBe('handled');
  expect(context).toHaveProperty('subject', principal.subject);
});

test('anonymous tokens pass only the rules after allowAnonymous', () => {
  const context = {};
  requireAuth(anonymous)(context);
  expect(rules.requireScopes('A')(context)).toBe('rejected with 403');
  expect(rules.allowAnonymous()(context)).toBe('handled');
  expect(rules.requireScopes('A')(context)).toBe('handled');
  expect(rules.requireScopes('B')(context)).toBe('rejected with 403');
});

test('rules throw unless requireAuth has allowed the request', () => {
  const { requireScopes, allowAnonymous } = rules;
  const message = 'requireAuth(guard) must run before a route rule';
  expect(() => requireScopes()({})).toThrow(message);
  expect(() => allowAnonymous()({})).toThrow(message);
  const rejected = {};
  expect(requireAuth(createPrincipal({ expiresAt: 1 }))(rejected)).toBe('rejected with 401');
  expect(() => requireScopes()(rejected)).toThrow('requireAuth(guard) did not allow this request');
});

test('the address comes from the option, otherwise from the host', () => {
  const guard = createGuard({ verifiers: [verifierOf(principal)] });
  const remoteAddress = (context: object) => JSON.stringify(context);
  const getAddress = (options: AdapterOptions<object>) =>
    new TextRequest({}, compileAdapterOptions(guard, options)).remoteAddress;
  expect(getAddress({})).toBe('192.0.2.1');
  expect(getAddress({ remoteAddress })).toBe('{}');
});

test.each<[keyof typeof rules, object, EndpointRule | undefined]>([
  ['requireScopes', rules.requireScopes('A', 'B'), { scopes: ['A', 'B'] }],
  ['requireScopes', rules.requireScopes(), { scopes: [] }],
  ['requireAnyScope', rules.requireAnyScope('A', 'B'), { scopes: { anyOf: ['A', 'B'] } }],
  ['requireGroup', rules.requireGroup('admins'), { scopes: [], group: 'admins' }],
  [
    'requireGroup',
    rules.requireGroup({ query: 'groupid' }),
    { scopes: [], group: { query: 'groupid' } },
  ],
  ['allowAnonymous', rules.allowAnonymous(), undefined],
])('%s marks its middleware with its rule', (_name, middleware, rule) => {
  expect(isRouteRule(middleware)).toBe(true);
  expect(getRouteRule(middleware)).toEqual(rule);
});
