import {
  AuthError,
  createGuard,
  type EndpointMap,
  type Guard,
  type Principal,
  type TokenVerifier,
} from '@mandate/core';
import { createResource } from '@mandate/core/resource';
import { guardFetch } from '@mandate/fetch';
import { createMcpGuard, type McpGuardOptions, type McpHandler } from '@mandate/mcp';
import { createPrincipal } from '../support/static-verifier.js';

export const ORIGIN = 'https://tools.example.com';
export const IDENTIFIER = `${ORIGIN}/mcp`;
export const NOW_MS = Date.UTC(2026, 11, 1);
const EXPIRES_AT = NOW_MS / 1000 + 3600;

/** The rules of the table: two tools, a prompt, and resources with a narrower rule inside a wider one. */
export const RULES = {
  'tools/list': { scopes: [] },
  'prompts/list': { scopes: [] },
  'resources/list': { scopes: [] },
  'resources/templates/list': { scopes: [] },
  'subscriptions/listen': { scopes: [] },
  'tasks/list': { scopes: [] },
  'tools/call find_file': { scopes: ['FILES_READ'] },
  'tools/call delete_file': { scopes: ['FILES_WRITE'] },
  'tools/call 削除': { scopes: ['FILES_WRITE'] },
  'tools/call report_*': { scopes: ['REPORTS'] },
  'prompts/get summary': { scopes: ['FILES_READ'] },
  'resources/read file:///reports/*': { scopes: ['REPORTS'] },
  'resources/read file:///reports/secret/*': { scopes: ['SECRETS'] },
  'resources/read notes://today': { scopes: ['FILES_READ'] },
} as const;

/** The principals of the tokens with their names. */
export const PRINCIPALS: Readonly<Record<string, Principal>> = {
  reader: createPrincipal({ scopes: ['FILES_READ'], expiresAt: EXPIRES_AT }),
  writer: createPrincipal({ scopes: ['FILES_READ', 'FILES_WRITE'], expiresAt: EXPIRES_AT }),
  reporter: createPrincipal({ scopes: ['REPORTS'], expiresAt: EXPIRES_AT }),
  eve: createPrincipal({
    subject: 'eve@example.com',
    scopes: ['FILES_READ', 'FILES_WRITE', 'REPORTS', 'SECRETS'],
    expiresAt: EXPIRES_AT,
  }),
  delegate: createPrincipal({ actor: { subject: 'bot' }, expiresAt: EXPIRES_AT }),
  anonymous: createPrincipal({ permission: 'ANONYMOUS', expiresAt: EXPIRES_AT }),
  stranger: createPrincipal({ permission: 'ANONYMOUS', tokenId: 'token-2', expiresAt: EXPIRES_AT }),
  elsewhere: createPrincipal({ issuer: 'https://other.example', expiresAt: EXPIRES_AT }),
  eternal: createPrincipal({ scopes: ['FILES_READ', 'FILES_WRITE'] }),
};

/** Tokens that were revoked during a test. */
export class Tokens implements TokenVerifier {
  readonly revoked = new Set<string>();

  accepts(): boolean {
    return true;
  }

  verify({ token }: { readonly token: string }): Principal {
    if (this.revoked.has(token)) throw new AuthError('token_revoked');
    const principal = PRINCIPALS[token];
    if (principal === undefined) throw new AuthError('token_invalid');
    return principal;
  }
}

/** The guard of an endpoint whose tokens are the names of {@link PRINCIPALS}. */
export function createMcpTestGuard(
  tokens = new Tokens(),
  identifier = IDENTIFIER,
  now = () => NOW_MS,
): Guard {
  const { pathname } = new URL(identifier);
  return createGuard({
    verifiers: [tokens],
    resource: createResource({
      identifier,
      authorizationServers: ['https://sso.example.com/'],
    }),
    endpoints: Object.fromEntries(
      ['POST', 'GET', 'DELETE', 'PUT'].map((method) => [
        `${method} ${pathname}`,
        { scopes: [], anonymous: true },
      ]),
    ) as EndpointMap,
    now,
  });
}

/** What reached the server behind the guard. */
export interface Served {
  readonly request: Request;
  readonly text: string;
  readonly parsedBody: unknown;
}

/** A guarded endpoint as a function, with everything that reached the server behind it. */
export function openEndpoint(
  options: Partial<McpGuardOptions> = {},
  handler: McpHandler = () => Response.json({ jsonrpc: '2.0', id: 1, result: {} }),
  tokens = new Tokens(),
) {
  const { now = () => NOW_MS } = options;
  const guard = createMcpTestGuard(tokens, IDENTIFIER, now);
  const served: Served[] = [];
  const mcp = createMcpGuard(guard, { rules: RULES, ...options, now });
  const guarded = mcp.guardHandler(async (request, context) => {
    const text = await request.clone().text();
    served.push({ request, text, parsedBody: context.parsedBody });
    return handler(request, context);
  });
  const fetch = guardFetch(guard, guarded) as (request: Request) => Response | Promise<Response>;
  return { served, mcp, tokens, fetch: async (request: Request) => fetch(request) };
}

/** A POST with a message. `undefined` removes a header. */
export function post(
  body: unknown,
  headers: Readonly<Record<string, string | undefined>> = {},
  url = IDENTIFIER,
): Request {
  const all = {
    authorization: 'Bearer reader',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...headers,
  };
  const sent = Object.entries(all).filter((entry): entry is [string, string] => !!entry[1]);
  const content = typeof body === 'string' || body instanceof Uint8Array ? body : undefined;
  return new Request(url, {
    method: 'POST',
    headers: sent,
    body: (content ?? JSON.stringify(body)) as BodyInit,
  });
}

/** A request of 2025-11-25. */
export function legacy(method: string, params?: object): object {
  return { jsonrpc: '2.0', id: 1, method, ...(params && { params }) };
}

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** A request of 2026-07-28. */
export function modern(method: string, params: object = {}): object {
  return legacy(method, { ...params, _meta: META });
}

/** The headers of such a request. */
export function modernHeaders(method: string, name?: string): Record<string, string> {
  return {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(name !== undefined && { 'mcp-name': name }),
  };
}
