import { createMcpGuard, type McpGuardOptions } from '@mandate/mcp';
import { Client as ClientTwo, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as ClientOne } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportOne } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../support/listen.js';
import { type CreateHost, HOSTS } from './hosts.js';
import {
  createMcpTestGuard,
  legacy,
  modern,
  modernHeaders,
  NOW_MS,
  RULES,
} from './open-endpoint.js';
import { serveOne, serveTwo } from './sdk-servers.js';

const IDENTIFIER = 'http://127.0.0.1/mcp';

async function open(
  create: CreateHost,
  serve: ReturnType<typeof serveOne>,
  options: Partial<McpGuardOptions> = {},
): Promise<URL> {
  const guard = createMcpTestGuard(undefined, IDENTIFIER);
  const mcp = createMcpGuard(guard, { rules: RULES, now: () => NOW_MS, ...options });
  return new URL('/mcp', await listen(await create(guard, mcp.guardHandler(serve))));
}

const requestInit = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

async function connectOne(url: URL, token: string): Promise<ClientOne> {
  const client = new ClientOne({ name: 'client', version: '1' });
  await client.connect(new TransportOne(url, { requestInit: requestInit(token) }) as never);
  onTestFinished(() => client.close());
  return client;
}

async function connectTwo(url: URL, mode: 'auto' | 'legacy'): Promise<ClientTwo> {
  const client = new ClientTwo({ name: 'client', version: '1' }, { versionNegotiation: { mode } });
  const transport = new StreamableHTTPClientTransport(url, { requestInit: requestInit('reader') });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

const FIND = { name: 'find_file', arguments: { path: 'a' } };
const DELETE = { name: 'delete_file', arguments: { path: 'a' } };
const FOUND = { content: [{ type: 'text', text: 'find_file a of ada@example.com' }] };

function post(url: URL, token: string, body: unknown, headers: Record<string, string> = {}) {
  const accept = 'application/json, text/event-stream';
  const all = { authorization: `Bearer ${token}`, accept, 'content-type': 'application/json' };
  const init = { method: 'POST', headers: { ...all, ...headers } };
  return fetch(url, { ...init, body: JSON.stringify(body) });
}

describe.each(Object.entries(HOSTS))('on %s', (_name, create) => {
  test('version 2 of the SDK serves clients of both versions and eras', async () => {
    const url = await open(create, serveTwo(), { filterLists: true });
    const clients = [
      await connectTwo(url, 'auto'),
      await connectTwo(url, 'legacy'),
      await connectOne(url, 'reader'),
    ];
    for (const client of clients) {
      expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['find_file']);
      expect(await client.callTool(FIND)).toMatchObject(FOUND);
      await expect(client.callTool(DELETE)).rejects.toThrow(/insufficient|403|scope/i);
    }
  });

  test('version 1 of the SDK serves sessions, each to the principal that opened it', async () => {
    const url = await open(create, serveOne(), { filterLists: true });
    const client = await connectOne(url, 'writer');
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(['find_file', 'delete_file']);
    expect(await client.callTool(FIND)).toMatchObject(FOUND);
    const session = { 'mcp-session-id': client.transport?.sessionId ?? '' };
    const call = legacy('tools/call', FIND);
    expect((await post(url, 'eve', call, session)).status).toBe(404);
    // Another token of the same subject.
    expect((await post(url, 'reader', call, session)).status).toBe(200);
    const { headers } = requestInit('eve');
    expect((await fetch(url, { headers: { ...headers, ...session } })).status).toBe(404);
    const ended = await fetch(url, { method: 'DELETE', headers: { ...headers, ...session } });
    expect(ended.status).toBe(404);
    expect(await client.callTool(FIND)).toMatchObject(FOUND);
    await (client.transport as TransportOne).terminateSession();
    expect((await post(url, 'reader', call, session)).status).toBe(404);
  });

  test('refusals come before a stream starts', async () => {
    const url = await open(create, serveOne());
    const headers = modernHeaders('tools/call', 'delete_file');
    const denied = await post(url, 'reader', modern('tools/call', DELETE), headers);
    expect([denied.status, denied.headers.get('content-type')]).toEqual([
      403,
      'application/problem+json',
    ]);
    expect(denied.headers.get('www-authenticate')).toContain('scope="FILES_WRITE"');
    const strange = await post(url, 'reader', modern('tools/call', FIND), {
      ...headers,
      origin: 'https://evil.example',
    });
    expect(strange.status).toBe(403);
    const anonymous = await fetch(url, { method: 'POST' });
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers.get('www-authenticate')).toBe(
      'Bearer resource_metadata="http://127.0.0.1/.well-known/oauth-protected-resource/mcp"',
    );
    const mismatch = await post(url, 'reader', modern('tools/call', FIND), headers);
    expect([mismatch.status, await mismatch.json()]).toMatchObject([
      400,
      { error: { code: -32020 } },
    ]);
  });

  test('a client that hangs up ends the stream of the server', async () => {
    let cancelled = () => {};
    const end = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    const url = await open(create, async () => {
      const start = (controller: ReadableStreamDefaultController) =>
        controller.enqueue(new TextEncoder().encode(': open\n\n'));
      const body = new ReadableStream({ start, cancel: () => cancelled() });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    });
    const response = await post(url, 'reader', legacy('tools/call', FIND));
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await end;
  });
});
