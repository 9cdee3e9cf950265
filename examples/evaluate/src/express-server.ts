import { createServer, type Server } from 'node:http';
import type { FetchHandler, Guard } from '@mandate/core';
import { mountFetch, requireAuth } from '@mandate/express';
import '@mandate/express/typed-auth';
import express, { type RequestHandler } from 'express';
import { createAnswer } from './answer.js';

export function createExpressServer(guard: Guard, administration: FetchHandler): Server {
  const answer: RequestHandler = (req, res) => {
    res.json(createAnswer('Express', req.auth));
  };
  const app = express();
  app.use(requireAuth(guard));
  app.use('/admin', mountFetch(administration));
  app.get('/health', answer);
  app.post('/rest/api/v1/search', answer);
  app.post('/rest/api/v1/autocomplete', answer);
  app.post('/rest/api/v1/feed', answer);
  app.post('/rest/api/v1/agents/runs/wait', answer);
  app.get('/lookupvisitor', answer);
  app.get('/metrics', answer); // not in the policy, so no request gets here
  return createServer(app);
}
