import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Inside the tests, so that imports of the program find what the tests have. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Where programs in documents say that their issuer publishes its keys. */
const KEYS = 'https://sso.example.com/.well-known/jwks.json';

/** How programs in documents start to listen, and how they do here. */
const LISTENS: readonly (readonly [string, string])[] = [
  ['app.listen(3000);', "export const server = app.listen(0, '127.0.0.1');"],
  [
    'serve({ fetch: app.fetch, port: 3000 });',
    "export const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });",
  ],
];

/**
 * Runs a program of a document as it is shown, but with a key server and a port that exist here, until the test is
 * over.
 * @returns its origin.
 */
export async function startProgram(code: string, keySetUrl: string): Promise<string> {
  const folder = await mkdtemp(join(FOLDER, 'program-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'program.ts');
  await writeFile(file, toRunnable(code, keySetUrl));
  const { server } = (await import(file)) as { server: Server };
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  if (!server.listening) await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function toRunnable(code: string, keySetUrl: string): string {
  const listen = LISTENS.find(([shown]) => code.includes(shown));
  if (!code.includes(KEYS) || listen === undefined) {
    throw new Error(`the program must fetch ${KEYS} and listen on 3000, so that a test can run it`);
  }
  return code.replace(KEYS, keySetUrl).replace(...(listen as [string, string]));
}
