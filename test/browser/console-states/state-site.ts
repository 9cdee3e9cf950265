import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type ConsoleOptions, createConsole } from '@mandate/console';
import { createExports, createMemoryExportStore } from '@mandate/exports';
import {
  createMemoryTokenStore,
  createTokenAuthority,
  type IssuedToken,
  type NewToken,
} from '@mandate/tokens';

export const ROOT = { subject: 'root@example.com', isSuperAdmin: true };
export const DAY_MS = 86_400_000;

/** An address as long as an e-mail address may be. */
export const LONG_EMAIL = `${'ada.lovelace.of.the.analytical.engine.'.repeat(5)}x@${'sub-domain.'.repeat(4)}example.com`;
/** A name without a place to break. */
export const LONG_NAME = 'the_nightly_import_of_the_data_warehouse_'.repeat(4);

const ADMINS: Readonly<Record<string, { subject: string; isSuperAdmin: boolean }>> = {
  super: ROOT,
  admin: { subject: 'admin@example.com', isSuperAdmin: false },
  long: { subject: LONG_EMAIL, isSuperAdmin: true },
};

export const SCOPES = {
  SEARCH: 'Search queries and autocomplete',
  CHAT: 'Chat',
  DOCPERMISSIONS: 'Permissions of documents',
  PEOPLE: 'People and teams',
} as const;

/** So many that they are searched. */
export const MANY_SCOPES: Readonly<Record<string, string>> = {
  ...SCOPES,
  ...Object.fromEntries(
    ['AGENTS', 'ANSWERS', 'COLLECTIONS', 'FEEDBACK', 'INSIGHTS', 'PINS', 'SUMMARIZE'].map(
      (name) => [name, `${name.charAt(0)}${name.slice(1).toLowerCase()} of the organization`],
    ),
  ),
};

export const GROUPS = {
  support: 'Cases of customers',
  finance: 'Invoices and what was paid',
  [LONG_NAME.slice(0, 80)]: 'A group with a long name',
} as const;

export interface StateSiteOptions extends Pick<ConsoleOptions, 'logInUrl' | 'logOutUrl'> {
  readonly scopes?: Readonly<Record<string, string>> | undefined;
  readonly groups?: Readonly<Record<string, string>> | undefined;
}

/** The pages over stores in memory, which a test can break. A session is its cookie. */
export async function openStateSite({ scopes, groups, ...options }: StateSiteOptions) {
  const tokenStore = createMemoryTokenStore();
  const exportStore = createMemoryExportStore();
  const settings = { store: tokenStore, groups: Object.keys(GROUPS) };
  const authority = createTokenAuthority(settings);
  let listener: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => listener(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service = createExports({
    store: exportStore,
    keys: [new Uint8Array(32).fill(7)],
    callbackUrl: `${origin}/exports/callback`,
    allowLoopback: true,
  });
  const handler = createConsole({
    authorizeAdmin: (request) => {
      const session = /\bsession=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1];
      if (session === 'broken') throw new TypeError('the session store is at 10.0.0.1');
      return session === undefined ? 'anonymous' : ADMINS[session];
    },
    tokens: { authority, scopes, groups },
    exports: { service, egressAddresses: ['192.0.2.10', '2001:db8::10'] },
    ...options,
  });
  listener = getRequestListener((request) => handler(request, {})) as RequestListener;
  /** Issues an ANONYMOUS token, or the described token, in the past if requested. */
  const issue = (token: Partial<NewToken> = {}, daysAgo = 0): Promise<IssuedToken> => {
    const now = () => Date.now() - daysAgo * DAY_MS;
    const then = createTokenAuthority({ ...settings, now });
    const base = { description: 'import', permission: 'ANONYMOUS', scopes: ['SEARCH'] } as const;
    return then.create({ ...base, ...token }, ROOT);
  };
  return {
    ...{ origin, authority, tokenStore, exportStore, service, issue },
    async close() {
      server.close().closeAllConnections();
      await once(server, 'close');
      await service.worker.stop();
    },
  };
}

export type StateSite = Awaited<ReturnType<typeof openStateSite>>;
