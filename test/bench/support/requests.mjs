import { requireAuth } from '@mandate/express';
import express from 'express';
import { copyString } from './tokens.mjs';

const toBearer = (token) => ({ authorization: `Bearer ${token}` });

/**
 * The requests as the guard gets them from the Express adapter: a real server is asked, and a stand-in
 * for a guard keeps what it is handed.
 * @param toHeaders puts a token into headers.
 */
export async function captureRequests(tokens, pathOf, toHeaders = toBearer) {
  const requests = [];
  const capture = {
    decide(request) {
      requests.push(request);
      return { allowed: true, principal: {} };
    },
  };
  const app = express().use(requireAuth(capture), (_req, res) => res.end());
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  for (const [i, token] of tokens.entries()) {
    const url = `http://127.0.0.1:${server.address().port}${pathOf(i)}`;
    await fetch(url, { headers: toHeaders(copyString(token)) });
  }
  server.closeAllConnections();
  server.close();
  return requests;
}

/** @throws Error unless the guard lets all of them through, the second time without a promise. */
export async function rememberTokens(guard, requests) {
  for (const request of requests) await guard.decide(request);
  for (const request of requests) {
    const decision = guard.decide(request);
    if (decision instanceof Promise) throw new Error('decide returned a promise');
    if (!decision.allowed) throw new Error(decision.error.message);
  }
}
