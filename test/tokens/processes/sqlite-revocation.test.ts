import { expect, test } from 'vitest';
import { createDatabaseFile } from '../open-store.js';
import { forEachOf, isRevoked, SLOWNESS, startApi, waitFor } from './api.js';

/** `disconnectedCacheSeconds`: on SQLite nobody tells, so it is the only bound. */
const BOUND_MS = 5000;

test('two processes on one SQLite file: what one revokes, the other refuses within its bound', async () => {
  const file = await createDatabaseFile();
  const [here, there] = [await startApi(file), await startApi(file)];
  const tokens = await Promise.all(Array.from({ length: 5 }, () => here.create()));
  const delaysMs: number[] = [];
  await forEachOf(tokens, tokens.length, async ({ id, secret }) => {
    for (const api of [here, there]) expect((await api.search(secret)).status).toBe(200);
    await here.revoke(id);
    expect(isRevoked(await here.search(secret))).toBe(true);
    // Remembered there, so that only its age can end it.
    delaysMs.push(await waitFor(() => there.search(secret), isRevoked, BOUND_MS));
  });
  console.log(`revocation at the other process: worst ${Math.max(...delaysMs).toFixed(0)} ms`);
  expect(Math.max(...delaysMs)).toBeLessThan(SLOWNESS * BOUND_MS);
  // And the other way round; a token that the other process does not remember is refused at once.
  const last = await there.create();
  await there.revoke(last.id);
  expect(isRevoked(await here.search(last.secret))).toBe(true);
  for (const { secret } of tokens) {
    for (const api of [here, there]) expect(isRevoked(await api.search(secret))).toBe(true);
  }
});
