import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createKeyServer, serveKeys } from '../support/key-server.js';
import { listen } from '../support/listen.js';
import { AUDIENCE, fixtureKey, ISSUER } from '../support/tokens.js';
import { findFreePort } from './find-free-port.js';
import { createSend } from './request.js';
import { runExample } from './run-example.js';

const scopes: Readonly<Record<string, string>> = {
  express: 'POST /search',
  koa: 'POST /search',
  hono: 'POST /search',
  fastify: 'POST /search',
  nest: 'POST /search',
  'per-route': 'POST /search',
  openapi: 'POST /search',
  decorators: 'GET /groups/7/visitors',
  optional: 'GET /statistics',
};

describe.each(Object.entries(scopes))('examples/%s, run from a shell', (name, endpoint) => {
  test('takes its issuer from the environment and fetches its keys', async () => {
    const keyServer = await createKeyServer(serveKeys(await fixtureKey()));
    const port = await findFreePort();
    const example = runExample(name, [], {
      ISSUER,
      AUDIENCE,
      JWKS_URI: keyServer.url,
      PORT: String(port),
    });
    const send = createSend(`http://127.0.0.1:${port}`);
    await vi.waitFor(() => send('GET /health'), { timeout: 240_000, interval: 50 });
    const allowed = await send(endpoint, {
      scope: 'SEARCH PRESENCE',
      groupid: '7',
      plan: 'pro',
    });
    expect(allowed.status, example.output()).toBe(200);
    expect((await send(endpoint)).status).toBe(401);
    expect(keyServer.requests).toBe(1);
    await keyServer.stop();
  });

  test('starts with an issuer of its own, and prints a request that it allows', async () => {
    const port = await findFreePort();
    const example = runExample(name, [], { PORT: String(port) });
    await expect.poll(() => example.output()).toContain('curl -iH');
    const send = createSend(`http://127.0.0.1:${port}`);
    await vi.waitFor(() => send('GET /health'), { timeout: 240_000, interval: 50 });
    const commands = example
      .output()
      .split('\n')
      .filter((line) => line.startsWith('  '));
    const { stdout } = await promisify(execFile)('sh', ['-c', commands.join('\n')]);
    expect(stdout).toMatch(/^HTTP\/1\.1 200/);
  });

  test('does not start with empty variables', async () => {
    const example = runExample(name, [], { ISSUER: '', AUDIENCE: '', JWKS_URI: '' });
    expect(await example.exit).toBe(1);
    expect(example.output()).toContain('TypeError');
  });
});

test('examples/cookies, run from a shell, serves the site and another site', async () => {
  const [port, otherPort] = [await findFreePort(), await findFreePort()];
  const env = { PORT: String(port), OTHER_PORT: String(otherPort) };
  const example = runExample('cookies', [], env);
  await expect.poll(() => example.output()).toContain('Another site: ');
  const site = await fetch(`http://127.0.0.1:${port}/`);
  expect([site.status, await site.text()]).toEqual([200, expect.stringContaining('Log in')]);
  const other = await fetch(`http://127.0.0.1:${otherPort}/`);
  expect(await other.text()).toContain(`http://127.0.0.1:${port}/notes`);
});

// Express tells of a failure to listen in the callback of success.
test.each(['presence', 'exports', 'cookies'])(
  'examples/%s names no address where another program listens',
  async (name) => {
    const directory = await mkdtemp(join(tmpdir(), 'mandate-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const taken = await listen(createServer());
    const example = runExample(name, [], {
      PORT: new URL(taken).port,
      CRM_PORT: String(await findFreePort()),
      OTHER_PORT: String(await findFreePort()),
      PRESENCE_FILE: join(directory, 'test.db'),
      EXPORTS_FILE: join(directory, 'test.db'),
      KEY_FILE: join(directory, 'test.key'),
    });
    expect(await example.exit, example.output()).toBe(1);
    expect(example.output()).toContain('EADDRINUSE');
    expect(example.output()).not.toContain(`${taken}/`);
  },
);
