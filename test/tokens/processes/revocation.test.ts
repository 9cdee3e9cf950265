import { expect, test } from 'vitest';
import { runSql, startPostgres } from '../../support/postgres.js';
import { type Api, forEachOf, isRevoked, startApi, type Token, waitFor } from './api.js';

const REVOCATIONS = 1000;
const postgres = await startPostgres();

async function startThree(): Promise<{ apis: readonly [Api, Api, Api]; connectionString: string }> {
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

test('of 1,000 revocations under load, every process knows within a moment', {
  timeout: 240_000,
}, async () => {
  const { apis } = await startThree();
  const [here, ...others] = apis;
  const [busy, ...tokens] = (await createTokens(here, REVOCATIONS + 1)) as [Token, ...Token[]];
  // Every process has every token in its cache, so that only being told can end it.
  await forEachOf(tokens, 8, async ({ secret }) => {
    for (const api of apis) expect((await api.search(secret)).status).toBe(200);
  });
  let isDone = false;
  let served = 0;
  const load = apis.map(async (api) => {
    for (; !isDone; served++) expect((await api.search(busy.secret)).status).toBe(200);
  });
  const delaysMs: number[] = [];
  await forEachOf(tokens, 4, async ({ id, secret }) => {
    await here.revoke(id);
    const told = others.map((api) => waitFor(() => api.search(secret), isRevoked, 5000));
    // In the process that revoked it, not one request more is let through.
    expect(await here.search(secret)).toMatchObject({ status: 401, code: 'token_revoked' });
    delaysMs.push(...(await Promise.all(told)));
  });
  isDone = true;
  await Promise.all(load);
  delaysMs.sort((a, b) => a - b);
  const at = (share: number) => delaysMs[Math.ceil(share * delaysMs.length) - 1] as number;
  const [median, p99, worst] = [at(0.5), at(0.99), at(1)];
  const figures = [median, p99, worst].map((ms) => `${ms.toFixed(1)} ms`).join(', ');
  console.log(`revocation at other processes: median, p99, worst ${figures} (load: ${served})`);
  expect(delaysMs).toHaveLength(2 * REVOCATIONS);
  // On an idle machine p99 is far below 100 ms. Here it only must not be the cache's bound of 30 s,
  // on any machine and with whatever else it does.
  expect(worst).toBeLessThan(5000);
  await forEachOf(tokens, 8, async ({ secret }) => {
    for (const api of apis) expect(isRevoked(await api.search(secret))).toBe(true);
  });
});

test('with the notification connection cut, a revocation takes effect within 5 s, and the next at once', async () => {
  const { apis, connectionString } = await startThree();
  const [here, there] = apis;
  const tokens = await createTokens(here, 20);
  for (const { secret } of tokens) expect((await there.search(secret)).status).toBe(200);
  const cut = () =>
    runSql(
      connectionString,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query like any('{listen mandate_%,notify mandate_%}')`,
    );
  const delaysMs: number[] = [];
  for (const { id, secret } of tokens.slice(0, 10)) {
    await expectListening(connectionString, 3);
    expect((await cut()).length).toBeGreaterThan(0);
    await here.revoke(id);
    delaysMs.push(await waitFor(() => there.search(secret), isRevoked, 5500));
    await waitFor(
      () => there.search(tokens.at(-1)!.secret),
      ({ status }) => status === 200,
      1000,
    );
  }
  console.log(`with the connection cut: worst ${Math.max(...delaysMs).toFixed(0)} ms`);
  // Made again without a restart: it is told again. Listening takes a moment after the last cut.
  await expectListening(connectionString, 3);
  for (const { id, secret } of tokens.slice(10)) {
    await here.revoke(id);
    expect(await waitFor(() => there.search(secret), isRevoked, 5500)).toBeLessThan(1000);
  }
  for (const api of apis) {
    for (const { secret } of tokens) expect(isRevoked(await api.search(secret))).toBe(true);
  }
});

async function expectListening(connectionString: string, count: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const rows = await runSql(
      connectionString,
      `select pid from pg_stat_activity
       where datname = current_database() and query like any('{listen mandate_%,notify mandate_%}')`,
    );
    if (rows.length === count) return;
    if (performance.now() > deadline) throw new Error(`${rows.length} connections listen`);
  }
}
