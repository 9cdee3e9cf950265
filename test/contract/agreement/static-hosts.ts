import type { RequestListener } from 'node:http';
import { serveStatic } from '@hono/node-server/serve-static';
import Router from '@koa/router';
import type { EndpointMap } from '@mandate/core';
import * as forExpress from '@mandate/express';
import * as forHono from '@mandate/hono';
import * as forKoa from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import Koa, { type Middleware } from 'koa';
import mount from 'koa-mount';
import sirv from 'sirv';
import { sendFile, serveFiles } from './koa-files.js';
import { createScopeGuard, toListener } from './server.js';

type Serve = (root: string, allowEncodedSlash: boolean) => RequestListener;

const SECRET = { scopes: ['SECRET'] };

export function toMap(allowEncodedSlash: boolean): EndpointMap {
  return {
    'GET /files/*': { scopes: [], allowEncodedSlash },
    'GET /files/secret/*': SECRET,
    'GET /files/a@b/*': SECRET,
  };
}

const koa = (...middleware: readonly Middleware[]) => {
  const app = new Koa();
  app.silent = true;
  for (const one of middleware) app.use(one);
  return app.callback() as RequestListener;
};

/** A router whose handler hands the parameter, which is decoded, to a sender that decodes it again. */
function createSender(root: string, rule: Middleware[] = []): Router {
  const router = new Router();
  router.get('/files/*path', ...(rule as []), (ctx) =>
    sendFile(ctx, ctx.params['path'] ?? '', { root, index: 'index.html' }),
  );
  return router;
}

/** Static servers behind a map that has a stricter rule for `secret` and `a@b`. */
export const BEHIND_A_MAP: Readonly<Record<string, Serve>> = {
  'express.static': (root, slash) => {
    const app = express().use(forExpress.requireAuth(createScopeGuard(toMap(slash))));
    return app.use('/files', express.static(root));
  },
  'sirv on Express': (root, slash) => {
    const app = express().use(forExpress.requireAuth(createScopeGuard(toMap(slash))));
    return app.use('/files', sirv(root));
  },
  'koa-static': (root, slash) =>
    koa(
      forKoa.requireAuth(createScopeGuard(toMap(slash))) as Middleware,
      mount('/files', serveFiles(root)),
    ),
  'koa-send by @koa/router': (root, slash) =>
    koa(
      forKoa.requireAuth(createScopeGuard(toMap(slash))) as Middleware,
      createSender(root).routes() as Middleware,
    ),
  'serveStatic of Hono': (root, slash) => {
    const app = new Hono().use(forHono.requireAuth(createScopeGuard(toMap(slash))));
    return toListener(app.use('/files/*', serveHono(root)));
  },
};

function serveHono(root: string) {
  const rewriteRequestPath = (path: string) => path.slice('/files'.length);
  return serveStatic({ root, rewriteRequestPath, allowPercentInPath: true });
}

/** The same with rules at routes; only `secret` has a stricter one. */
export const BEHIND_RULES: Readonly<Record<string, Serve>> = {
  'express.static': (root, allowEncodedSlash) => {
    const options = { endpoints: 'by-route', allowEncodedSlash } as const;
    const app = express().use(forExpress.requireAuth(createScopeGuard(), options));
    app.use('/files/secret', forExpress.requireScopes('SECRET'));
    return app.use('/files', forExpress.requireScopes(), express.static(root));
  },
  'koa-static': (root, allowEncodedSlash) =>
    koa(
      forKoa.requireAuth(createScopeGuard(), {
        endpoints: 'by-route',
        allowEncodedSlash,
      }) as Middleware,
      mount('/files/secret', forKoa.requireScopes('SECRET') as Middleware),
      mount('/files', forKoa.requireScopes() as Middleware),
      mount('/files', serveFiles(root)),
    ),
  'koa-send by @koa/router': (root, allowEncodedSlash) => {
    const router = createSender(root, [forKoa.requireScopes() as Middleware]);
    const secret = new Router().use('/files/secret', forKoa.requireScopes('SECRET') as Middleware);
    secret.use(router.routes());
    return koa(
      forKoa.requireAuth(createScopeGuard(), {
        endpoints: 'by-route',
        allowEncodedSlash,
      }) as Middleware,
      secret.routes() as Middleware,
    );
  },
  'serveStatic of Hono': (root, allowEncodedSlash) => {
    const options = { endpoints: 'by-route', allowEncodedSlash } as const;
    const app = new Hono().use(forHono.requireAuth(createScopeGuard(), options));
    app.use('/files/secret/*', forHono.requireScopes('SECRET'));
    app.use('/files/*', forHono.requireScopes());
    return toListener(app.use('/files/*', serveHono(root)));
  },
};
