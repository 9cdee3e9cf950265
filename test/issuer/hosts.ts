import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { FetchHandler } from '@mandate/core';
import { mountFetch as mountOnExpress } from '@mandate/express';
import { mountFetch as mountOnHono } from '@mandate/hono';
import { mountFetch as mountOnKoa } from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import mount from 'koa-mount';
import { listen } from '../support/listen.js';

/** Serves what `create` makes for a base path at `/auth` on a host; returns the URL of the mount point. */
export type ServeAt = (create: (basePath: string) => FetchHandler) => Promise<string>;

export const HOSTS: Readonly<Record<'express' | 'koa' | 'hono', ServeAt>> = {
  express: async (create) => {
    const app = express();
    app.use('/auth', mountOnExpress(create('')));
    return `${await listen(createServer(app))}/auth`;
  },
  koa: async (create) => {
    const app = new Koa();
    app.use(mount('/auth', mountOnKoa(create(''))));
    return `${await listen(createServer(app.callback()))}/auth`;
  },
  hono: async (create) => {
    const app = new Hono();
    app.all('/auth/*', mountOnHono(create('/auth')));
    return `${await listen(createServer(getRequestListener(app.fetch)))}/auth`;
  },
};
