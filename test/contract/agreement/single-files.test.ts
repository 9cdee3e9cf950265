import type { RequestListener } from 'node:http';
import { serveStatic } from '@hono/node-server/serve-static';
import type { EndpointMap } from '@mandate/core';
import * as forExpress from '@mandate/express';
import * as forHono from '@mandate/hono';
import * as forKoa from '@mandate/koa';
import express, { type RequestHandler } from 'express';
import { Hono } from 'hono';
import Koa, { type Middleware } from 'koa';
import mount from 'koa-mount';
import sirv from 'sirv';
import { afterAll, describe, expect, test } from 'vitest';
import { createFolder, SECRET_TEXT } from './folder.js';
import { serveFiles } from './koa-files.js';
import { createScopeGuard, start, toListener } from './server.js';

const { root, remove } = createFolder();
afterAll(remove);

/** A rule for one file, whose folder is open to every token. */
const MAP: EndpointMap = {
  'GET /files/secret/x.txt': { scopes: ['SECRET'] },
  'GET /files/*': { scopes: [] },
};
const routing = { caseSensitive: true, strict: true };

function serveByExpress(handler: RequestHandler): RequestListener {
  const app = express().enable('strict routing').enable('case sensitive routing');
  app.use(forExpress.requireAuth(createScopeGuard(MAP)));
  return app.use('/files', handler);
}

/** Hosts that distinguish `/x.txt/` from `/x.txt`, before static servers that may not. */
const SERVERS: Readonly<Record<string, () => RequestListener>> = {
  'express.static': () => serveByExpress(express.static(root)),
  'sirv on Express': () => serveByExpress(sirv(root)),
  'sirv on Express, in development': () => serveByExpress(sirv(root, { dev: true })),
  'koa-static': () => {
    const app = new Koa();
    app.silent = true;
    app.use(forKoa.requireAuth(createScopeGuard(MAP), { routing }) as Middleware);
    return app.use(mount('/files', serveFiles(root))).callback() as RequestListener;
  },
  'serveStatic of Hono': () => {
    const app = new Hono().use(forHono.requireAuth(createScopeGuard(MAP)));
    const rewriteRequestPath = (path: string) => path.slice('/files'.length);
    return toListener(app.use('/files/*', serveStatic({ root, rewriteRequestPath })));
  },
};

describe.each(Object.entries(SERVERS))('%s serves a file', (_name, serve) => {
  test.each(['/files/secret/x.txt', '/files/secret/x.txt/'])(
    'by its own rule: %s',
    async (target) => {
      const client = await start(serve());
      expect(await client.get(target, [])).toEqual([403, 'scope_required']);
      expect((await client.get(target, ['SECRET']))[0]).not.toBe(403);
    },
  );

  test('by the rule of its folder if it has none', async () => {
    const client = await start(serve());
    expect(await client.get('/files/secret/x.txt', ['SECRET'])).toEqual([200, SECRET_TEXT]);
    expect(await client.get('/files/public/a.txt', [])).toEqual([200, 'public']);
    expect((await client.get('/files/public/a.txt/', []))[0]).not.toBe(403);
  });
});
