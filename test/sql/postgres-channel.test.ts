import { openPostgres, type PostgresOptions } from '@mandate/sql/postgres';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import type { TokenChange } from '@mandate/tokens';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { insert, toAudit } from '../../packages/tokens/src/testing/records.js';
import { runSql, startPostgres } from '../support/postgres.js';
import { startPostgresPooler } from '../support/postgres-pooler.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';

const postgres = await startPostgres();

/** A database behind a proxy, with a short heartbeat. */
async function open(options: Partial<PostgresOptions> = {}) {
  const direct = await postgres.createDatabase();
  const proxy = await startPostgresProxy(direct);
  const errors: string[] = [];
  const { connectionString } = proxy;
  const onError = (error: unknown) => errors.push((error as Error).message);
  const database = await openPostgres({ connectionString, heartbeatMs: 100, onError, ...options });
  onTestFinished(() => database.close());
  return { direct, proxy, errors, database };
}

/** Ends every connection to the database except its own. */
const cut = (connectionString: string) =>
  runSql(
    connectionString,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );

test('is connected as soon as it is open, and receives notifications', async () => {
  const { direct, database } = await open();
  expect(database.isConnected()).toBe(true);
  const changes: TokenChange[] = [];
  createSqlTokenStore(database).onChange((change) => changes.push(change));
  await runSql(direct, `notify mandate_changes, 'token-1'`);
  await expect.poll(() => changes).toEqual(['token-1']);
});

test('detects a silent server by a heartbeat, and reconnects when the server answers again', async () => {
  const { proxy, errors, database } = await open();
  const changes: TokenChange[] = [];
  createSqlTokenStore(database).onChange((change) => changes.push(change));
  proxy.hold();
  await expect.poll(() => database.isConnected()).toBe(false);
  expect(errors[0]).toBe('a heartbeat was missed');
  proxy.forget();
  await expect.poll(() => database.isConnected()).toBe(true);
  expect(changes).toContain(undefined);
});

test('a pooler in transaction mode counts as down, even if it often assigns the same session', async () => {
  const connectionString = await startPostgresPooler(await postgres.createDatabase());
  const errors: string[] = [];
  const onError = (error: unknown) => errors.push((error as Error).message);
  const database = await openPostgres({ connectionString, heartbeatMs: 100, onError });
  onTestFinished(() => database.close());
  const states = [database.isConnected()];
  await vi.waitFor(() => {
    states.push(database.isConnected());
    expect(errors.length).toBeGreaterThan(2);
  }, 240_000);
  expect(new Set(states)).toEqual(new Set([false]));
  expect(new Set(errors)).toEqual(new Set(['a heartbeat was missed']));
});

test('a pooler that swallows notifications counts as down, though it answers every query', async () => {
  const { proxy, errors, database } = await open();
  proxy.swallowsNotifications = true;
  await expect.poll(() => database.isConnected()).toBe(false);
  expect(errors[0]).toBe('a heartbeat was missed');
  const { connectionString } = proxy;
  const other = await openPostgres({ connectionString, heartbeatMs: 100 });
  onTestFinished(() => other.close());
  expect(other.isConnected()).toBe(false);
  expect(await createSqlTokenStore(other).get('absent')).toBeUndefined();
});

test.each([
  [
    'throws',
    () => {
      throw new Error('the observer failed');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('the observer failed');
    },
  ],
])('an observer that %s does not prevent a new connection', async (_, fail) => {
  const onError = vi.fn(fail);
  const { direct, database } = await open({ onError });
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  onTestFinished(() => void process.off('unhandledRejection', unhandled));
  const store = createSqlTokenStore(database);
  await store.find(['absent']);
  await cut(direct);
  await expect.poll(() => onError).toHaveBeenCalled();
  await expect.poll(() => database.isConnected()).toBe(true);
  expect(await store.find(['absent'])).toBeUndefined();
  expect(unhandled).not.toHaveBeenCalled();
});

test('look-ups that wait for a locked table do not mean that the channel is disconnected', async () => {
  const { direct, errors, database } = await open({ heartbeatMs: 1000 });
  const other = new pg.Client({ connectionString: direct });
  await other.connect();
  onTestFinished(() => other.end());
  await other.query('begin; lock table mandate_tokens');
  await expect(createSqlTokenStore(database).find(['some hash'])).rejects.toThrow('timeout');
  await other.query('commit');
  expect({ isConnected: database.isConnected(), errors }).toEqual({
    isConnected: true,
    errors: [],
  });
});

test('a server that ends idle sessions does not end the listening one', async () => {
  const direct = await postgres.createDatabase();
  await runSql(
    direct,
    `alter database ${new URL(direct).pathname.slice(1)} set idle_session_timeout = 2500`,
  );
  const errors: string[] = [];
  const onError = (error: unknown) => errors.push((error as Error).message);
  const database = await openPostgres({ connectionString: direct, onError });
  onTestFinished(() => database.close());
  const store = createSqlTokenStore(database);
  const changes: TokenChange[] = [];
  store.onChange((change) => changes.push(change));
  await insert(store);
  // That of the pool, which began to idle after the one that listens.
  await expect.poll(() => errors).toHaveLength(1);
  expect(errors[0]).toContain('idle-session timeout');
  await runSql(direct, `notify mandate_changes, 'token-1'`);
  await expect.poll(() => changes).toContain('token-1');
  expect(changes).toEqual(['token-1']);
});

test('a connection that is cut in the middle of a transaction fails that, and not the process', async () => {
  const { direct, database } = await open();
  const store = createSqlTokenStore(database);
  const { id } = await insert(store);
  const changes: TokenChange[] = [];
  store.onChange((change) => changes.push(change));
  const uncaught = vi.fn();
  process.on('uncaughtException', uncaught);
  onTestFinished(() => void process.off('uncaughtException', uncaught));
  const blocker = new pg.Client({ connectionString: direct });
  await blocker.connect();
  onTestFinished(() => blocker.end());
  await blocker.query('begin; lock table mandate_token_audit');
  const revoked = store.revoke(toAudit(id, 'revoked'));
  revoked.catch(() => {});
  const waiting = `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await expect.poll(() => runSql(direct, waiting)).toHaveLength(1);
  await runSql(direct, `select pg_terminate_backend(pid) from (${waiting}) waiting`);
  await expect(revoked).rejects.toThrow();
  // It is unknown whether the change took effect, so every cached entry must be dropped.
  expect(changes).toEqual([id]);
  await blocker.query('rollback');
  expect((await store.get(id))?.revokedAt).toBeUndefined();
  expect(await store.revoke(toAudit(id, 'revoked'))).toBe(true);
  expect(uncaught).not.toHaveBeenCalled();
});

test('if closed while the server is silent, it leaves no connection and opens no other', async () => {
  const { proxy, database } = await open();
  const other = await open();
  const store = createSqlTokenStore(database);
  await store.find(['absent']);
  proxy.hold();
  other.proxy.hold();
  await expect.poll(() => database.isConnected()).toBe(false);
  await expect.poll(() => other.database.isConnected()).toBe(false);
  // In the middle of an attempt, or of the pause before the next one: whichever it happens to be.
  await database.close();
  await expect.poll(() => proxy.connections()).toBe(0);
  proxy.release();
  other.proxy.release();
  // One that is open connects again, and so would this one.
  await expect.poll(() => other.database.isConnected()).toBe(true);
  expect(proxy.connections()).toBe(0);
  expect(database.isConnected()).toBe(false);
});

test('an unanswered look-up times out, and the next one does not wait for it', async () => {
  const timeoutMs = 15_000;
  const { proxy, database } = await open({ timeoutMs, heartbeatMs: 600_000 });
  const store = createSqlTokenStore(database);
  await store.find(['absent']);
  await store.get('absent');
  // The time-outs of the driver pass when the test says so.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  proxy.hold();
  const held = Promise.allSettled([store.find(['absent']), store.get('absent')]);
  await expect.poll(() => vi.getTimerCount()).toBeGreaterThan(1);
  await vi.advanceTimersByTimeAsync(timeoutMs);
  expect((await held).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  // Whatever was sent on the old connections is lost. No time passes: the next ones wait for nothing.
  proxy.forget();
  expect(await store.find(['absent'])).toBeUndefined();
  expect(await store.get('absent')).toBeUndefined();
});
