import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuard, type Guard, type Principal } from '@mandate/core';
import {
  type App,
  getServer,
  NEST_11,
  NEST_12,
  type Nest,
  type Platform,
  startNest,
  type Type,
} from '../support/nest-versions.js';
import { createPrincipal } from '../support/static-verifier.js';

/** Every version of Nest on every platform. */
export const SITES: readonly (readonly [string, Site])[] = [
  ['Nest 12 on Express', { nest: NEST_12, platform: 'express' }],
  ['Nest 12 on Fastify', { nest: NEST_12, platform: 'fastify' }],
  ['Nest 11 on Express', { nest: NEST_11, platform: 'express' }],
  ['Nest 11 on Fastify', { nest: NEST_11, platform: 'fastify' }],
];

export interface Site {
  readonly nest: Nest;
  readonly platform: Platform;
}

type Module = Parameters<Nest['common']['Module']>[0];

/** A module of an application, beside what `metadata` says. */
export function createModule(metadata: Module, { nest }: Pick<Site, 'nest'>): Type {
  class AppModule {}
  nest.common.Module(metadata)(AppModule);
  return AppModule;
}

/** Its tokens name what their holders have: `scope.SEARCH_group.admins_permission.ANONYMOUS`. */
export function createNamedGuard(options: object = {}): Guard {
  return createGuard({
    verifiers: [{ accepts: () => true, verify: ({ token }) => toPrincipal(token) }],
    ...options,
  }) as Guard;
}

function toPrincipal(token: string): Principal {
  const parts = token.split('_').map((part) => part.split('.') as [string, string]);
  const find = (wanted: string) =>
    parts.filter(([name]) => name === wanted).map(([, value]) => value);
  const [permission = 'USER'] = find('permission');
  return createPrincipal({
    scopes: find('scope'),
    groups: find('group'),
    permission: permission as Principal['permission'],
    claims: Object.fromEntries(parts),
  });
}

/** An answer with what tests compare. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export interface RunningApp {
  readonly app: App;
  /** `send('GET /search', 'scope.SEARCH')`, with a token or without one. */
  send(endpoint: string, token?: string, init?: RequestInit): Promise<Answer>;
  close(): Promise<void>;
}

/** Serves an application on a port of its own. */
export async function serveNest(
  metadata: Module,
  { setUp, ...site }: Site & { readonly setUp?: (app: App) => void },
): Promise<RunningApp> {
  const app = await startNest(createModule(metadata, site), { ...site, ...(setUp && { setUp }) });
  const server: Server = getServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    app,
    async send(endpoint, token, init = {}) {
      const [method = '', path = ''] = endpoint.split(' ');
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        ...init,
        method,
        headers: { ...init.headers, ...authorization },
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: parse(text) };
    },
    close: async () => {
      server.closeAllConnections();
      await app.close();
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
