import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createKeyServer, type KeyServer, serveKeys } from '../support/key-server.js';
import { createSigningKey, type SigningKey, signToken, validClaims } from '../support/tokens.js';
import { startProgram } from './start-program.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
describe('the program of the README', () => {
  let keyServer: KeyServer;
  let key: SigningKey;
  let readme: string;
  let origin: string;

  beforeAll(async () => {
    readme = await readFile(join(ROOT, 'README.md'), 'utf8');
    key = await createSigningKey('RS256');
    keyServer = await createKeyServer(serveKeys(key));
  });

  afterAll(() => keyServer.stop());

  beforeEach(async () => {
    const program = /^```ts\n(.*?)^```$/ms.exec(readme)?.[1] ?? '';
    origin = await startProgram(program, keyServer.url);
  });

  /** With a token that has the scope, or another one; `undefined` sends none. */
  async function get(path: string, scope?: string): Promise<Response> {
    const url = origin + path;
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
