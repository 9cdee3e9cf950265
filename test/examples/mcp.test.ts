import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../examples/mcp/src/main.js';
import { ISSUER, signToken, validClaims } from '../support/tokens.js';
import { findFreePort } from './find-free-port.js';
import { testIssuer } from './request.js';
import { runExample } from './run-example.js';

const URL_OF_SERVER = 'http://127.0.0.1:3000/mcp';
const INSPECTOR = 'http://localhost:6274';

async function open(scope: string) {
  const app = await createApp(await testIssuer(), URL_OF_SERVER);
  const token = await signToken(validClaims({ scope }));
  const headers = { authorization: `Bearer ${token}`, origin: INSPECTOR };
  const fetch = async (url: string | URL, init?: RequestInit) => app.fetch(new Request(url, init));
  const client = new Client({ name: 'agent', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(URL_OF_SERVER), {
    ...{ fetch, requestInit: { headers } },
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  const call = (name: string, path: string) => client.callTool({ name, arguments: { path } });
  return { call, fetch };
}

test('examples/mcp finds files for an agent, and deletes them only with the scope', async () => {
  const reader = await open('FILES_READ');
  const found = { content: [{ type: 'text', text: '/plan.txt' }] };
  expect(await reader.call('find_file', 'plan')).toMatchObject(found);
  await expect(reader.call('delete_file', '/plan.txt')).rejects.toThrow(/scope/);
  const writer = await open('FILES_READ FILES_WRITE');
  const deleted = { content: [{ type: 'text', text: 'deleted' }] };
  expect(await writer.call('delete_file', '/plan.txt')).toMatchObject(deleted);
});

test('examples/mcp lets the page of the inspector read challenges and metadata', async () => {
  const { fetch } = await open('FILES_READ');
  const headers = { origin: INSPECTOR };
  const refused = await fetch(URL_OF_SERVER, { method: 'POST', headers });
  expect(refused.status).toBe(401);
  expect(refused.headers.get('access-control-allow-origin')).toBe(INSPECTOR);
  expect(refused.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
  const url = /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '');
  const metadata = await fetch(url?.[1] ?? '', { headers });
  expect(await metadata.json()).toMatchObject({
    resource: URL_OF_SERVER,
    authorization_servers: [ISSUER],
  });
});

test('examples/mcp, run from a shell, prints a call that it allows', async () => {
  const port = await findFreePort();
  const example = runExample('mcp', [], { PORT: String(port) });
  await expect.poll(() => example.output()).toContain('curl -iH');
  const lines = example.output().split('\n');
  const commands = lines.filter((line) => line.startsWith('  ')).join('\n');
  const run = async (script: string) => (await promisify(execFile)('sh', ['-c', script])).stdout;
  const isUp = () =>
    fetch(`http://127.0.0.1:${port}/mcp`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(isUp).toBe(401);
  expect(await run(commands)).toMatch(/^HTTP\/1\.1 200[\s\S]*plan\.txt/);
  const denied = await run(commands.replace('find_file', 'delete_file'));
  expect(denied).toMatch(/^HTTP\/1\.1 403[\s\S]*scope="FILES_READ FILES_WRITE"/);
});

test('the README of examples/mcp names its addresses', () => {
  const readme = readFileSync(new URL('../../examples/mcp/README.md', import.meta.url), 'utf8');
  expect(readme).toContain(URL_OF_SERVER);
  expect(readme).toContain(INSPECTOR);
});
