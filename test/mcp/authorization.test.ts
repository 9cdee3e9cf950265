import { createServer, type RequestListener, type Server } from 'node:http';
import { createGuard, type Guard } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { createResource } from '@mandate/core/resource';
import { createMcpGuard } from '@mandate/mcp';
import {
  Client as ClientTwo,
  type OAuthClientProvider,
  StreamableHTTPClientTransport as TransportTwo,
} from '@modelcontextprotocol/client';
import { Client as ClientOne } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportOne } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { followRedirects } from '../integration/sso/follow-redirects.js';
import { listen } from '../support/listen.js';
import { CLIENT_ID, REDIRECT_URI, startAuthorizationServer } from './authorization-server.js';
import { type CreateHost, HOSTS } from './hosts.js';
import { serveTwo } from './sdk-servers.js';

/** The part of an OAuth client that an application has: what it stores, and its browser. */
function createOAuthClient() {
  const stored = new Map<string, unknown>();
  let location: URL | undefined;
  const provider: OAuthClientProvider = {
    redirectUrl: REDIRECT_URI,
    clientMetadata: { redirect_uris: [REDIRECT_URI], client_name: 'agent' },
    clientInformation: () => ({ client_id: CLIENT_ID }),
    tokens: () => stored.get('tokens') as ReturnType<OAuthClientProvider['tokens']>,
    saveTokens: (tokens) => void stored.set('tokens', tokens),
    saveCodeVerifier: (verifier) => void stored.set('verifier', verifier),
    codeVerifier: () => stored.get('verifier') as string,
    saveDiscoveryState: (state) => void stored.set('discovery', state),
    discoveryState: () => stored.get('discovery') as never,
    redirectToAuthorization: (url) => {
      location = url;
    },
  };
  /** A person logs in and agrees, and the browser returns with a code. */
  const logIn = async (): Promise<URLSearchParams> => {
    const url = new URL(location ?? '');
    url.searchParams.set('login_hint', 'ada');
    return (await followRedirects(url, REDIRECT_URI)).searchParams;
  };
  return { provider, logIn };
}

type OAuthClient = ReturnType<typeof createOAuthClient>;

/** A client of one version of the SDK. Once authorized, it connects again with the same provider. */
interface TestClient {
  connect(): Promise<void>;
  call(tool: string): Promise<unknown>;
  /** After a refusal. */
  finish(answer: URLSearchParams): Promise<void>;
}

function createClientTwo(url: URL, { provider }: OAuthClient): TestClient {
  let client: ClientTwo;
  let transport: TransportTwo;
  return {
    async connect() {
      client = new ClientTwo({ name: 'a', version: '1' }, { versionNegotiation: { mode: 'auto' } });
      transport = new TransportTwo(url, { authProvider: provider });
      onTestFinished(() => client.close());
      await client.connect(transport);
    },
    call: (name) => client.callTool({ name, arguments: { path: 'a' } }),
    finish: (answer) => transport.finishAuth(answer),
  };
}

function createClientOne(url: URL, { provider }: OAuthClient): TestClient {
  let client: ClientOne;
  let transport: TransportOne;
  return {
    async connect() {
      client = new ClientOne({ name: 'a', version: '1' });
      transport = new TransportOne(url, { authProvider: provider as never });
      onTestFinished(() => client.close());
      await client.connect(transport as never);
    },
    call: (name) => client.callTool({ name, arguments: { path: 'a' } }),
    finish: (answer) => transport.finishAuth(answer.get('code') ?? ''),
  };
}

function createFilesGuard(issuer: string, identifier: string): Guard {
  return createGuard({
    verifiers: [createJwtVerifier({ issuer, audience: identifier })],
    resource: createResource({
      identifier,
      authorizationServers: [issuer],
      scopesSupported: ['FILES_READ'],
    }),
    endpoints: {
      'POST /mcp': { scopes: [] },
      'GET /mcp': { scopes: [] },
      'DELETE /mcp': { scopes: [] },
    },
  }) as unknown as Guard;
}

/** A guarded server whose identifier has its port. */
async function openServer(create: CreateHost, issuer: string): Promise<URL> {
  let answer: RequestListener = (_, res) => res.writeHead(503).end();
  const origin = await listen(createServer((req, res) => answer(req, res)));
  const guard = createFilesGuard(issuer, `${origin}/mcp`);
  const rules = {
    'tools/list': { scopes: [] },
    'tools/call find_file': { scopes: ['FILES_READ'] },
    'tools/call delete_file': { scopes: ['FILES_WRITE'] },
  };
  const mcp = createMcpGuard(guard, { rules, filterLists: true });
  const server: Server = await create(guard, mcp.guardHandler(serveTwo()));
  answer = (req, res) => server.emit('request', req, res);
  return new URL('/mcp', origin);
}

const HOST_NAMES = ['express 5', 'koa', 'hono', 'fastify'];
const CLIENTS = { '1': createClientOne, '2': createClientTwo };

describe.each(HOST_NAMES)('on %s', (host) => {
  test.each(Object.entries(CLIENTS))(
    'a client of version %s gets a token for each scope that a tool needs, and no other',
    async (_version, createClient) => {
      const requested: URLSearchParams[] = [];
      const issuer = await startAuthorizationServer(requested);
      const url = await openServer(HOSTS[host] as CreateHost, issuer);
      const oauth = createOAuthClient();
      const client = createClient(url, oauth);

      // 401, metadata, authorization code with PKCE for the resource.
      await expect(client.connect()).rejects.toThrow(/unauthorized/i);
      await client.finish(await oauth.logIn());
      await client.connect();
      const found = { content: [{ type: 'text', text: 'find_file a of ada' }] };
      expect(await client.call('find_file')).toMatchObject(found);

      // 403, a token with both scopes.
      await expect(client.call('delete_file')).rejects.toThrow(/unauthorized/i);
      await client.finish(await oauth.logIn());
      const deleted = { content: [{ type: 'text', text: 'delete_file a of ada' }] };
      expect(await client.call('delete_file')).toMatchObject(deleted);
      expect(await client.call('find_file')).toMatchObject(found);

      expect(requested.map((one) => one.get('scope')?.split(' ').sort().join(' '))).toEqual([
        'FILES_READ',
        'FILES_READ FILES_WRITE',
      ]);
      for (const one of requested) {
        expect(one.get('resource')).toBe(url.href);
        expect(one.get('code_challenge_method')).toBe('S256');
      }
    },
  );
});
