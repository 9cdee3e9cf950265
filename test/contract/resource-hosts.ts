import { createServer, type RequestListener, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { FetchHandler, Guard } from '@mandate/core';
import { METADATA_PATH } from '@mandate/core/resource';
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
import Koa2 from 'koa2';

/** The guards of one server, by the first segment of the paths that they guard. */
export type Guards = Readonly<Record<string, Guard>>;

type CreateHost = (guards: Guards, metadata: FetchHandler) => Server | Promise<Server>;

const withExpress =
  (create: typeof express): CreateHost =>
  (guards, metadata) => {
    const app = create();
    app.use(METADATA_PATH, onExpress.mountFetch(metadata));
    for (const [name, guard] of Object.entries(guards)) {
      app.use(`/${name}`, onExpress.requireAuth(guard), (_req, res) => {
        res.send('served');
      });
    }
    return createServer(app);
  };

const withKoa =
  (Application: typeof Koa): CreateHost =>
  (guards, metadata) => {
    const app = new Application();
    app.use(mount(METADATA_PATH, onKoa.mountFetch(metadata)));
    for (const [name, guard] of Object.entries(guards)) {
      const part = new Application();
      part.use(onKoa.requireAuth(guard)).use((ctx) => {
        ctx.body = 'served';
      });
      app.use(mount(`/${name}`, part));
    }
    return createServer(app.callback() as RequestListener);
  };

const withHono: CreateHost = (guards, metadata) => {
  const app = new Hono();
  app.all(`${METADATA_PATH}/*`, onHono.mountFetch(metadata));
  for (const [name, guard] of Object.entries(guards)) {
    app.use(`/${name}/*`, onHono.requireAuth(guard)).all((c) => c.text('served'));
  }
  return createServer(getRequestListener(app.fetch));
};

const withFetch: CreateHost = (guards, metadata) => {
  const guarded = Object.entries(guards).map(
    ([name, guard]) => [name, guardFetch(guard, () => new Response('served'))] as const,
  );
  return createServer(
    getRequestListener((request: Request) => {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith(METADATA_PATH)) return metadata(request, {});
      const [, serve] = guarded.find(([name]) => pathname.startsWith(`/${name}/`)) ?? [];
      return serve?.(request) ?? new Response('Not Found', { status: 404 });
    }),
  );
};

const withFastify: CreateHost = async (guards, metadata) => {
  const app = Fastify();
  app.register(onFastify.mountFetch(metadata), { prefix: METADATA_PATH });
  for (const [name, guard] of Object.entries(guards)) {
    app.register(async (part) => {
      await part.register(onFastify.requireAuth(guard));
      part.get(`/${name}/*`, () => 'served');
    });
  }
  await app.ready();
  return app.server;
};

/** Every host, with the metadata before its guards. */
export const RESOURCE_HOSTS: Readonly<Record<string, CreateHost>> = {
  'express 5': withExpress(express),
  'express 4': withExpress(express4 as unknown as typeof express),
  'koa 3': withKoa(Koa),
  'koa 2': withKoa(Koa2 as unknown as typeof Koa),
  hono: withHono,
  fastify: withFastify,
  fetch: withFetch,
};
