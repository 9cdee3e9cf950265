import { createTokenFormat } from '@mandate/tokens';
import { expect, test } from 'vitest';
import { startPostgres } from '../../support/postgres.js';
import { startPostgresProxy } from '../../support/postgres-proxy.js';
import { signToken } from '../../support/tokens.js';
import { type Api, SLOWNESS, startApi, waitFor } from './api.js';

const postgres = await startPostgres();
const { create: createSecret } = createTokenFormat();

/** Ends of a hang: what was sent meanwhile arrives after all, or never does, and nobody is told. */
const ENDS = ['release', 'forget'] as const;

test.each(ENDS)('while the database hangs, until a %s, nothing waits for it', async (end) => {
  const direct = await postgres.createDatabase();
  const proxy = await startPostgresProxy(direct);
  const [api, other] = await Promise.all([startApi(proxy.connectionString), startApi(direct)]);
  const [revoked, cached, uncached] = await createThree(api);
  for (const { secret } of [revoked, cached]) expect((await api.search(secret)).status).toBe(200);
  const jwt = await signToken();

  proxy.hold();
  await other.revoke(revoked.id);
  let isOver = false;
  const whileHeld = async (ask: () => Promise<void>) => {
    while (!isOver) await ask();
  };
  const loads = [
    ...Array.from({ length: 12 }, () => whileHeld(() => expectUnavailable(api, createSecret()))),
    whileHeld(() => expectUnavailable(api, uncached.secret)),
    whileHeld(() => expectServed(api, jwt)),
  ];
  // Two beats until it is known, and five seconds from when it was last known to be well.
  await Promise.all([cached, revoked].map(({ secret }) => expectEnd(api, secret)));
  isOver = true;
  await Promise.all(loads);

  proxy[end]();
  const isServed = ({ status }: { status: number }) => status === 200;
  const backMs = await waitFor(() => api.search(uncached.secret), isServed, 5000);
  console.log(`served again ${backMs.toFixed(0)} ms after the ${end}`);
  expect(backMs).toBeLessThan(SLOWNESS * 1000);
  expect(await api.search(cached.secret)).toMatchObject({ status: 200 });
  expect(await api.search(revoked.secret)).toMatchObject({ code: 'token_revoked' });
  // It is told again as well, and may change something itself.
  const next = await api.create();
  await waitFor(() => api.search(next.secret), isServed, 1000);
});

async function createThree(api: Api) {
  return [await api.create(), await api.create(), await api.create()] as const;
}

async function expectUnavailable(api: Api, secret: string): Promise<void> {
  const refused = await api.search(secret);
  expect(refused).toMatchObject({ status: 503, code: 'verifier_unavailable', retryAfter: '1' });
  expect(refused.durationMs).toBeLessThan(SLOWNESS * 2000);
}

async function expectServed(api: Api, token: string): Promise<void> {
  const served = await api.search(token);
  expect(served.status).toBe(200);
  expect(served.durationMs).toBeLessThan(SLOWNESS * 1000);
}

/** A token in the cache is served until its bound: no request that begins after it is. */
async function expectEnd(api: Api, secret: string): Promise<void> {
  const startedAt = performance.now();
  let lastServedMs = 0;
  const ask = async () => {
    const askedMs = performance.now() - startedAt;
    const answer = await api.search(secret);
    if (answer.status === 200) lastServedMs = askedMs;
    return answer;
  };
  await waitFor(ask, ({ status }) => status === 503, 10_000);
  console.log(`a token in the cache went on for ${lastServedMs.toFixed(0)} ms`);
  expect(lastServedMs).toBeLessThan(SLOWNESS * (2000 + 5000));
}
