import { createServer, type RequestListener, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Guard, Principal } from '@mandate/core';
import { requireAuth as requireExpress } from '@mandate/express';
import '@mandate/express/typed-auth';
import { type AuthEnv, requireAuth as requireHono } from '@mandate/hono';
import { type AuthState, requireAuth as requireKoa } from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';

const toBody = ({ subject, tokenId }: Principal) => ({ subject, by: tokenId });

/** Serves `GET /search` behind the guard: whose request it is, and by which token. */
export const HOSTS: readonly (readonly [string, (guard: Guard) => Server])[] = [
  [
    'Express',
    (guard) => {
      const app = express().use(requireExpress(guard));
      app.get('/search', (req, res) => res.json(toBody(req.auth)));
      return createServer(app);
    },
  ],
  [
    'Koa',
    (guard) => {
      const app = new Koa<AuthState>().use(requireKoa(guard));
      app.use((ctx) => {
        ctx.body = toBody(ctx.state.auth);
      });
      return createServer(app.callback() as RequestListener);
    },
  ],
  [
    'Hono',
    (guard) => {
      const app = new Hono<AuthEnv>().use(requireHono(guard));
      app.get('/search', (c) => c.json(toBody(c.var.auth)));
      return createAdaptorServer({ fetch: app.fetch }) as Server;
    },
  ],
];
