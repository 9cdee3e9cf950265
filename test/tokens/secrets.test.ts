import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createGuard, type DecisionEvent } from '@mandate/core';
import type { SqlDatabase } from '@mandate/sql';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenAuthority, createTokenPattern, createTokenVerifier } from '@mandate/tokens';
import { createTokenAdminHandler } from '@mandate/tokens/admin';
import { expect, onTestFinished, test } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { runSql, startOwnPostgres } from '../support/postgres.js';
import { describeToken, SUPER_ADMIN } from './issue.js';
import { createDatabaseFile } from './open-store.js';
import { openDatabase } from './processes/open-database.js';

const postgres = await startOwnPostgres();

test.each([
  ['SQLite', createDatabaseFile, dirname],
  ['PostgreSQL', postgres.createDatabase, () => postgres.directory],
] as const)(
  'on %s no file, answer, error or event holds a secret',
  async (_, create, toDirectory) => {
    const place = await create();
    const database = await openDatabase(place);
    onTestFinished(() => database.close());
    const { secrets, texts } = await use(database);
    expect(secrets).toHaveLength(20);

    if (place.startsWith('postgres')) await runSql(place, 'checkpoint');
    const files = await readFiles(toDirectory(place));
    expect(files.some((file) => file.includes('nightly import'))).toBe(true);
    for (const secret of secrets) {
      // Without the prefix, which could be cut off, and the checksum.
      const part = secret.slice(4, 47);
      expect(files.some((file) => file.includes(part))).toBe(false);
      expect(texts.join('\n')).not.toContain(part);
    }
  },
);

/** Creates, uses, rotates and revokes tokens; returns their secrets, and everything that was logged. */
async function use(database: SqlDatabase) {
  const store = createSqlTokenStore(database);
  const authority = createTokenAuthority({ store });
  const secrets: string[] = [];
  const texts: string[] = [];
  const errors: unknown[] = [];
  const verifier = createTokenVerifier({ store, onError: (error) => errors.push(error) });
  const onDecision = (event: DecisionEvent) => texts.push(JSON.stringify(event));
  const guard = createGuard({ verifiers: [verifier], onDecision });
  const administrate = createTokenAdminHandler({ authority, authorizeAdmin: () => SUPER_ADMIN });
  const send = async (method: string, path: string, body?: unknown) => {
    const init = { method, headers: { 'content-type': 'application/json' } };
    const request = new Request(`http://localhost${path}`, {
      ...init,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await (await administrate(request, { principal: undefined })).text();
    const found = text.match(new RegExp(createTokenPattern(), 'g')) ?? [];
    secrets.push(...found);
    // An answer contains a secret only once, when it is new.
    texts.push(found.reduce((rest, secret) => rest.replace(secret, ''), text));
    return JSON.parse(text) as { token: { id: string } };
  };
  for (let i = 0; i < 10; i++) {
    const { token } = await send('POST', '/tokens', describeToken());
    await send('POST', `/tokens/${token.id}/rotate`, { overlapSeconds: 60 });
    await judgeAll();
    await send('POST', `/tokens/${token.id}/revoke`);
    await judgeAll();
    await send('GET', `/tokens/${token.id}`);
  }
  for (const path of ['/tokens?limit=200', '/audit?limit=200']) await send('GET', path);
  await verifier.close();
  return { secrets, texts: [...texts, ...errors.map(String)] };

  async function judgeAll() {
    for (const token of secrets.slice(-2)) {
      const decision = await guard.authenticate(createRequest({ token }));
      texts.push(JSON.stringify(decision));
      if (!decision.allowed) texts.push(`${decision.error.stack}`);
      texts.push(JSON.stringify(await guard.explain(createRequest({ token }))));
    }
  }
}

async function readFiles(directory: string): Promise<readonly Buffer[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
}
