import { expect, test } from 'vitest';
import { runSql, startPostgres } from '../../support/postgres.js';
import { type Api, askUntil, forEachOf, isRevoked, isServed, startApi, type Token } from './api.js';

const REVOCATIONS = 1000;
const postgres = await startPostgres();

async function startThree(): Promise<{
  readonly apis: readonly [Api, Api, Api];
  readonly connectionString: string;
}> {
  const connectionString = await postgres.createDatabase();
  const start = () => startApi(connectionString);
  return { apis: await Promise.all([start(), start(), start()]), connectionString };
}

async function createTokens(api: Api, count: number): Promise<readonly Token[]> {
  const tokens: Token[] = [];
  await forEachOf(
    Array.from({ length: count }, (_, i) => i),
    8,
    async () => tokens.push(await api.create()),
  );
  expect(tokens).toHaveLength(count);
  return tokens;
}

test('of 1,000 revocations under load, every process is notified', {
  timeout: 600_000,
}, async () => {
  const { apis } = await startThree();
  const [here, ...others] = apis;
  const [busy, ...tokens] = (await createTokens(here, REVOCATIONS + 1)) as [Token, ...Token[]];
  // Every process has every token in its cache, where time stands still: only a notification can end it.
  await forEachOf(tokens, 8, async ({ secret }) => {
    for (const api of apis) expect((await api.search(secret)).status).toBe(200);
  });
  let isDone = false;
  const load = apis.map(async (api) => {
    while (!isDone) expect((await api.search(busy.secret)).status).toBe(200);
  });
  await forEachOf(tokens, 4, async ({ id, secret }) => {
    await here.revoke(id);
    // In the process that revoked it, not one request more is let through.
    expect(await here.search(secret)).toMatchObject({ status: 401, code: 'token_revoked' });
    await Promise.all(others.map((api) => askUntil(() => api.search(secret), isRevoked)));
  });
  isDone = true;
  await Promise.all(load);
  await forEachOf(tokens, 8, async ({ secret }) => {
    for (const api of apis) expect(isRevoked(await api.search(secret))).toBe(true);
  });
});

test('a revocation while the notification connection is cut takes effect once it is back', async () => {
  const { apis, connectionString } = await startThree();
  const [here, there] = apis;
  const tokens = await createTokens(here, 20);
  // Cached where time stands still, so no age ends an entry.
  for (const { secret } of tokens) expect((await there.search(secret)).status).toBe(200);
  const cut = () =>
    runSql(connectionString, `select pg_terminate_backend(pid) from pg_stat_activity ${LISTENING}`);
  for (const { id, secret } of tokens.slice(0, 10)) {
    await expectListening(connectionString, 3);
    expect((await cut()).length).toBeGreaterThan(0);
    await here.revoke(id);
    await askUntil(() => there.search(secret), isRevoked);
    await askUntil(() => there.search(tokens.at(-1)!.secret), isServed);
  }
  // Connected again without a restart, it is notified again.
  await expectListening(connectionString, 3);
  for (const { id, secret } of tokens.slice(10)) {
    await here.revoke(id);
    await askUntil(() => there.search(secret), isRevoked);
  }
  for (const api of apis) {
    for (const { secret } of tokens) expect(isRevoked(await api.search(secret))).toBe(true);
  }
});

const LISTENING = `where datname = current_database() and query like 'listen mandate_%'`;

async function expectListening(connectionString: string, count: number): Promise<void> {
  const list = () => runSql(connectionString, `select pid from pg_stat_activity ${LISTENING}`);
  await expect.poll(list).toHaveLength(count);
}
