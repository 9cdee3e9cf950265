import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPostgres } from '@mandate/sql/postgres';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenAuthority, createTokenVerifier } from '@mandate/tokens';
import { expect, onTestFinished, test, vi } from 'vitest';
import { judgeToken } from '../support/judge-token.js';
import { runSql, startOwnPostgres } from '../support/postgres.js';
import { Clock, describeToken, SUPER_ADMIN } from '../tokens/issue.js';

const server = await startOwnPostgres();

test('a server that becomes a standby is not queried until it is promoted, because it may lack a revocation', async () => {
  const connectionString = await server.createDatabase();
  const errors: string[] = [];
  const onError = (error: unknown) => errors.push((error as Error).message);
  const database = await openPostgres({ connectionString, onError });
  onTestFinished(() => database.close());
  const store = createSqlTokenStore(database);
  const { secret } = await createTokenAuthority({ store }).create(describeToken(), SUPER_ADMIN);
  const clock = new Clock();
  const verifier = createTokenVerifier({ store, now: clock.now });
  const judge = async () => {
    clock.pass(60);
    const judged = await judgeToken(verifier, secret);
    return typeof judged === 'string' ? judged : judged.subject;
  };
  expect(await judge()).toBe('ada@example.com');

  await server.stop();
  await writeFile(join(server.directory, 'data', 'standby.signal'), '');
  // It is up when it takes connections that read; `start` waits until it takes others.
  const promoted = server.start();
  const isStandby = () => runSql(connectionString, 'select pg_is_in_recovery() as yes');
  await vi.waitFor(async () => expect(await isStandby()).toEqual([{ yes: true }]), 20_000);
  errors.length = 0;
  await vi.waitFor(() => expect(errors).toContain('the server is a standby'), 5000);
  expect(await judge()).toBe('verifier_unavailable');
  await expect(openPostgres({ connectionString })).rejects.toThrow('the server is a standby');
  await expect(store.list({}, { limit: 1 }, new Date(clock.ms))).rejects.toThrow('standby');

  await runSql(connectionString, 'select pg_promote()');
  await promoted;
  await vi.waitFor(() => expect(database.isConnected()).toBe(true), 5000);
  expect(await judge()).toBe('ada@example.com');
});
