import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Guard, Principal } from '@mandate/core';
import * as guardExpress from '@mandate/express';
import '@mandate/express/typed-auth';
import * as guardHono from '@mandate/hono';
import * as guardKoa from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';

/** What an endpoint behind the guard answers, as JSON. */
export type Answer = (path: string, principal: Principal) => object;

/** One server for each host: everything behind the guard, which decides by the path alone. */
export const HOSTS = {
  Express(guard: Guard, answer: Answer): Server {
    const app = express();
    app.use(guardExpress.requireAuth(guard));
    app.use((req, res) => res.json(answer(req.path, req.auth)));
    return createServer(app);
  },
  Koa(guard: Guard, answer: Answer): Server {
    const app = new Koa<guardKoa.AuthState>();
    app.use(guardKoa.requireAuth(guard));
    app.use((ctx) => {
      ctx.body = answer(ctx.path, ctx.state.auth);
    });
    return createServer(app.callback());
  },
  Hono(guard: Guard, answer: Answer): Server {
    const app = new Hono<guardHono.AuthEnv>();
    app.use(guardHono.requireAuth(guard));
    app.all('*', (c) => c.json(answer(c.req.path, c.var.auth)));
    return createAdaptorServer({ fetch: app.fetch }) as Server;
  },
} as const;

/** Starts a server on a free loopback port and returns its origin. */
export function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** Stops a server, its idle connections included. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
