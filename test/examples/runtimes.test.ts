import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { createKeyServer, serveKeys } from '../support/key-server.js';
import { findRuntimes } from '../support/runtimes.js';
import { startWorker } from '../support/start-worker.js';
import { createSigningKey, signToken, validClaims } from '../support/tokens.js';
import { bundle } from '../tokens/processes/bundle.js';

const ISSUER = 'https://sso.example.com/';
const AUDIENCE = 'https://api.example.com';
const SOURCES = new URL('../../examples/runtimes/src/', import.meta.url);

const key = await createSigningKey('RS256');

async function createSettings() {
  const keyServer = await createKeyServer(serveKeys(key));
  onTestFinished(() => keyServer.stop());
  return { ISSUER, AUDIENCE, JWKS_URI: keyServer.url };
}

/** What the example answers on each of its endpoints. */
async function expectGuarded(origin: string): Promise<void> {
  const sign = (claims: object) =>
    signToken(validClaims({ iss: ISSUER, aud: AUDIENCE, ...claims }), { key });
  const ask = async (path: string, token?: string, method = 'GET') => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(origin + path, { method, headers });
    const body = (await response.json()) as { code?: string };
    return response.ok ? body : `${response.status} ${body.code}`;
  };
  const searcher = await sign({ scope: 'SEARCH' });
  expect(await ask('/health')).toEqual({ status: 'up' });
  expect(await ask('/search', searcher, 'POST')).toEqual({ for: 'ada@example.com', at: '/search' });
  expect(await ask('/search', undefined, 'POST')).toBe('401 credentials_missing');
  expect(await ask('/search', await sign({ scope: 'CHAT' }), 'POST')).toBe('403 scope_required');
  const visitor = await sign({ scope: 'PRESENCE', groups: ['7'] });
  expect(await ask('/groups/7/visitors', visitor)).toMatchObject({ at: '/groups/7/visitors' });
  expect(await ask('/groups/8/visitors', visitor)).toBe('403 group_mismatch');
  expect(await ask('/metrics', searcher)).toBe('403 endpoint_unmapped');
}

const runtimes = findRuntimes().filter(({ name }) => name !== 'Node');

test.each(runtimes)('examples/runtimes is guarded on $name', async ({ name, command }) => {
  const program = await bundle(`../../../examples/runtimes/src/${name.toLowerCase()}.ts`);
  const [file, ...args] = command;
  const child = spawn(file, [...args, program], {
    env: { ...process.env, ...(await createSettings()), PORT: '0', DENO_NO_UPDATE_CHECK: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await expect.poll(() => output).toContain('listening on ');
  await expectGuarded(/http:\S+(?=\/)/.exec(output)?.[0] ?? '');
});

test('examples/runtimes is guarded on workerd', async () => {
  const worker = await startWorker(new URL('worker.ts', SOURCES), {
    date: '2026-07-01',
    bindings: await createSettings(),
  });
  onTestFinished(() => worker.stop());
  await expectGuarded(worker.origin);
});
