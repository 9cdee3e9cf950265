import type { DecisionEvent } from '@mandate/core';
import { createExpressServer } from './express-server.js';
import { createHonoServer } from './hono-server.js';
import { createIssuer } from './issuer.js';
import { createKoaServer } from './koa-server.js';
import { type Listening, listen } from './listen.js';
import { createPolicy } from './policy.js';
import { issueTokens, type Tokens } from './tokens.js';

/** Everything that runs, and the tokens to try it with. */
export interface Evaluation {
  readonly issuerUrl: string;
  readonly servers: readonly NamedServer[];
  readonly tokens: Tokens;
  close(this: void): Promise<void>;
}

export interface NamedServer {
  readonly name: 'Express' | 'Koa' | 'Hono';
  readonly url: string;
}

/** Starts the issuer and, behind one guard, the three servers. */
export async function startEvaluation(
  onDecision?: (event: DecisionEvent) => void,
): Promise<Evaluation> {
  const issuer = await createIssuer(4100);
  const guard = createPolicy({ issuer: issuer.url, jwksUri: issuer.jwksUri, onDecision });
  const express = await listen(createExpressServer(guard), 4101);
  const koa = await listen(createKoaServer(guard), 4102);
  const hono = await listen(createHonoServer(guard), 4103);
  const running: readonly Pick<Listening, 'close'>[] = [express, koa, hono, issuer];
  return {
    issuerUrl: issuer.url,
    servers: [
      { name: 'Express', url: express.url },
      { name: 'Koa', url: koa.url },
      { name: 'Hono', url: hono.url },
    ],
    tokens: await issueTokens(issuer),
    close: async () => {
      await Promise.all(running.map((server) => server.close()));
    },
  };
}
