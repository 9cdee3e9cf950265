import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { JwtIssuer } from '@mandate/core/jwt';
import { onTestFinished } from 'vitest';
import {
  AUDIENCE,
  fixtureKey,
  ISSUER,
  signToken,
  toKeySet,
  validClaims,
} from '../support/tokens.js';

/** What an example answered. */
export interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends `POST /search`, say, with a token of these claims if there are any. */
export type Send = (
  endpoint: string,
  claims?: Readonly<Record<string, unknown>>,
) => Promise<Answered>;

/** The issuer whose tokens the examples take in tests. */
export async function testIssuer(): Promise<JwtIssuer> {
  return { issuer: ISSUER, audience: AUDIENCE, keys: toKeySet(await fixtureKey()) };
}

/** Runs an app on a loopback port until the end of the test. */
export async function serveApp(app: RequestListener | FetchApp): Promise<Send> {
  const server =
    typeof app === 'function' ? createServer(app) : (createAdaptorServer(app) as Server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return createSend(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/** A Hono app, among others. */
interface FetchApp {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

export function createSend(url: string): Send {
  return async (endpoint, claims) => {
    const [method = '', target] = endpoint.split(' ');
    const headers: Record<string, string> = {};
    if (claims !== undefined) {
      headers['authorization'] = `Bearer ${await signToken(validClaims(claims))}`;
    }
    const response = await fetch(url + target, { method, headers });
    return { status: response.status, body: (await response.json()) as Answered['body'] };
  };
}
