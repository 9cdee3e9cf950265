import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeyServer, type KeyServer, serveKeys } from '../support/key-server.js';
import { createSigningKey, type SigningKey, signToken, validClaims } from '../support/tokens.js';
import { compileSnippets } from './snippets.js';
import { startProgram } from './start-program.js';

const FOLDER = fileURLToPath(new URL('../../packages/core/docs/migrating/', import.meta.url));
const PAGES = readdirSync(FOLDER).filter((name) => name !== 'README.md');

/** The program before and after the change that a page shows. */
function readDiff(page: string): { readonly before: string; readonly after: string } {
  const [, diff = ''] = /^```diff\n(.*?)^```$/ms.exec(readFileSync(FOLDER + page, 'utf8')) ?? [];
  const pick = (marks: string) =>
    diff
      .split('\n')
      .filter((line) => line === '' || marks.includes(line.charAt(0)))
      .map((line) => line.slice(1))
      .join('\n');
  return { before: pick(' -'), after: pick(' +') };
}

describe.each(PAGES)('the page about migrating %s', (page) => {
  let key: SigningKey;
  let keyServer: KeyServer;

  beforeAll(async () => {
    key = await createSigningKey('RS256');
    keyServer = await createKeyServer(serveKeys(key));
  });

  afterAll(() => keyServer.stop());

  /** The answers to the same requests: each status, and the body where the document is served. */
  async function ask(program: string): Promise<readonly unknown[]> {
    const origin = await startProgram(program, keyServer.url);
    const now = Math.floor(Date.now() / 1000);
    const sign = (claims: object) =>
      signToken(
        validClaims({
          iss: 'https://sso.example.com/',
          aud: 'https://api.example.com',
          sub: 'ada',
          ...claims,
        }),
        { key, typ: 'JWT' },
      );
    const tokens = [
      await sign({ scope: 'DOCUMENTS PEOPLE' }),
      await sign({ scope: 'PEOPLE' }),
      await sign({ scope: 'DOCUMENTS', exp: now - 60, iat: now - 120 }),
      await sign({ scope: 'DOCUMENTS', aud: 'https://other.example.com' }),
      await sign({ scope: 'DOCUMENTS', iss: 'https://other.example.com' }),
      undefined,
    ];
    const answers: unknown[] = [(await fetch(`${origin}/health`)).status];
    for (const token of tokens) {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(`${origin}/documents/7`, { headers });
      answers.push(response.ok ? await response.json() : response.status);
    }
    return answers;
  }

  test('shows two servers that answer alike', async () => {
    const { before, after } = readDiff(page);
    const wanted = [200, { id: '7', reader: 'ada' }, 403, 401, 401, 401, 401];
    expect(await ask(after)).toEqual(wanted);
    expect(await ask(before)).toEqual(wanted);
  });

  test('shows a server that compiles', () => {
    const document = `packages/core/docs/migrating/${page}`;
    const snippet = { document, line: 0, code: readDiff(page).after, name: 'after.ts' };
    expect(compileSnippets([snippet])).toEqual([]);
  });
});
