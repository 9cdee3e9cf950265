import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { readDocument } from './snippets.js';

/** Inside the tests, so that imports of the program find what the tests have. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Where programs in documents say that their issuer publishes its keys. */
const KEYS = 'https://sso.example.com/.well-known/jwks.json';

/** How programs in documents start to listen, and how they do here. */
const LISTENS: readonly (readonly [string, string])[] = [
  ['const server = app.listen(3000);', "export const server = app.listen(0, '127.0.0.1');"],
  ['app.listen(3000);', "export const server = app.listen(0, '127.0.0.1');"],
  [
    'serve({ fetch: app.fetch, port: 3000 });',
    "export const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });",
  ],
  ["app.listen(port, '127.0.0.1');", "export const server = app.listen(0, '127.0.0.1');"],
  ["app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1')", "app.listen(0, '127.0.0.1')"],
];

/** What has to be otherwise in a test: text that the program must have, and what takes its place. */
export type Replacements = Readonly<Record<string, string>>;

/**
 * Writes the named programs of a document beside each other, until the test is over.
 * @returns imports one of them.
 */
export async function writePrograms(
  document: string,
  replacements: Replacements = {},
): Promise<(name: string) => Promise<Record<string, unknown>>> {
  const folder = await mkdtemp(join(FOLDER, 'program-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const missing = new Set(Object.keys(replacements));
  for (const { name, code } of readDocument(document)) {
    if (name === undefined) continue;
    let text = code;
    for (const [shown, here] of [...LISTENS, ...Object.entries(replacements)]) {
      if (!text.includes(shown)) continue;
      missing.delete(shown);
      text = text.replaceAll(shown, here);
    }
    await writeFile(join(folder, name), text);
  }
  if (missing.size > 0) throw new Error(`${document} has no program with ${[...missing].join()}`);
  return (name) => import(join(folder, name));
}

/** Runs the `server.ts` of a document until the test is over. @returns its origin. */
export async function startGuide(document: string, replacements?: Replacements): Promise<string> {
  const load = await writePrograms(document, replacements);
  return listenUntilEnd(await load('server.ts'));
}

/**
 * Runs a program as it is shown, but with a key server and a port that exist here, until the test is over.
 * @returns its origin.
 */
export async function startProgram(code: string, keySetUrl: string): Promise<string> {
  const listen = LISTENS.find(([shown]) => code.includes(shown));
  if (!code.includes(KEYS) || listen === undefined) {
    throw new Error(`the program must fetch ${KEYS} and listen on 3000, so that a test can run it`);
  }
  const folder = await mkdtemp(join(FOLDER, 'program-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'program.ts');
  await writeFile(file, code.replace(KEYS, keySetUrl).replace(listen[0], listen[1]));
  return listenUntilEnd(await import(file));
}

async function listenUntilEnd(program: Record<string, unknown>): Promise<string> {
  const server = program['server'] as Server;
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  if (!server.listening) await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
