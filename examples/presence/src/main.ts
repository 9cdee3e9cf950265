// A Presence Service behind group-bound tokens: agents log in on a web page, get a token for one group, and look up the
// visitors on that group's pages. The page runs the client's minified script, without a bundler.
// Start it with npm start in this folder. With a new database it creates a first agent and prints the agent's password once. Then
// open http://127.0.0.1:3000/
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createGuard } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import { mountFetch, requireAuth } from '@mandate/express';
import { checkRoutes } from '@mandate/express/check-routes';
import {
  createAuthorizationHandler,
  createAuthorizationService,
  createSigningKeys,
  type ManagedDirectory,
} from '@mandate/issuer';
import type { SqlDatabase } from '@mandate/sql';
import { createSqlDirectory, createSqlSigningKeyStore } from '@mandate/sql/issuer';
import { openSqlite } from '@mandate/sql/sqlite';
import express, { type Express } from 'express';
import { createPages } from './pages.js';
import { createPresenceRoutes } from './presence-routes.js';
import { createVisitors, type Visitors } from './visitors.js';

export interface PresenceOptions {
  /** The public origin of the server, such as `https://presence.example.com`. */
  readonly origin: string;
  readonly database: SqlDatabase;
  /** 32 bytes, which must not come from the same database. They seal the signing keys. */
  readonly keyEncryptionKey: Uint8Array;
  readonly visitors?: Visitors;
}

export interface Presence {
  readonly app: Express;
  readonly directory: ManagedDirectory;
}

export function createPresence(options: PresenceOptions): Presence {
  const { origin, database, visitors = createVisitors() } = options;
  const keyEncryptionKeys = [options.keyEncryptionKey];
  const issuer = `${origin}/auth`;
  const directory = createSqlDirectory(database, { keyEncryptionKeys });
  const signingKeys = createSigningKeys({
    store: createSqlSigningKeyStore(database),
    keyEncryptionKeys,
  });
  const service = createAuthorizationService({
    issuer,
    directory,
    signingKeys,
    services: { presence: { audience: origin } },
  });

  const agents = { scopes: ['PRESENCE'], group: { query: 'groupid' } };
  const guard = createGuard({
    verifiers: [
      createJwtVerifier({ issuer, audience: origin, keys: signingKeys.keySet, strict: true }),
    ],
    endpoints: {
      'GET /lookupvisitor': agents,
      'GET /findvisitor': agents,
      'POST /signalvisitor': agents,
      'POST /visit': 'public', // visitors' pages have no token
    },
  });

  const app = express();
  app.use('/auth', mountFetch(createAuthorizationHandler({ service }))); // before body parsers
  app.use(createPages());
  app.use(requireAuth(guard));
  app.use(createPresenceRoutes(origin, visitors));
  checkRoutes(app, {
    // Public on purpose: the log-in and the pages.
    checked: [
      'USE /auth fetchHandler',
      'USE / setHeaders',
      'USE /mandate-client.js sendScript',
      'USE / servePageAssets',
      'USE / serveStatic',
    ],
  });
  return { app, directory };
}

export const AGENT = 'agent@example.com';
export const GROUPS = ['12345', '67890'] as const;

/** Adds an agent of two groups if there is no agent yet. @returns the agent's password. */
export async function addFirstAgent(directory: ManagedDirectory): Promise<string | undefined> {
  if ((await directory.findUser(AGENT)) !== undefined) return undefined;
  const password = randomBytes(12).toString('base64url');
  await directory.putUser({ id: 'agent-1', username: AGENT, password });
  for (const id of GROUPS) {
    await directory.putGroup({ id, services: ['presence'] });
    await directory.putMembership({ userId: 'agent-1', groupId: id, scopes: ['PRESENCE'] });
  }
  return password;
}

/** Reads the key from a file, which is created if it is missing. Keep it apart from the database. */
async function readKey(file: string): Promise<Uint8Array> {
  await writeFile(file, randomBytes(32), { flag: 'wx', mode: 0o600 }).catch(() => {});
  return new Uint8Array(await readFile(file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PRESENCE_FILE = 'presence.db', KEY_FILE = 'presence.key', PORT = '3000' } = process.env;
  const { ORIGIN = `http://127.0.0.1:${PORT}` } = process.env;
  const { app, directory } = createPresence({
    origin: ORIGIN,
    database: await openSqlite({ file: PRESENCE_FILE }),
    keyEncryptionKey: await readKey(KEY_FILE),
  });
  const password = await addFirstAgent(directory);
  if (password !== undefined) console.log(`${AGENT}, group ${GROUPS.join(' or ')}: ${password}`);
  app.listen(Number(PORT), '127.0.0.1', (error) => {
    if (error) throw error; // for example, the port is in use
    console.log(`${ORIGIN}/`);
  });
}
