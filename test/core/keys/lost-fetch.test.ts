import { createKeySet, type FetchLike, type KeySet } from '@mandate/core/jwt';
import { beforeEach, describe, expect, test } from 'vitest';
import { settlesWithin } from '../../../packages/core/src/keys/settles-within.js';
import { createSigningKey, type SigningKey, toJwks } from '../../support/tokens.js';

const key = await createSigningKey('ES256', 'first');
const rotated = await createSigningKey('ES256', 'second');
const MINUTE = 60_000;

let nowMs: number;
let fetches: number;
let published: readonly SigningKey[];
/** Whether a fetch is lost, as on Workers when the request that started it ends. */
let isLost: boolean;

beforeEach(() => {
  nowMs = Date.UTC(2030, 0, 1);
  fetches = 0;
  published = [key];
  isLost = false;
});

const fetchOrLose: FetchLike = async () => {
  fetches++;
  return isLost ? new Promise<never>(() => {}) : Response.json(toJwks(...published));
};

const createKeys = () =>
  createKeySet({
    url: 'https://issuer.example/jwks.json',
    maxAgeSeconds: 600,
    fetch: fetchOrLose,
    now: () => nowMs,
  });

const header = { alg: 'ES256', kid: 'first' };
const unknown = { alg: 'ES256', kid: 'second' };

/** Fetched once; the fetch that renews the keys is lost, and later ones are not. */
async function createKeysWithLostFetch(): Promise<KeySet> {
  const keys = createKeys();
  await keys.find(header);
  isLost = true;
  nowMs += 5 * MINUTE;
  keys.isCurrent();
  isLost = false;
  return keys;
}

describe('a fetch that never settles', () => {
  test('is replaced after its time-out, by the clock', async () => {
    const keys = createKeys();
    await keys.find(header);
    isLost = true;
    nowMs += 5 * MINUTE;
    expect(keys.isCurrent()).toBe(true);
    nowMs += 5_999;
    expect(keys.isCurrent()).toBe(true);
    expect(fetches).toBe(2);
    nowMs += 1;
    expect(keys.isCurrent()).toBe(true);
    expect(fetches).toBe(3);
  });

  test('does not delay a token with an unknown kid after its time-out', async () => {
    const keys = await createKeysWithLostFetch();
    published = [key, rotated];
    nowMs += 6_000;
    expect(await keys.find(unknown)).toHaveLength(1);
  });

  test('makes a request wait for its own fetch when the keys are past their age', async () => {
    const keys = await createKeysWithLostFetch();
    published = [rotated];
    nowMs += 6 * MINUTE;
    expect(keys.isCurrent()).toBe(false);
    expect(await keys.find(header)).toEqual([]);
    expect(await keys.find(unknown)).toHaveLength(1);
    expect(fetches).toBe(3);
  });

  test('does not make later requests wait once a fetch has settled', async () => {
    const keys = await createKeysWithLostFetch();
    nowMs += 6 * MINUTE;
    await keys.find(header);
    isLost = true;
    nowMs += 11 * MINUTE;
    expect(keys.isCurrent()).toBe(true);
  });

  test('does not restore old keys when it settles after all', async () => {
    let answerFirst: (response: Response) => void = () => {};
    const keys = createKeySet({
      url: 'https://issuer.example/jwks.json',
      timeoutMs: 60_000,
      fetch: async () =>
        ++fetches === 1
          ? new Promise((resolve) => {
              answerFirst = resolve;
            })
          : Response.json(toJwks(rotated)),
      now: () => nowMs,
    });
    const waiting = keys.find(header);
    nowMs += 61_000;
    expect(await keys.find(unknown)).toHaveLength(1);
    answerFirst(Response.json(toJwks(key)));
    expect(await waiting).toEqual([]);
    expect(await keys.find(unknown)).toHaveLength(1);
    expect(fetches).toBe(2);
  });
});

describe('settlesWithin', () => {
  test('ends when the promise does, or with its own time', async () => {
    expect(await settlesWithin(Promise.resolve(), 2 ** 31 - 1)).toBe(true);
    expect(await settlesWithin(Promise.reject(new Error('ended')), 2 ** 31 - 1)).toBe(false);
    expect(await settlesWithin(new Promise(() => {}), 1)).toBe(false);
  });
});
