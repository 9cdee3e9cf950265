import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import * as forExpress from '@mandate/express';
import * as forHono from '@mandate/hono';
import * as forKoa from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import Koa, { type Middleware } from 'koa';
import { expect, test } from 'vitest';
import { createScopeGuard, start, toListener } from './server.js';

const AMBIGUOUS = [400, 'path_ambiguous'];

/** Parameters still work, which is the purpose of the option. */
const PARAMETERS: Readonly<Record<string, (allowEncodedSlash: boolean) => RequestListener>> = {
  Express: (allowEncodedSlash) => {
    const options = { endpoints: 'by-route', allowEncodedSlash } as const;
    const app = express().use(forExpress.requireAuth(createScopeGuard(), options));
    app.get('/users/:id', forExpress.requireScopes(), (req, res) => {
      res.send(req.params['id']);
    });
    return app;
  },
  Koa: (allowEncodedSlash) => {
    const options = { endpoints: 'by-route', allowEncodedSlash } as const;
    const router = new Router();
    router.get('/users/:id', forKoa.requireScopes() as Middleware, (ctx) => {
      ctx.body = ctx.params['id'];
    });
    const app = new Koa().use(forKoa.requireAuth(createScopeGuard(), options) as Middleware);
    return app.use(router.routes()).callback() as RequestListener;
  },
  Hono: (allowEncodedSlash) => {
    const options = { endpoints: 'by-route', allowEncodedSlash } as const;
    const app = new Hono().use(forHono.requireAuth(createScopeGuard(), options));
    return toListener(
      app.get('/users/:id', forHono.requireScopes(), (c) => c.text(c.req.param('id'))),
    );
  },
};

test.each(Object.entries(PARAMETERS))(
  '%s hands parameters on with rules at routes',
  async (_name, create) => {
    const strict = await start(create(false));
    expect(await strict.get('/users/a%40b.com', [])).toEqual([200, 'a@b.com']);
    expect(await strict.get('/users/a%2Fb', [])).toEqual(AMBIGUOUS);
    const open = await start(create(true));
    expect(await open.get('/users/a%2Fb', [])).toEqual([200, 'a/b']);
    for (const id of ['..%2Fb', 'a%2F..', 'a%2F', '%2Fb', 'a%2F.%2Fb', 'a%2F%5Cb']) {
      expect(await open.get(`/users/${id}`, [])).toEqual(AMBIGUOUS);
    }
  },
);
