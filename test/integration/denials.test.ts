import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { AuthError, createGuard, type Guard } from '@mandate/core';
import * as guardExpress from '@mandate/express';
import * as guardHono from '@mandate/hono';
import * as guardKoa from '@mandate/koa';
import express from 'express';
import express4 from 'express4';
import { Hono } from 'hono';
import Koa from 'koa';
import { describe, expect, test, vi } from 'vitest';
import { listen } from '../support/listen.js';

const REASON = 'row 17 of the table says revoked';
const guard = createGuard({
  verifiers: [
    {
      accepts: () => true,
      verify: () => {
        throw new AuthError('token_revoked', REASON, { cause: new Error('postgres://secret') });
      },
    },
  ],
  endpoints: { 'GET /': { scopes: [] } },
});

/** The class that each adapter exports, to recognize a denial. */
const DENIAL_ERRORS = {
  'Express 5': guardExpress.DenialError,
  'Express 4': guardExpress.DenialError,
  Koa: guardKoa.DenialError,
  Hono: guardHono.DenialError,
} as const;

type OnError = (error: unknown) => { status: number; body: string };

/** Applications that answer refusals by their own error handling, or by that of the host. */
const HOSTS: Readonly<
  Record<keyof typeof DENIAL_ERRORS, (guard: Guard, onError: OnError | undefined) => Server>
> = {
  'Express 5': (policy, onError) => createServer(toExpress(express, policy, onError)),
  'Express 4': (policy, onError) => createServer(toExpress(express4 as never, policy, onError)),
  Koa(policy, onError) {
    const app = new Koa();
    app.silent = true;
    if (onError !== undefined) {
      app.use(async (ctx, next) => {
        try {
          await next();
        } catch (error) {
          Object.assign(ctx, onError(error));
        }
      });
    }
    app.use(guardKoa.requireAuth(policy, { denials: 'throw' }));
    return createServer(app.callback());
  },
  Hono(policy, onError) {
    const app = new Hono();
    app.use(guardHono.requireAuth(policy, { denials: 'throw' }));
    if (onError !== undefined) {
      app.onError((error, c) => {
        const { status, body } = onError(error);
        return c.body(body, status as 401);
      });
    }
    return createAdaptorServer({ fetch: app.fetch }) as Server;
  },
};

function toExpress(host: typeof express, policy: Guard, onError: OnError | undefined) {
  const app = host();
  app.use(guardExpress.requireAuth(policy, { denials: 'throw' }));
  if (onError !== undefined) {
    app.use((error: unknown, _req: unknown, res: express.Response, _next: unknown) => {
      const { status, body } = onError(error);
      res.status(status).end(body);
    });
  }
  return app;
}

const NAMES = Object.keys(HOSTS) as (keyof typeof HOSTS)[];

describe.each(NAMES)("denials: 'throw' on %s", (host) => {
  const DenialError = DENIAL_ERRORS[host];
  const start = (onError?: OnError) => listen(HOSTS[host](guard, onError));
  const headers = { authorization: 'Bearer abc' };

  test('passes the refusal to the error handling of the application', async () => {
    let caught: unknown;
    const origin = await start((error) => {
      caught = error;
      if (!(error instanceof DenialError)) return { status: 500, body: 'not a DenialError' };
      const { statusCode, code } = error;
      return { status: statusCode, body: `custom ${code}` };
    });
    const response = await fetch(origin, { headers });
    expect([response.status, await response.text()]).toEqual([401, 'custom token_revoked']);
    expect(caught).toBeInstanceOf(AuthError);
    expect(caught).toMatchObject({
      ...{
        code: 'token_revoked',
        status: 401,
        statusCode: 401,
        message: 'The access token has been revoked.',
      },
      headers: {
        'cache-control': 'no-store',
        'www-authenticate': expect.stringContaining('invalid_token'),
      },
      cause: { message: REASON },
    });
  });

  test('reveals nothing through the error handling of the host', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const response = await fetch(await start(), { headers });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toMatch(/row 17|postgres|secret/);
  });
});

test("a host can send the guard's whole answer from the error", async () => {
  const origin = await listen(HOSTS.Hono(guard, undefined));
  const response = await fetch(origin, { headers: { authorization: 'Bearer abc' } });
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  expect(await response.json()).toMatchObject({ code: 'token_revoked' });
});
