import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { FetchHandler, Guard } from '@mandate/core';
import { type AuthEnv, mountFetch, requireAuth } from '@mandate/hono';
import { type Handler, Hono } from 'hono';
import { createAnswer } from './answer.js';

export function createHonoServer(guard: Guard, administration: FetchHandler): Server {
  const answer: Handler<AuthEnv> = (c) => c.json(createAnswer('Hono', c.var.auth));
  const app = new Hono<AuthEnv>();
  app.use(requireAuth(guard));
  app.all('/admin/*', mountFetch(administration));
  app.get('/health', answer);
  app.post('/rest/api/v1/search', answer);
  app.post('/rest/api/v1/autocomplete', answer);
  app.post('/rest/api/v1/feed', answer);
  app.post('/rest/api/v1/agents/runs/wait', answer);
  app.get('/lookupvisitor', answer);
  app.get('/metrics', answer); // not in the policy, so no request gets here
  return createAdaptorServer({ fetch: app.fetch }) as Server;
}
