import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { bodyParser } from '@koa/bodyparser';
import type { Guard } from '@mandate/core';
import * as guardExpress from '@mandate/express';
import '@mandate/express/typed-auth';
import * as guardHono from '@mandate/hono';
import * as guardKoa from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import Koa from 'koa';
import mount from 'koa-mount';

/** What a test wants of the application on each host. */
export interface Setup {
  readonly guard: Guard;
  /** Where the guarded router is mounted. Default: at the root. */
  readonly prefix?: string;
  /** Called by every handler before it answers. */
  readonly onHandler?: () => void;
  /** Receives the errors of the host's own error handling. */
  readonly onError?: (error: unknown) => void;
}

/**
 * On each host the same: CORS, a body parser and, below the prefix, the guard before everything that
 * streams two pieces and ends. Errors are answered with 500 and their message.
 */
export const HOSTS: Readonly<Record<string, (setup: Setup) => Server>> = {
  Express({ guard, prefix = '/', onHandler, onError }) {
    const app = express().set('trust proxy', 'loopback');
    app.use((req, res, next) => {
      res.setHeader('access-control-allow-origin', '*');
      if (req.method === 'OPTIONS') res.sendStatus(204);
      else next();
    });
    app.use(express.json());
    const router = express.Router().use(guardExpress.requireAuth(guard));
    router.use((req, res) => {
      onHandler?.();
      res.write(`${req.auth.subject};`);
      res.end('done');
    });
    app.use(prefix, router);
    app.use((error: Error, _req: express.Request, res: express.Response, _next: unknown) => {
      onError?.(error);
      res.status(500).end(error.message);
    });
    return createServer(app);
  },
  Koa({ guard, prefix = '/', onHandler, onError }) {
    const app = new Koa({ proxy: true });
    app.use(async (ctx, next) => {
      try {
        await next();
      } catch (error) {
        onError?.(error);
        ctx.status = 500;
        ctx.body = (error as Error).message;
      }
    });
    app.use((ctx, next) => {
      ctx.set('access-control-allow-origin', '*');
      if (ctx.method !== 'OPTIONS') return next();
      ctx.status = 204;
      return undefined;
    });
    app.use(bodyParser());
    const inner = new Koa<guardKoa.AuthState>().use(guardKoa.requireAuth(guard));
    inner.use((ctx) => {
      onHandler?.();
      ctx.respond = false;
      ctx.res.statusCode = 200;
      ctx.res.write(`${ctx.state.auth.subject};`);
      ctx.res.end('done');
    });
    app.use(mount(prefix, inner));
    return createServer(app.callback());
  },
  Hono({ guard, prefix = '/', onHandler, onError }) {
    const app = new Hono();
    app.use(cors());
    const remoteAddress = (c: { req: { header(name: string): string | undefined } }) =>
      c.req.header('x-forwarded-for');
    const inner = new Hono<guardHono.AuthEnv>();
    inner.use(guardHono.requireAuth(guard, { remoteAddress }));
    inner.all('/*', (c) => {
      onHandler?.();
      const encoder = new TextEncoder();
      const pieces = [`${c.var.auth.subject};`, 'done'];
      const body = new ReadableStream({
        pull(controller) {
          const piece = pieces.shift();
          if (piece === undefined) controller.close();
          else controller.enqueue(encoder.encode(piece));
        },
      });
      return c.body(body);
    });
    app.route(prefix, inner);
    app.onError((error, c) => {
      onError?.(error);
      return c.text(error.message, 500);
    });
    return createAdaptorServer({ fetch: app.fetch }) as Server;
  },
};
