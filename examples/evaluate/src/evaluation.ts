import type { DecisionEvent } from '@mandate/core';
import { createIssuer, type Listening, listen } from '@mandate/example-local-issuer';
import { type AdministrationSite, openAdministration } from './administration.js';
import { DecisionHistory } from './decision-history.js';
import { type ExportSite, openExports } from './exports.js';
import { createExpressServer } from './express-server.js';
import { createHonoServer } from './hono-server.js';
import { openIssuedTokens } from './issued-tokens.js';
import { createKoaServer } from './koa-server.js';
import { createPolicy } from './policy.js';
import { openPresence, type PresenceSite } from './presence.js';
import { REQUESTS } from './requests.js';
import { writeRequests } from './requests-page.js';
import { createTokens, issueTokens, type Variables } from './tokens.js';

/** Everything that runs, and the tokens to try it with, by the names of shell variables. */
export interface Evaluation {
  readonly issuerUrl: string;
  /** A page with requests to paste into a terminal. */
  readonly requestsUrl: string;
  readonly servers: readonly NamedServer[];
  /** Where the tokens are that the API issues itself. */
  readonly tokensFile: string;
  readonly variables: Variables;
  readonly presence: PresenceSite;
  readonly exports: ExportSite;
  readonly administration: AdministrationSite;
  close(this: void): Promise<void>;
}

export interface NamedServer {
  readonly name: 'Express' | 'Koa' | 'Hono';
  readonly url: string;
}

/** Starts the issuer and, behind one guard, the three servers; then creates tokens at one of them. */
export async function startEvaluation(
  onDecision?: (event: DecisionEvent) => void,
): Promise<Evaluation> {
  const issuer = await createIssuer(4100);
  const tokens = await openIssuedTokens();
  const guard = createPolicy({
    issuer: issuer.url,
    jwksUri: issuer.jwksUri,
    issued: tokens.verifier,
    onDecision,
  });
  const history = new DecisionHistory();
  const watch = (server: NamedServer['name']) => history.watch(guard, server);
  const admin = tokens.administration();
  const express = await listen(createExpressServer(watch('Express'), admin), 4101);
  const koa = await listen(createKoaServer(watch('Koa'), admin), 4102);
  const onHono = tokens.administration('/admin');
  const hono = await listen(createHonoServer(watch('Hono'), onHono), 4103);
  const presence = await openPresence(4104);
  const administration = await openAdministration(4107);
  const exports = await openExports(administration, [4105, 4106]);
  administration.serve(tokens.authority, exports.service, history);
  const issued = await issueTokens(issuer);
  const sites = [presence, exports, administration];
  const running: readonly Pick<Listening, 'close'>[] = [express, koa, hono, issuer, ...sites];
  const servers: readonly NamedServer[] = [
    { name: 'Express', url: express.url },
    { name: 'Koa', url: koa.url },
    { name: 'Hono', url: hono.url },
  ];
  const variables = { ...issued, ...(await createTokens(express.url, issued.ADMIN)) };
  issuer.publishRequests(writeRequests({ issuerUrl: issuer.url, servers, variables }, REQUESTS));
  return {
    issuerUrl: issuer.url,
    requestsUrl: issuer.requestsUrl,
    servers,
    tokensFile: tokens.file,
    variables,
    presence,
    exports,
    administration,
    close: async () => {
      await Promise.all(running.map((server) => server.close()));
      await tokens.close();
    },
  };
}
