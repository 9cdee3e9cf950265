import type { RequestListener } from 'node:http';
import { inspect } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import Router from '@koa/router';
import { createGuard, type DecisionEvent, type Guard } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { getRawToken, type RawToken } from '@mandate/core/raw-token';
import { createTokenFinder } from '@mandate/core/token-places';
import * as onExpress from '@mandate/express';
import { guardFetch } from '@mandate/fetch';
import * as onHono from '@mandate/hono';
import * as onKoa from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { describe, expect, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { listen } from '../support/listen.js';
import { createPrincipal } from '../support/static-verifier.js';
import {
  AUDIENCE,
  fixtureKey,
  ISSUER,
  signToken,
  toKeySet,
  validClaims,
} from '../support/tokens.js';

const keys = toKeySet(await fixtureKey('ES256'));
const token = await signToken(validClaims({ scope: 'A' }));

function createTestGuard(onDecision?: (event: DecisionEvent) => void): Guard {
  return createGuard({
    verifiers: [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys })],
    endpoints: { 'GET /a': { scopes: ['A'] }, 'GET /b': { scopes: ['B'] } },
    onDecision,
  });
}

interface Options {
  readonly endpoints: 'by-map' | 'by-route';
  readonly denials: 'answer' | 'throw';
}

/** What an application sees: in its handlers, and around the guard once the request has been answered. */
interface Seen {
  readonly inside: (RawToken | undefined)[];
  readonly around: (RawToken | undefined)[];
}

/** The scope `A`, which the token has, opens `/a`, and `B` opens `/b`. */
const HOSTS = {
  Express(guard: Guard, seen: Seen, options: Options) {
    const app = express().set('env', 'test');
    app.use((_req, res, next) => {
      res.on('finish', () => seen.around.push(getRawToken(res.locals)));
      next();
    });
    const auth = onExpress.requireAuth(guard, options);
    app.use(auth);
    const answer: express.RequestHandler = (req, res) => {
      // What the application does to the request does not change what was verified.
      req.headers.authorization = 'Bearer another';
      seen.inside.push(getRawToken(res.locals));
      res.end('served');
    };
    if (options.endpoints === 'by-route') {
      app.get('/a', auth.requireScopes('A'));
      app.get('/b', auth.requireScopes('B'));
    }
    app.use(answer);
    return app as RequestListener;
  },
  Koa(guard: Guard, seen: Seen, options: Options) {
    const app = new Koa<onKoa.AuthState>();
    app.silent = true;
    app.use((ctx, next) => next().finally(() => seen.around.push(getRawToken(ctx))));
    const auth = onKoa.requireAuth(guard, options);
    app.use(auth);
    const router = new Router<onKoa.AuthState>();
    if (options.endpoints === 'by-route') {
      router.get('/a', auth.requireScopes('A'));
      router.get('/b', auth.requireScopes('B'));
    }
    app.use(router.routes()).use((ctx) => {
      ctx.req.headers.authorization = 'Bearer another';
      seen.inside.push(getRawToken(ctx));
      ctx.body = 'served';
    });
    return app.callback() as RequestListener;
  },
  Hono(guard: Guard, seen: Seen, options: Options) {
    const app = new Hono<onHono.AuthEnv>();
    app.use(async (c, next) => {
      await next();
      seen.around.push(getRawToken(c));
    });
    const auth = onHono.requireAuth(guard, options);
    app.use(auth);
    if (options.endpoints === 'by-route') {
      app.use('/a', auth.requireScopes('A'));
      app.use('/b', auth.requireScopes('B'));
    }
    app.get('*', (c) => {
      c.req.raw.headers.set('authorization', 'Bearer another');
      seen.inside.push(getRawToken(c));
      return c.text('served');
    });
    return getRequestListener(app.fetch);
  },
} as const;

describe.each(Object.entries(HOSTS))('the raw token on %s', (_host, create) => {
  async function ask(path: string, options: Options, bearer = token) {
    const seen: Seen = { inside: [], around: [] };
    const origin = await listen(create(createTestGuard(), seen, options));
    const headers = { authorization: `Bearer ${bearer}` };
    // Twice: the second time, the token is remembered.
    await fetch(origin + path, { headers });
    const { status } = await fetch(origin + path, { headers });
    const toTokens = (found: readonly (RawToken | undefined)[]) => found.map((raw) => raw?.token);
    return { status, inside: toTokens(seen.inside), around: toTokens(seen.around) };
  }

  const OPTIONS: readonly Options[] = (['by-map', 'by-route'] as const).flatMap((endpoints) =>
    (['answer', 'throw'] as const).map((denials) => ({ endpoints, denials })),
  );

  test.each(OPTIONS)('is the one that was verified, with $endpoints, $denials', async (options) => {
    const found = await ask('/a', options);
    expect(found).toMatchObject({ status: 200, inside: [token, token] });
  });

  test.each(OPTIONS)(
    'of a rejected request is never there, with $endpoints, $denials',
    async (o) => {
      const lacking = await ask('/b', o);
      expect(lacking).toMatchObject({ inside: [], around: [undefined, undefined] });
      const forged = await ask('/a', o, `${token.slice(0, -4)}AAAA`);
      expect(forged).toMatchObject({ inside: [], around: [undefined, undefined] });
      const malformed = await ask('/a', o, 'no token');
      expect(malformed).toMatchObject({ inside: [], around: [undefined, undefined] });
    },
  );
});

describe('the raw token', () => {
  async function readRawToken(): Promise<RawToken> {
    const found: (RawToken | undefined)[] = [];
    const serve = guardFetch(createTestGuard(), (_request, context) => {
      found.push(getRawToken(context));
      return new Response();
    });
    await serve(createWebRequest());
    return found[0] as RawToken;
  }

  const createWebRequest = () =>
    new Request('https://api.example/a', { headers: { authorization: `Bearer ${token}` } });

  /** Everything that loggers and serializers make of a value. */
  const dump = (value: unknown) =>
    [
      JSON.stringify(value),
      inspect(value, { depth: 9, showHidden: true }),
      inspect(value, { depth: 9, getters: true }),
      JSON.stringify(Object.entries(value as object)),
      inspect(structuredClone(value), { depth: 9, showHidden: true }),
    ].join('\n');

  test('has the header of a JWT, which cannot be changed', async () => {
    const { header } = await readRawToken();
    expect(header).toEqual({ alg: 'ES256', kid: 'ES256', typ: 'at+jwt' });
    expect(Object.isFrozen(header)).toBe(true);
  });

  test('is not logged, serialized or cloned with what getRawToken returns', async () => {
    const raw = await readRawToken();
    expect(raw.token).toBe(token);
    expect(dump(raw)).toContain('ES256');
    expect(dump(raw)).not.toContain(token.slice(-40));
  });

  test('is in no principal, no decision and no event', async () => {
    const events: DecisionEvent[] = [];
    const guard = createTestGuard((event) => events.push(event));
    const request = createRequest({ path: '/a', token });
    const decision = await guard.decide(request);
    const denied = await guard.decide(createRequest({ path: '/b', token }));
    expect([decision.allowed, denied.allowed]).toEqual([true, false]);
    const principal = decision.allowed && decision.principal;
    const texts = [decision, principal, denied, events, await guard.explain(request)].map((one) =>
      inspect(one, { depth: 9, showHidden: true }),
    );
    for (const text of texts) expect(text).not.toContain(token.slice(-40));
    expect(dump(principal)).not.toContain(token.slice(-40));
  });

  test('is not logged with the context of a handler, nor with the request in an Express response', async () => {
    const serve = guardFetch(createTestGuard(), (_request, context) => {
      return new Response(inspect(context, { depth: 9, showHidden: true }));
    });
    expect(await (await serve(createWebRequest())).text()).not.toContain(token.slice(-40));
  });

  test('reaches a request of the application that keeps it, once the request is allowed', async () => {
    const guard = createTestGuard();
    const kept: string[] = [];
    const keepCredentials = ({ token }: { readonly token: string }) => void kept.push(token);
    await guard.decide({ ...createRequest({ path: '/b', token }), keepCredentials });
    await guard.decide({ ...createRequest({ path: '/a', token: 'x' }), keepCredentials });
    await guard.explain({ ...createRequest({ path: '/a', token }), keepCredentials });
    expect(kept).toEqual([]);
    await guard.decide({ ...createRequest({ path: '/a', token }), keepCredentials });
    expect(kept).toEqual([token]);
  });

  test('may have characters that only its verifier accepts', async () => {
    const padded = 'eyJhIjoxfQ==.e30=.c2ln';
    const found: (RawToken | undefined)[] = [];
    const guard = createGuard({
      verifiers: [{ accepts: () => true, verify: () => createPrincipal() }],
      token: createTokenFinder([{ header: 'x-amzn-oidc-data' }]),
      endpoints: { 'GET /a': { scopes: [] } },
    });
    const serve = guardFetch(guard, (_request, context) => {
      found.push(getRawToken(context));
      return new Response();
    });
    const headers = { 'x-amzn-oidc-data': padded };
    await serve(new Request('https://api.example/a', { headers }));
    expect(found.map((raw) => [raw?.token, raw?.header])).toEqual([[padded, undefined]]);
  });

  test('of an object without a request is a fault of the application', () => {
    expect(() => getRawToken({})).toThrow(TypeError);
    expect(() => getRawToken(undefined as never)).toThrow(TypeError);
  });
});
