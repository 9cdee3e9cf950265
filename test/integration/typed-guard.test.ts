import Router from '@koa/router';
import {
  type AllowIf,
  type Claims,
  createGuard,
  type EndpointMap,
  type Guard,
  hasClaim,
  type NoClaims,
  type Principal,
  type PrincipalOf,
  type TokenVerifier,
} from '@mandate/core';
import { gleanPreset } from '@mandate/core/glean';
import { createIntrospectionVerifier, rememberVerified } from '@mandate/core/introspection';
import { createIssuerTable, createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import * as onExpress from '@mandate/express';
import { createDecide, guardFetch } from '@mandate/fetch';
import * as onHono from '@mandate/hono';
import * as onKoa from '@mandate/koa';
import { createTestGuard, principal } from '@mandate/testing';
import { createMemoryTokenStore, createTokenVerifier } from '@mandate/tokens';
import { type } from 'arktype';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';

type Plan = { sub: string; plan: 'free' | 'pro' };

const API = { issuer: 'https://sso.example.com', audience: 'https://api.example.com' };
const zodSchema = z.object({ sub: z.string(), plan: z.enum(['free', 'pro']) });
const valibotSchema = v.object({ sub: v.string(), plan: v.picklist(['free', 'pro']) });
const arktypeSchema = type({ sub: 'string', plan: "'free' | 'pro'" });
const roleSchema = z.object({ role: z.literal('robot') });

const planVerifier = createJwtVerifier({ ...API, claims: zodSchema });
const guard = createGuard({
  verifiers: [planVerifier],
  scopes: ['SEARCH', 'CHAT'],
  endpoints: { 'GET /x': { scopes: ['SEARCH'] } },
});

describe('a verifier has the claims that a schema outputs', () => {
  test('of zod, valibot and arktype', () => {
    expectTypeOf(planVerifier).toEqualTypeOf<TokenVerifier<Plan>>();
    expectTypeOf(createJwtVerifier({ ...API, claims: valibotSchema })).toEqualTypeOf<
      TokenVerifier<Plan>
    >();
    expectTypeOf(createJwtVerifier({ ...API, claims: arktypeSchema })).toEqualTypeOf<
      TokenVerifier<Plan>
    >();
  });

  test('after a transformation', () => {
    const claims = zodSchema.transform(({ plan }) => ({ isPro: plan === 'pro' }));
    const verifier = createJwtVerifier({ ...API, claims });
    expectTypeOf(verifier).toEqualTypeOf<TokenVerifier<{ isPro: boolean }>>();
  });

  test('of each issuer of a list', () => {
    const verifier = createJwtVerifier([
      { ...API, claims: zodSchema },
      { ...API, issuer: 'https://robots.example.com', claims: roleSchema },
    ]);
    expectTypeOf(verifier).toEqualTypeOf<TokenVerifier<Plan | { role: 'robot' }>>();
  });

  test('of a table, an introspection, and a verifier that remembers', () => {
    const issuer = { ...API, claims: zodSchema };
    const table = createIssuerTable(() => issuer);
    expectTypeOf(createJwtVerifier(table)).toEqualTypeOf<TokenVerifier<Plan>>();
    const introspection = createIntrospectionVerifier({
      ...API,
      endpoint: 'https://sso.example.com/introspect',
      client: { id: 'api', secret: 'secret' },
      claims: zodSchema,
    });
    expectTypeOf(introspection).toEqualTypeOf<TokenVerifier<Plan>>();
    expectTypeOf(rememberVerified(introspection)).toEqualTypeOf<TokenVerifier<Plan>>();
  });

  test('and those of any token without a schema', () => {
    const issuer: JwtIssuer = API;
    const issuers: readonly JwtIssuer[] = [issuer];
    expectTypeOf(createJwtVerifier(API)).toEqualTypeOf<TokenVerifier>();
    expectTypeOf(createJwtVerifier(issuer)).toEqualTypeOf<TokenVerifier>();
    expectTypeOf(createJwtVerifier(issuers)).toEqualTypeOf<TokenVerifier>();
    expectTypeOf(createJwtVerifier(createIssuerTable(() => issuer))).toEqualTypeOf<TokenVerifier>();
  });

  test('and misspelt options stay errors', () => {
    // @ts-expect-error "audiences" is not an option.
    expect(() => createJwtVerifier({ ...API, audiences: ['api'] })).toThrow(TypeError);
    const issuers = () =>
      createJwtVerifier([
        // @ts-expect-error "audiences" is not an option.
        { ...API, claims: zodSchema, audiences: ['api'] },
      ]);
    expect(issuers).toThrow(TypeError);
  });
});

describe('a guard has the claims of its verifiers', () => {
  test('in decisions', async () => {
    expectTypeOf<PrincipalOf<typeof guard>>().toEqualTypeOf<Principal<Plan>>();
    const decision = await guard.decide({ method: 'GET', path: '/x', header: () => undefined });
    if (decision.allowed) expectTypeOf(decision.principal.claims).toEqualTypeOf<Plan>();
    expect(decision.allowed).toBe(false);
  });

  test('of several verifiers, and none of issued tokens', () => {
    const issued = createTokenVerifier({ store: createMemoryTokenStore() });
    const robots = createJwtVerifier({ ...API, claims: roleSchema });
    const mixed = createGuard({ verifiers: [issued, planVerifier, robots] });
    type MixedClaims = PrincipalOf<typeof mixed>['claims'];
    expectTypeOf<MixedClaims>().toEqualTypeOf<NoClaims | Plan | { role: 'robot' }>();
    const two = createGuard({ verifiers: [issued, planVerifier] });
    expectTypeOf<PrincipalOf<typeof two>['claims']['plan']>().toEqualTypeOf<
      'free' | 'pro' | undefined
    >();
  });

  test('of verifiers that are made in place', () => {
    const inPlace = createGuard({
      verifiers: [
        createJwtVerifier([
          { ...API, claims: zodSchema },
          { ...API, issuer: 'https://robots.example.com', claims: roleSchema },
        ]),
        createJwtVerifier(createIssuerTable(() => ({ ...API, claims: valibotSchema }))),
        rememberVerified(createJwtVerifier({ ...API, claims: arktypeSchema })),
      ],
      endpoints: { 'GET /a': { scopes: ['A'] } },
    });
    expectTypeOf(inPlace).toEqualTypeOf<Guard<Plan | { role: 'robot' }, 'A'>>();
    const untyped = createGuard({
      verifiers: [createJwtVerifier([API]), createJwtVerifier({ ...API, claims: zodSchema })],
    });
    expectTypeOf<PrincipalOf<typeof untyped>['claims']>().toEqualTypeOf<Claims | Plan>();
  });

  test('in conditions and where act-as looks up a user', () => {
    createGuard({
      verifiers: [planVerifier],
      endpoints: {
        'GET /a': {
          scopes: ['A'],
          allowIf: ({ claims }) => {
            expectTypeOf(claims).toEqualTypeOf<Plan>();
            return claims.plan === 'pro' || 'not a customer';
          },
        },
        // @ts-expect-error The plan "prp" cannot be.
        'GET /b': { scopes: ['B'], allowIf: ({ claims }) => claims.plan === 'prp' || 'no' },
        'GET /c': { scopes: ['C'], allowIf: hasClaim('plan', 'pro') },
      },
      actAs: {
        resolveUser: (user, holder) => {
          expectTypeOf(holder.claims).toEqualTypeOf<Plan>();
          return user;
        },
      },
    });
  });

  test('of verifiers of the application', () => {
    const own: TokenVerifier<{ readonly team: number }> = {
      accepts: () => true,
      verify: () => {
        throw new TypeError('no token is expected here');
      },
    };
    const ownGuard = createGuard({ verifiers: [own] });
    expectTypeOf<PrincipalOf<typeof ownGuard>['claims']>().toEqualTypeOf<{
      readonly team: number;
    }>();
  });

  test('and is a guard of any claims and scopes', () => {
    expectTypeOf(guard).toExtend<Guard>();
    expectTypeOf<Guard<Plan | NoClaims, 'SEARCH'>>().toExtend<Guard>();
    expectTypeOf<Guard<NoClaims>>().toExtend<Guard>();
  });
});

describe('a guard knows its scopes', () => {
  test('from a list, to which its map must keep', () => {
    expectTypeOf(guard).toEqualTypeOf<Guard<Plan, 'SEARCH' | 'CHAT'>>();
    const misspelt = () =>
      createGuard({
        verifiers: [planVerifier],
        scopes: ['SEARCH', 'CHAT'],
        endpoints: {
          'GET /a': { scopes: ['SEARCH'] },
          // @ts-expect-error "SAERCH" is not a scope of the list.
          'GET /b': { scopes: ['SAERCH'] },
          // @ts-expect-error "CHATS" is not a scope of the list.
          'GET /c': { scopes: { anyOf: ['SEARCH', ['CHATS']] } },
        },
      });
    expect(misspelt).toThrow('endpoint "GET /b": the scope "SAERCH" is not in the list "scopes"');
  });

  test('from its map', () => {
    const byMap = createGuard({
      verifiers: [planVerifier],
      endpoints: {
        'GET /a': { scopes: ['A'], allowIf: ({ claims }) => claims.plan === 'pro' || 'no' },
        'GET /b': { scopes: { anyOf: ['B', ['C', 'A']] } },
        'GET /c': 'public',
      },
    });
    expectTypeOf(byMap).toEqualTypeOf<Guard<Plan, 'A' | 'B' | 'C'>>();
  });

  test('from the preset of the Glean Client API', () => {
    const glean = createGuard({ ...gleanPreset, verifiers: [planVerifier] });
    const auth = onHono.requireAuth(glean, { endpoints: 'by-route' });
    auth.requireScopes('SEARCH');
    // @ts-expect-error "SAERCH" is not a scope of Glean.
    auth.requireScopes('SAERCH');
  });

  test('or takes any, if neither names one', () => {
    const map: EndpointMap = { 'GET /a': { scopes: ['A'] } };
    expectTypeOf(createGuard({ verifiers: [planVerifier] })).toEqualTypeOf<Guard<Plan>>();
    expectTypeOf(createGuard({ verifiers: [planVerifier], endpoints: map })).toEqualTypeOf<
      Guard<Plan>
    >();
    const anyToken = createGuard({
      verifiers: [planVerifier],
      endpoints: { 'GET /a': { scopes: [] } },
    });
    expectTypeOf(anyToken).toEqualTypeOf<Guard<Plan>>();
    const more = { 'GET /b': { scopes: ['B'] } };
    const endpoints = { 'GET /a': { scopes: ['A'] }, ...more } as const;
    expectTypeOf(createGuard({ verifiers: [planVerifier], endpoints })).toEqualTypeOf<
      Guard<Plan>
    >();
  });
});

describe('on Express', () => {
  const auth = onExpress.requireAuth(guard, { endpoints: 'by-route' });

  test('a rule at a route takes the scopes and claims of the guard', () => {
    const app = express();
    app.use(auth);
    app.get('/a/:id', auth.requireScopes('SEARCH'), auth.requireAnyScope('CHAT'), (req, res) => {
      expectTypeOf(req.params.id).toEqualTypeOf<string>();
      res.end();
    });
    app.get(
      '/b',
      auth.allowIf(({ claims }) => {
        expectTypeOf(claims).toEqualTypeOf<Plan>();
        return true;
      }),
      auth.requireClaim('plan', 'pro'),
      auth.optionalAuth('CHAT'),
    );
    app.use('/c', auth.allowAnonymous(), auth.requireGroup('admins'), express.Router());
  });

  test('a misspelt scope or claim at a route does not compile', () => {
    // @ts-expect-error "SAERCH" is not a scope of the guard.
    auth.requireScopes('SEARCH', 'SAERCH');
    // @ts-expect-error "CHATS" is not a scope of the guard.
    auth.requireAnyScope('SEARCH', 'CHATS');
    // @ts-expect-error "CHATS" is not a scope of the guard.
    auth.optionalAuth('CHATS');
    // @ts-expect-error "plans" is not a claim of the guard.
    auth.requireClaim('plans', 'pro');
    // @ts-expect-error "prp" is not a value of the claim.
    auth.requireClaim('plan', 'prp');
  });

  test('the rules of the package take any scope', () => {
    onExpress.requireScopes('ANY');
    const condition: AllowIf = ({ claims }) => claims.iss === 'x' || 'no';
    onExpress.allowIf(condition);
    onExpress.requireClaim('any', 1, true);
  });
});

describe('on Koa', () => {
  const auth = onKoa.requireAuth(guard, { endpoints: 'by-route' });
  type State = onKoa.AuthState<typeof guard>;

  test('the state has the claims of the guard', () => {
    const app = new Koa<State>();
    const router = new Router<State>();
    app.use(auth);
    app.use((ctx) => {
      expectTypeOf(ctx.state.auth.claims).toEqualTypeOf<Plan>();
    });
    router.get('/a', auth.requireScopes('SEARCH'), (ctx) => {
      expectTypeOf(ctx.state.auth.claims).toEqualTypeOf<Plan>();
      ctx.body = ctx.state.auth.claims.plan;
    });
    router.get('/b', onKoa.requireScopes('SEARCH'), (ctx) => {
      expectTypeOf(ctx.state.auth.claims.plan).toEqualTypeOf<Plan['plan']>();
    });
    app.use(router.routes());
  });

  test('a misspelt scope or claim at a route does not compile', () => {
    // @ts-expect-error "SAERCH" is not a scope of the guard.
    auth.requireScopes('SAERCH');
    // @ts-expect-error "CHATS" is not a scope of the guard.
    auth.requireAnyScope('SEARCH', 'CHATS');
    // @ts-expect-error "plans" is not a claim of the guard.
    auth.requireClaim('plans', 'pro');
    // @ts-expect-error "plans" is not a claim of the guard.
    auth.allowIf(({ claims }) => claims.plans === 'pro' || 'no');
  });
});

describe('on Hono', () => {
  const auth = onHono.requireAuth(guard, { endpoints: 'by-route' });

  test('the context has the claims of the guard, without a declaration', () => {
    new Hono().use(auth).get('/a', (c) => {
      expectTypeOf(c.var.auth.claims.plan).toEqualTypeOf<Plan['plan']>();
      expectTypeOf(c.get('auth').claims.plan).toEqualTypeOf<Plan['plan']>();
      return c.text(c.var.auth.claims.plan);
    });
    new Hono().get('/b/:id', auth.requireScopes('SEARCH'), auth.requireGroup('a'), (c) => {
      expectTypeOf(c.var.auth.claims.plan).toEqualTypeOf<Plan['plan']>();
      expectTypeOf(c.req.param('id')).toEqualTypeOf<string>();
      return c.text(c.var.auth.claims.plan);
    });
  });

  test('and in an application of that environment', () => {
    const app = new Hono<onHono.AuthEnv<typeof guard>>();
    app.use(auth);
    app.get('/c', (c) => c.text(c.var.auth.claims.plan));
    app.get('/d', auth.requireScopes('CHAT'), (c) => c.text(c.var.auth.claims.plan));
  });

  test('a misspelt scope or claim at a route does not compile', () => {
    // @ts-expect-error "SAERCH" is not a scope of the guard.
    auth.requireScopes('SAERCH');
    // @ts-expect-error "CHATS" is not a scope of the guard.
    auth.requireAnyScope('SEARCH', 'CHATS');
    // @ts-expect-error "plans" is not a claim of the guard.
    auth.requireClaim('plans', 'pro');
  });
});

test('on servers of web-standard requests, handlers get the claims of the guard', () => {
  guardFetch(guard, (_request, { principal }) => {
    expectTypeOf(principal.claims).toEqualTypeOf<Plan>();
    return new Response(principal.claims.plan);
  });
  guardFetch(
    guard,
    (request: Request & { readonly cf: string }, _context, env: { key: string }) => {
      expectTypeOf(env.key).toEqualTypeOf<string>();
      return new Response(request.cf);
    },
  );
  const decide = createDecide(guard);
  const decision = decide(new Request('https://api.example.com/x'));
  if (!(decision instanceof Promise) && decision.allowed) {
    expectTypeOf(decision.principal.claims).toEqualTypeOf<Plan>();
  }
});

test('a guard for tests can take the place of the guard of an application', () => {
  const createApp = (own: typeof guard) => new Hono().use(onHono.requireAuth(own));
  const testGuard = createTestGuard<typeof guard>({ scopes: ['SEARCH', 'CHAT'] });
  createApp(testGuard);
  expect(testGuard.scopes).toEqual(['SEARCH', 'CHAT']);
  const reader = principal({ claims: { sub: 'ada', plan: 'pro' } });
  expectTypeOf(reader).toExtend<PrincipalOf<typeof guard>>();
  expectTypeOf(principal()).toEqualTypeOf<Principal>();
});

test('claims without a type stay those of any token', () => {
  expectTypeOf<Principal>().toEqualTypeOf<Principal<Claims>>();
  expectTypeOf<PrincipalOf<Guard>>().toEqualTypeOf<Principal>();
});
