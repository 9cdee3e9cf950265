import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type ConsoleHandler, type ConsoleOptions, createConsole } from '@mandate/console';
import { createGuard, type Guard } from '@mandate/core';
import * as onExpress from '@mandate/express';
import * as onHono from '@mandate/hono';
import * as onKoa from '@mandate/koa';
import {
  createMemoryTokenStore,
  createTokenAuthority,
  createTokenVerifier,
  type TokenAuthority,
} from '@mandate/tokens';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import mount from 'koa-mount';

export const SCOPES = {
  SEARCH: 'Search queries and autocomplete',
  CHAT: 'Chat',
  DOCPERMISSIONS: 'Permissions of documents',
  PEOPLE: 'People and teams',
} as const;

const ADMINS: Readonly<Record<string, { subject: string; isSuperAdmin: boolean }>> = {
  super: { subject: 'root@example.com', isSuperAdmin: true },
  admin: { subject: 'admin@example.com', isSuperAdmin: false },
};

type Mounted = (basePath: string | undefined) => ConsoleHandler;

/** A host with the console below `/admin`, and below the guard an API that answers whom it serves. */
type Host = (create: Mounted, guard: Guard) => Server;

export const HOSTS: readonly (readonly [string, Host])[] = [
  [
    'Express',
    (create, guard) => {
      const app = express().use('/admin', onExpress.mountFetch(create(undefined)));
      app.use(onExpress.requireAuth(guard));
      app.post('/search', (req, res) => void res.json(req.auth.subject));
      return createServer(app);
    },
  ],
  [
    'Koa',
    (create, guard) => {
      const app = new Koa<onKoa.AuthState>();
      app.use(mount('/admin', onKoa.mountFetch(create(undefined))));
      app.use(onKoa.requireAuth(guard));
      app.use((ctx) => {
        ctx.body = JSON.stringify(ctx.state.auth.subject);
      });
      return createServer(app.callback() as RequestListener);
    },
  ],
  [
    'Hono',
    (create, guard) => {
      const app = new Hono<onHono.AuthEnv>();
      app.all('/admin/*', onHono.mountFetch(create('/admin')));
      app.use(onHono.requireAuth(guard));
      app.post('/search', (c) => c.json(c.var.auth.subject));
      return createAdaptorServer({ fetch: app.fetch }) as Server;
    },
  ],
];

/** A server with a console, as an application would have it: its own session says who is an admin. */
export interface ConsoleSite {
  readonly origin: string;
  readonly authority: TokenAuthority;
  /** Calls the API with a secret: the status, and whom it was served for. */
  search(
    secret: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

export async function openConsoleSite(
  host: Host,
  options: Partial<ConsoleOptions> = {},
): Promise<ConsoleSite> {
  const store = createMemoryTokenStore();
  const authority = createTokenAuthority({ store, scopes: Object.keys(SCOPES) });
  const verifier = createTokenVerifier({ store });
  const guard = createGuard({
    verifiers: [verifier],
    endpoints: { 'POST /search': { scopes: ['SEARCH'], anonymous: true } },
  });
  const create: Mounted = (basePath) =>
    createConsole({
      authorizeAdmin: (request) => {
        const session = /\bsession=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1];
        return session === undefined ? 'anonymous' : ADMINS[session];
      },
      tokens: { authority, scopes: SCOPES },
      basePath,
      ...options,
    });
  const server = host(create, guard).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    authority,
    async search(secret, headers = {}) {
      const authorization = `Bearer ${secret}`;
      const response = await fetch(`${origin}/search`, {
        method: 'POST',
        headers: { authorization, ...headers },
      });
      return { status: response.status, body: await response.json() };
    },
    async close() {
      server.close().closeAllConnections();
      await verifier.close();
    },
  };
}
