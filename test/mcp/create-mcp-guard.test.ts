import {
  Client as ClientTwo,
  StreamableHTTPClientTransport as TransportTwo,
} from '@modelcontextprotocol/client';
import { Client as ClientOne } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportOne } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { IDENTIFIER, legacy, modern, modernHeaders, openEndpoint, post } from './open-endpoint.js';

function createServer(): McpServer {
  const server = new McpServer({ name: 'files', version: '1.0.0' });
  for (const name of ['find_file', 'delete_file']) {
    server.registerTool(name, { inputSchema: z.object({ path: z.string() }) }, ({ path }, ctx) => ({
      content: [{ type: 'text', text: `${name} ${path} ${ctx.http?.authInfo?.clientId ?? ''}` }],
    }));
  }
  return server;
}

function openSdk(options = {}) {
  const handler = createMcpHandler(createServer);
  return openEndpoint(options, (request, context) => handler.fetch(request, context));
}

const authorized = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

test('a client of either version calls the tools that its token allows, and no other', async () => {
  const { fetch } = openSdk();
  const send = (url: string | URL, init?: RequestInit) => fetch(new Request(url, init));
  const url = new URL(IDENTIFIER);
  const two = new ClientTwo({ name: 'c', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await two.connect(new TransportTwo(url, { fetch: send, requestInit: authorized('reader') }));
  const one = new ClientOne({ name: 'c', version: '1' });
  await one.connect(
    new TransportOne(url, { fetch: send, requestInit: authorized('reader') }) as never,
  );
  const call = { name: 'find_file', arguments: { path: 'a' } };
  expect(await two.callTool(call)).toMatchObject({ content: [{ text: 'find_file a ' }] });
  expect(await one.callTool(call)).toMatchObject({ content: [{ text: 'find_file a ' }] });
  const denied = { name: 'delete_file', arguments: { path: 'a' } };
  await expect(two.callTool(denied)).rejects.toThrow();
  await expect(one.callTool(denied)).rejects.toThrow();
});

test('a missing scope is 403 with its challenge, of this operation alone since 2026-07-28', async () => {
  const { fetch, served } = openSdk();
  const response = await fetch(
    post(modern('tools/call', { name: 'delete_file' }), modernHeaders('tools/call', 'delete_file')),
  );
  expect(response.status).toBe(403);
  expect(response.headers.get('www-authenticate')).toBe(
    'Bearer error="insufficient_scope", error_description="The token lacks a scope that this endpoint requires.", ' +
      'scope="FILES_WRITE", resource_metadata="https://tools.example.com/.well-known/oauth-protected-resource/mcp"',
  );
  expect(served).toEqual([]);
});

test('before, the challenge names the granted scopes too, because clients ask for exactly these', async () => {
  const { fetch } = openSdk();
  const response = await fetch(post(legacy('tools/call', { name: 'delete_file' })));
  expect(response.status).toBe(403);
  expect(response.headers.get('www-authenticate')).toContain('scope="FILES_READ FILES_WRITE"');
});
