import { createServer, type RequestListener, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { FetchHandler } from '@mandate/core';
import { mountFetch as mountExpress } from '@mandate/express';
import { mountFetch as mountHono } from '@mandate/hono';
import { mountFetch as mountKoa } from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import mount from 'koa-mount';

/** Serves a handler below `/admin`. */
type Host = (create: (basePath: string | undefined) => FetchHandler) => Server;

export const HOSTS: readonly (readonly [string, Host])[] = [
  ['Express', (create) => createServer(express().use('/admin', mountExpress(create(undefined))))],
  [
    'Koa',
    (create) => {
      const app = new Koa().use(mount('/admin', mountKoa(create(undefined))));
      return createServer(app.callback() as RequestListener);
    },
  ],
  [
    'Hono',
    (create) => {
      const app = new Hono().all('/admin/*', mountHono(create('/admin')));
      return createAdaptorServer({ fetch: app.fetch }) as Server;
    },
  ],
];
