import { createServer, type Server } from 'node:http';
import Router from '@koa/router';
import type { FetchHandler, Guard } from '@mandate/core';
import { type AuthState, mountFetch, requireAuth } from '@mandate/koa';
import Koa, { type Middleware } from 'koa';
import mount from 'koa-mount';
import { createAnswer } from './answer.js';

export function createKoaServer(guard: Guard, administration: FetchHandler): Server {
  const answer: Middleware<AuthState> = (ctx) => {
    ctx.body = createAnswer('Koa', ctx.state.auth);
  };
  const router = new Router<AuthState>();
  router.get('/health', answer);
  router.post('/rest/api/v1/search', answer);
  router.post('/rest/api/v1/autocomplete', answer);
  router.post('/rest/api/v1/feed', answer);
  router.post('/rest/api/v1/agents/runs/wait', answer);
  router.get('/lookupvisitor', answer);
  router.get('/metrics', answer); // not in the policy, so no request gets here
  const app = new Koa<AuthState>();
  app.use(requireAuth(guard));
  app.use(mount('/admin', mountFetch(administration)));
  app.use(router.routes());
  return createServer(app.callback());
}
