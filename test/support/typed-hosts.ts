import KoaRouter from '@koa/router';
import type { FetchHandler, Guard } from '@mandate/core';
import * as onExpress from '@mandate/express';
import * as checkExpress from '@mandate/express/check-routes';
import '@mandate/express/typed-auth';
import * as onKoa from '@mandate/koa';
import * as checkKoa from '@mandate/koa/check-routes';
import express from 'express';
import Koa from 'koa';

/** What an application does with the adapter, compiled with the types of each version of Express. */
export function createTypedExpress(guard: Guard, handler: FetchHandler) {
  const app = express();
  app.use(onExpress.requireAuth(guard));
  app.get('/t/:g', onExpress.requireGroup({ path: 'g' }), (req, res) => {
    const group: string = req.params.g;
    res.json({ group, subject: req.auth.subject });
  });
  const router = express.Router();
  router.post('/', onExpress.allowAnonymous(), onExpress.requireScopes('A'), (_req, res) => {
    res.end();
  });
  app.use('/r', router).use('/m', onExpress.mountFetch(handler));
  checkExpress.checkRoutes(app, { checked: ['USE /m fetchHandler'] });
  return checkExpress.listRoutes(router);
}

/** The same for each version of Koa. */
export function createTypedKoa(guard: Guard, handler: FetchHandler) {
  const app = new Koa<onKoa.AuthState>();
  const router = new KoaRouter<onKoa.AuthState>();
  router.get('/t/:g', onKoa.requireGroup({ path: 'g' }), (ctx) => {
    ctx.body = ctx.state.auth.subject;
  });
  app.use(onKoa.requireAuth(guard)).use(onKoa.mountFetch(handler));
  app.use(router.routes());
  checkKoa.checkRoutes(app);
  return checkKoa.listRoutes(router);
}
