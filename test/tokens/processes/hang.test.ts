import { createTokenFormat } from '@mandate/tokens';
import { expect, test } from 'vitest';
import { startPostgres } from '../../support/postgres.js';
import { startPostgresProxy } from '../../support/postgres-proxy.js';
import { signToken } from '../../support/tokens.js';
import {
  type Api,
  askUntil,
  DISCONNECTED_CACHE_MS,
  isRevoked,
  isServed,
  startApi,
  type Token,
} from './api.js';

const postgres = await startPostgres();
const { create: createSecret } = createTokenFormat();

/** What an outage is to the process that is tested: the default of `openPostgres`. */
const TIMEOUT_MS = 1500;

/** Ends of a hang: what was sent meanwhile arrives after all, or is lost without an error. */
const ENDS = ['release', 'forget'] as const;

test.each(ENDS)('while the database hangs, until a %s, nothing waits for it', async (end) => {
  const direct = await postgres.createDatabase();
  const proxy = await startPostgresProxy(direct);
  const api = await startApi(proxy.connectionString, TIMEOUT_MS);
  const other = await startApi(direct);
  const [revoked, cached, uncached] = await createThree(other);
  for (const { secret } of [revoked, cached]) await askUntil(() => api.search(secret), isServed);
  const jwt = await signToken();

  proxy.hold();
  await other.revoke(revoked.id);
  await expect.poll(() => api.isConnected()).toBe(false);
  let isOver = false;
  // Every answer comes while the database answers nothing.
  const whileHeld = async (ask: () => Promise<void>) => {
    while (!isOver) await ask();
  };
  const loads = [
    ...Array.from({ length: 12 }, () => whileHeld(() => expectUnavailable(api, createSecret()))),
    whileHeld(() => expectUnavailable(api, uncached.secret)),
    whileHeld(() => expectServed(api, jwt)),
  ];
  await expectBound(api, [cached, revoked]);
  isOver = true;
  await Promise.all(loads);

  proxy[end]();
  for (const { secret } of [uncached, cached]) await askUntil(() => api.search(secret), isServed);
  await askUntil(async () => {
    const answer = await api.search(revoked.secret);
    expect(answer.status).not.toBe(200);
    return answer;
  }, isRevoked);
  // It is notified again: the clock stands still, so nothing else ends a cached token.
  await expect.poll(() => api.isConnected()).toBe(true);
  await other.revoke(cached.id);
  await askUntil(() => api.search(cached.secret), isRevoked);
});

async function createThree(api: Api) {
  return [await api.create(), await api.create(), await api.create()] as const;
}

async function expectUnavailable(api: Api, secret: string): Promise<void> {
  const rejected = await api.search(secret);
  expect(rejected).toMatchObject({ status: 503, code: 'verifier_unavailable', retryAfter: '1' });
}

async function expectServed(api: Api, token: string): Promise<void> {
  expect((await api.search(token)).status).toBe(200);
}

/** Cached tokens are served until the bound, and not from then on. */
async function expectBound(api: Api, tokens: readonly Token[]): Promise<void> {
  await api.setTime(DISCONNECTED_CACHE_MS - 1);
  for (const { secret } of tokens) await expectServed(api, secret);
  await api.setTime(DISCONNECTED_CACHE_MS);
  for (const { secret } of tokens) await expectUnavailable(api, secret);
}
