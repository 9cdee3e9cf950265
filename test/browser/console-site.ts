import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type ConsoleHandler, type ConsoleOptions, createConsole } from '@mandate/console';
import { createGuard, type Guard } from '@mandate/core';
import { createExports, createMemoryExportStore, type Exports } from '@mandate/exports';
import * as onExpress from '@mandate/express';
import '@mandate/express/typed-auth';
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
import { openHeaderProxy } from './header-proxy.js';

export const SCOPES = {
  SEARCH: 'Search queries and autocomplete',
  CHAT: 'Chat',
  DOCPERMISSIONS: 'Permissions of documents',
  PEOPLE: 'People and teams',
} as const;

export const EGRESS = ['192.0.2.10', '2001:db8::10'];

const ADMINS: Readonly<Record<string, { subject: string; isSuperAdmin: boolean }>> = {
  super: { subject: 'root@example.com', isSuperAdmin: true },
  admin: { subject: 'admin@example.com', isSuperAdmin: false },
};

type Mounted = (basePath: string | undefined) => ConsoleHandler;

/** A host with the console below `/admin`, and below the guard an API that answers whom it serves. */
type Host = (create: Mounted, guard: Guard) => RequestListener;

export const HOSTS: readonly (readonly [string, Host])[] = [
  [
    'Express',
    (create, guard) => {
      const app = express().use('/admin', onExpress.mountFetch(create(undefined)));
      app.use(onExpress.requireAuth(guard));
      app.post('/search', (req, res) => void res.json(req.auth.subject));
      return app;
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
      return app.callback() as RequestListener;
    },
  ],
  [
    'Hono',
    (create, guard) => {
      const app = new Hono<onHono.AuthEnv>();
      app.all('/admin/*', onHono.mountFetch(create('/admin')));
      app.use(onHono.requireAuth(guard));
      app.post('/search', (c) => c.json(c.var.auth.subject));
      return getRequestListener(app.fetch) as RequestListener;
    },
  ],
];

/** A server with a console, as an application would have it: its own session says who is an admin. */
export interface ConsoleSite {
  readonly origin: string;
  readonly authority: TokenAuthority;
  readonly service: Exports;
  /** Calls the API with a secret: the status, and whom it was served for. */
  search(
    secret: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

/** @param proxyHeaders response headers that a proxy before the server replaces. Default: no proxy. */
export async function openConsoleSite(
  host: Host,
  options: Partial<ConsoleOptions> = {},
  proxyHeaders?: Readonly<Record<string, string>>,
): Promise<ConsoleSite> {
  const store = createMemoryTokenStore();
  const authority = createTokenAuthority({ store, scopes: Object.keys(SCOPES) });
  const verifier = createTokenVerifier({ store });
  const guard = createGuard({
    verifiers: [verifier],
    endpoints: { 'POST /search': { scopes: ['SEARCH'], anonymous: true } },
  });
  let listener: RequestListener = (_req, res) => void res.writeHead(503).end();
  const server = createServer((req, res) => listener(req, res)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service = createExports({
    store: createMemoryExportStore(),
    keys: [new Uint8Array(32).fill(7)],
    callbackUrl: `${origin}/admin/exports/callback`,
    allowLoopback: true,
  });
  const create: Mounted = (basePath) =>
    createConsole({
      authorizeAdmin: (request) => {
        const session = /\bsession=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1];
        return session === undefined ? 'anonymous' : ADMINS[session];
      },
      tokens: { authority, scopes: SCOPES },
      exports: { service, egressAddresses: EGRESS },
      basePath,
      ...options,
    });
  const app = host(create, guard);
  const proxy = proxyHeaders && (await openHeaderProxy(app, proxyHeaders));
  listener = proxy?.listener ?? app;
  return {
    origin,
    authority,
    service,
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
      proxy?.close();
      await service.worker.stop();
      await verifier.close();
    },
  };
}
