import { createServer } from 'node:http';
import { createKeySet } from '@mandate/core/jwt';
import { onTestFinished } from 'vitest';
import { createApp } from '../../examples/cookies/src/main.js';
import { createOtherSite } from '../../examples/cookies/src/other-site.js';
import { AUDIENCE, createIssuer, type Issuer } from '../../examples/local-issuer/src/main.js';
import { listen } from '../support/listen.js';

/** The site of the example and its issuer, until the end of the test. */
export interface CookiesSite {
  readonly origin: string;
  /** The origin of the attacking site: another port of the same host. */
  readonly otherOrigin: string;
  readonly issuer: Issuer;
}

export async function serveCookies(): Promise<CookiesSite> {
  const issuer = await createIssuer(0);
  onTestFinished(() => issuer.close());
  const server = createServer();
  const origin = await listen(server);
  const keys = createKeySet({ url: issuer.jwksUri });
  const app = createApp({
    origin,
    issuer: { issuer: issuer.url, audience: AUDIENCE, keys },
    issueToken: (subject) => issuer.issue({ subject, scope: 'NOTES' }),
  });
  server.on('request', app);
  return { origin, otherOrigin: await listen(createOtherSite(origin)), issuer };
}
