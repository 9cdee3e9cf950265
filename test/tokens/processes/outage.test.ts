import { expect, test } from 'vitest';
import { startOwnPostgres } from '../../support/postgres.js';
import { signToken } from '../../support/tokens.js';
import { SLOWNESS, startApi, waitFor } from './api.js';

const postgres = await startOwnPostgres();

test('while the database is down, tokens in the cache go on to the bound and nothing else suffers', async () => {
  const api = await startApi(await postgres.createDatabase());
  const [cached, other] = [await api.create(), await api.create()];
  const jwt = await signToken();
  expect((await api.search(cached.secret)).status).toBe(200);
  // The token was read a while ago, longer than it may be remembered without a connection.
  const readAt = performance.now();
  await waitFor(
    () => api.search(cached.secret),
    () => performance.now() - readAt > 5500,
    6000,
  );

  // It stops somewhere between these two moments, which are far apart on a busy machine.
  const stoppingAt = performance.now();
  await postgres.stop();
  const stoppedAt = performance.now();
  while (performance.now() - stoppingAt < 4000) {
    const { status } = await api.search(cached.secret);
    if (performance.now() - stoppingAt < 4000) expect(status).toBe(200);
    const refused = await api.search(other.secret);
    expect(refused).toMatchObject({ status: 503, code: 'verifier_unavailable', retryAfter: '1' });
    expect(refused.durationMs).toBeLessThan(SLOWNESS * 2000);
    const served = await api.search(jwt);
    expect(served.status).toBe(200);
    expect(served.durationMs).toBeLessThan(SLOWNESS * 1000);
  }
  await waitFor(
    () => api.search(cached.secret),
    ({ status }) => status === 503,
    3000,
  );
  const wentOnMs = performance.now() - stoppedAt;
  console.log(`a token in the cache went on for ${wentOnMs.toFixed(0)} ms`);
  expect(wentOnMs).toBeLessThan(SLOWNESS * 6500);

  await postgres.start();
  const isServed = ({ status }: { status: number }) => status === 200;
  const backMs = await waitFor(() => api.search(other.secret), isServed, 5000);
  console.log(`served again ${backMs.toFixed(0)} ms after the database was back`);
  expect(backMs).toBeLessThan(SLOWNESS * 1000);
  expect((await api.search(cached.secret)).status).toBe(200);
});
