import { expect, test } from 'vitest';
import { startOwnPostgres } from '../../support/postgres.js';
import { signToken } from '../../support/tokens.js';
import { askUntil, DISCONNECTED_CACHE_MS, isServed, startApi } from './api.js';

const UNAVAILABLE = { status: 503, code: 'verifier_unavailable', retryAfter: '1' };
/** How long ago the cached token was read when the database stops: longer than the bound. */
const AGE_MS = 6000;

const postgres = await startOwnPostgres();

test('while the database is down, cached tokens are valid up to the limit, and nothing else is affected', async () => {
  const api = await startApi(await postgres.createDatabase());
  const [cached, other] = [await api.create(), await api.create()];
  const jwt = await signToken();
  expect((await api.search(cached.secret)).status).toBe(200);
  await api.setTime(AGE_MS);
  await expect.poll(() => api.isConnected()).toBe(true);
  expect((await api.search(cached.secret)).status).toBe(200);

  await postgres.stop();
  await expect.poll(() => api.isConnected()).toBe(false);
  for (const passedMs of [0, 1000, DISCONNECTED_CACHE_MS - 1]) {
    await api.setTime(AGE_MS + passedMs);
    expect((await api.search(cached.secret)).status).toBe(200);
    expect(await api.search(other.secret)).toMatchObject(UNAVAILABLE);
    expect((await api.search(jwt)).status).toBe(200);
  }
  await api.setTime(AGE_MS + DISCONNECTED_CACHE_MS);
  expect(await api.search(cached.secret)).toMatchObject(UNAVAILABLE);
  expect((await api.search(jwt)).status).toBe(200);

  await postgres.start();
  for (const { secret } of [other, cached]) await askUntil(() => api.search(secret), isServed);
});
