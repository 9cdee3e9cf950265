import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeyServer, type KeyServer, serveKeys } from '../support/key-server.js';
import { createSigningKey, type SigningKey, signToken, validClaims } from '../support/tokens.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Inside the tests, so that imports of the program find what the tests have. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));

describe('the program of the README', () => {
  let folder: string;
  let keyServer: KeyServer;
  let key: SigningKey;
  let server: Server;
  let readme: string;

  beforeAll(async () => {
    readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    key = await createSigningKey('RS256');
    keyServer = await createKeyServer(serveKeys(key));
    folder = await mkdtemp(join(FOLDER, 'readme-'));
    const file = join(folder, 'program.ts');
    await writeFile(
      file,
      toRunnable(/^```ts\n(.*?)^```$/ms.exec(readme)?.[1] ?? '', keyServer.url),
    );
    ({ server } = await import(file));
    if (!server.listening) await once(server, 'listening');
  });

  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    await keyServer.stop();
    await rm(folder, { recursive: true });
  });

  /** With a token that has the scope, or another one; `undefined` sends none. */
  async function get(path: string, scope?: string): Promise<Response> {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}${path}`;
    if (scope === undefined) return fetch(url);
    const issued = { iss: 'https://sso.example.com/', aud: 'https://api.example.com', sub: 'ada' };
    const token = await signToken(validClaims({ ...issued, scope }), { key });
    return fetch(url, { headers: { authorization: `Bearer ${token}` } });
  }

  test('serves a caller whose token has the scope', async () => {
    const response = await get('/documents/7', 'DOCUMENTS');
    expect(await response.json()).toEqual({ id: '7', reader: 'ada' });
  });

  test('serves its public endpoint, and no other without a token', async () => {
    expect((await get('/health')).status).toBe(200);
    expect((await get('/documents/7')).status).toBe(401);
    expect((await get('/unknown', 'DOCUMENTS')).status).toBe(403);
  });

  test('answers a rejected call as shown', async () => {
    const shown = /^```http\n(.*?)^```$/ms.exec(readme)?.[1] ?? '';
    const [head = '', body = ''] = shown.trim().split('\n\n');
    const [statusLine, ...lines] = head.split('\n');
    const response = await get('/documents/7', 'PRESENCE');
    expect(`HTTP/1.1 ${response.status} ${response.statusText}`).toBe(statusLine);
    for (const line of lines) {
      const [, name = '', value] = /^([\w-]+): (.*)$/.exec(line) ?? [];
      expect(response.headers.get(name), name).toBe(value);
    }
    expect(await response.text()).toBe(body);
  });
});

/** The program with a key server and a port that exist here; the rest is as it is shown. */
function toRunnable(code: string, keySetUrl: string): string {
  const runnable = code
    .replace('https://sso.example.com/.well-known/jwks.json', keySetUrl)
    .replace('app.listen(3000);', "export const server = app.listen(0, '127.0.0.1');");
  if (!runnable.includes(keySetUrl) || !runnable.includes('export const server')) {
    throw new Error('the program of the README changed; adapt this test');
  }
  return runnable;
}
