import { expect, test } from 'vitest';
import { createDatabaseFile } from '../open-store.js';
import { DISCONNECTED_CACHE_MS, isRevoked, isServed, startApi } from './api.js';

test('two processes on one SQLite file: what one revokes, the other rejects within its limit', async () => {
  const file = await createDatabaseFile();
  const [here, there] = [await startApi(file), await startApi(file)];
  const tokens = await Promise.all(Array.from({ length: 5 }, () => here.create()));
  for (const { id, secret } of tokens) {
    for (const api of [here, there]) expect((await api.search(secret)).status).toBe(200);
    await here.revoke(id);
    expect(isRevoked(await here.search(secret))).toBe(true);
  }
  // On SQLite nothing announces changes, so only the age of the other process's entries ends them.
  await there.setTime(DISCONNECTED_CACHE_MS - 1);
  for (const { secret } of tokens) expect(isServed(await there.search(secret))).toBe(true);
  await there.setTime(DISCONNECTED_CACHE_MS);
  for (const { secret } of tokens) expect(isRevoked(await there.search(secret))).toBe(true);
  // And the other way round: a token that is not cached is rejected at once.
  const last = await there.create();
  await there.revoke(last.id);
  expect(isRevoked(await here.search(last.secret))).toBe(true);
});
