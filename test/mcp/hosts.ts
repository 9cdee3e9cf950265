import { createServer, type RequestListener, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { FetchHandler, Guard } from '@mandate/core';
import { createMetadataHandler, METADATA_PATH } from '@mandate/core/resource';
import * as onExpress from '@mandate/express';
import * as onFastify from '@mandate/fastify';
import { guardFetch } from '@mandate/fetch';
import * as onHono from '@mandate/hono';
import * as onKoa from '@mandate/koa';
import express from 'express';
import express4 from 'express4';
import Fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import mount from 'koa-mount';

/** Creates a server with a guarded MCP endpoint at `/mcp`, and the metadata of its resource. */
export type CreateHost = (guard: Guard, handler: FetchHandler) => Server | Promise<Server>;

const withExpress =
  (create: typeof express): CreateHost =>
  (guard, handler) => {
    const app = create();
    app.use(METADATA_PATH, onExpress.mountFetch(createMetadataHandler([guard])));
    app.use(onExpress.requireAuth(guard));
    app.all('/mcp', onExpress.mountFetch(handler));
    return createServer(app);
  };

const withKoa: CreateHost = (guard, handler) => {
  const app = new Koa();
  app.silent = true;
  app.use(mount(METADATA_PATH, onKoa.mountFetch(createMetadataHandler([guard]))));
  app.use(onKoa.requireAuth(guard));
  app.use(mount('/mcp', onKoa.mountFetch(handler)));
  return createServer(app.callback() as RequestListener);
};

const withHono: CreateHost = (guard, handler) => {
  const app = new Hono();
  app.all(`${METADATA_PATH}/*`, onHono.mountFetch(createMetadataHandler([guard])));
  app.use(onHono.requireAuth(guard));
  app.all('/mcp', onHono.mountFetch(handler));
  return createServer(getRequestListener(app.fetch));
};

const withFastify: CreateHost = async (guard, handler) => {
  const app = Fastify();
  app.register(onFastify.mountFetch(createMetadataHandler([guard])), { prefix: METADATA_PATH });
  app.register(async (part) => {
    await part.register(onFastify.requireAuth(guard));
    part.register(onFastify.mountFetch(handler), { prefix: '/mcp' });
  });
  await app.ready();
  return app.server;
};

const withFetch: CreateHost = (guard, handler) => {
  const metadata = createMetadataHandler([guard]);
  const guarded = guardFetch(guard, handler) as (request: Request) => Promise<Response>;
  return createServer(
    getRequestListener((request) => {
      const isMetadata = new URL(request.url).pathname.startsWith(METADATA_PATH);
      return isMetadata ? metadata(request, {}) : guarded(request);
    }),
  );
};

export const HOSTS: Readonly<Record<string, CreateHost>> = {
  'express 5': withExpress(express),
  'express 4': withExpress(express4 as unknown as typeof express),
  koa: withKoa,
  hono: withHono,
  fastify: withFastify,
  fetch: withFetch,
};
