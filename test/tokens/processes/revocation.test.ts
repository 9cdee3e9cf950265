import { expect, test } from 'vitest';
import { runSql, startPostgres } from '../../support/postgres.js';
import { type Api, forEachOf, isRevoked, SLOWNESS, startApi, type Token, waitFor } from './api.js';
import { startNotifyProbe } from './notify-probe.js';

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
  timeout: 600_000,
}, async () => {
  const { apis, connectionString } = await startThree();
  const probe = await startNotifyProbe(connectionString);
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
  const probesMs: number[] = [];
  await forEachOf(tokens, 4, async ({ id, secret }) => {
    // What it takes without a revocation: PostgreSQL tells somebody, and a process answers a request.
    const startedAt = performance.now();
    await probe();
    expect((await others[probesMs.length % 2]?.search(busy.secret))?.status).toBe(200);
    probesMs.push(performance.now() - startedAt);
    await here.revoke(id);
    const told = others.map((api) => waitFor(() => api.search(secret), isRevoked, 5000));
    // In the process that revoked it, not one request more is let through.
    expect(await here.search(secret)).toMatchObject({ status: 401, code: 'token_revoked' });
    delaysMs.push(...(await Promise.all(told)));
  });
  isDone = true;
  await Promise.all(load);
  expect(delaysMs).toHaveLength(2 * REVOCATIONS);
  const [revoked, probed] = [readSpread(delaysMs), readSpread(probesMs)];
  console.log(`revocation at other processes: ${show(revoked)} (load: ${served})`);
  console.log(`the same way without a revocation: ${show(probed)}`);
  // In proportion to the same way at the same time, because a busy machine delays both. The median,
  // because a single delay says more about the machine than about the way.
  expect(revoked.median).toBeLessThan(Math.max(SLOWNESS * 10, SLOWNESS * probed.median));
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
       where datname = current_database() and query like 'listen mandate_%'`,
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
    expect(await waitFor(() => there.search(secret), isRevoked, 5500)).toBeLessThan(
      SLOWNESS * 1000,
    );
  }
  for (const api of apis) {
    for (const { secret } of tokens) expect(isRevoked(await api.search(secret))).toBe(true);
  }
});

interface Spread {
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
}

function readSpread(valuesMs: readonly number[]): Spread {
  const sorted = [...valuesMs].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number;
  return { median: at(0.5), p99: at(0.99), worst: at(1) };
}

function show({ median, p99, worst }: Spread): string {
  const [first, second, third] = [median, p99, worst].map((ms) => `${ms.toFixed(1)} ms`);
  return `median ${first}, p99 ${second}, worst ${third}`;
}

async function expectListening(connectionString: string, count: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const rows = await runSql(
      connectionString,
      `select pid from pg_stat_activity
       where datname = current_database() and query like 'listen mandate_%'`,
    );
    if (rows.length === count) return;
    if (performance.now() > deadline) throw new Error(`${rows.length} connections listen`);
  }
}
