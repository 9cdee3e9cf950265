import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { createGuard, type EndpointMap, type Guard, type TokenVerifier } from '@mandate/core';
import { onTestFinished } from 'vitest';
import { createPrincipal } from '../../support/static-verifier.js';
import { sendRaw } from '../raw-http.js';

/** A token is the list of its scopes, joined by dots: `Bearer token.ADMIN`. */
const BY_SCOPES: TokenVerifier = {
  accepts: ({ token }) => token.startsWith('token'),
  verify: ({ token }) => createPrincipal({ scopes: token.split('.').slice(1), groups: ['a', 'b'] }),
};

export function createScopeGuard(endpoints?: EndpointMap): Guard {
  return createGuard({ verifiers: [BY_SCOPES], endpoints });
}

/** Sends targets as they are to a server on loopback; stops it when the test is over. */
export interface Client {
  /** The status, and the body or the code of the refusal. */
  get(target: string, scopes?: readonly string[]): Promise<readonly [number | 'closed', string]>;
}

export async function start(listener: RequestListener): Promise<Client> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    async get(target, scopes) {
      const headers = scopes && [`Authorization: Bearer ${['token', ...scopes].join('.')}`];
      const { status, body } = await sendRaw(port, {
        method: 'GET',
        target,
        headers: headers ?? [],
      });
      return [status, /"code":"(\w+)"/.exec(body)?.[1] ?? body];
    },
  };
}

/** What a Hono application's `fetch` becomes on Node. */
export function toListener(app: {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}) {
  const server = createAdaptorServer({ fetch: app.fetch });
  return server.listeners('request')[0] as RequestListener;
}
