import { createTokenClient, type LockManagerLike } from '@mandate/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type AuthorizationServer,
  createAuthorizationServer,
  createLockManager,
  SharedStorage,
} from './authorization-server.js';

let server: AuthorizationServer;
let storage: SharedStorage;

beforeEach(() => {
  vi.useFakeTimers();
  storage = new SharedStorage();
  server = createAuthorizationServer({ now: Date.now });
});

afterEach(() => vi.useRealTimers());

function createTab(locks: LockManagerLike | null, random: () => number = Math.random) {
  const credentials = { username: 'alice', password: 'secret' };
  return createTokenClient({
    authorize: { webserver: 'https://www.example.com', credentials },
    storage,
    locks,
    random,
    fetch: server.fetch,
  });
}

const leases = () => storage.keys().filter((key) => key.startsWith('mandate-client:lease:'));

describe.each([
  ['Web Locks', () => createLockManager()],
  ['a lease in the storage', () => null],
])('with %s', (_title, createLocks) => {
  test('many tabs that ask at the same time send one request', async () => {
    const locks = createLocks();
    const tabs = Array.from({ length: 8 }, (_, i) => createTab(locks, () => i / 8));
    const tokens = Promise.all(tabs.map((tab) => tab.getToken()));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(new Set(await tokens).size).toBe(1);
    expect(server.asked).toHaveLength(1);
    expect(leases()).toEqual([]);
  });

  test("after a tab's failed request, the next tab tries", async () => {
    const locks = createLocks();
    server.answers.push(() => Response.json({ reason: 'network' }, { status: 500 }));
    const tabs = [createTab(locks, () => 0), createTab(locks, () => 0.5)];
    const outcomes = Promise.allSettled(tabs.map((tab) => tab.getToken()));
    await vi.advanceTimersByTimeAsync(5_000);
    const statuses = (await outcomes).map(({ status }) => status).sort();
    expect(statuses).toEqual(['fulfilled', 'rejected']);
    expect(server.asked).toHaveLength(2);
  });

  test('a frozen tab delays others for a limited time', async () => {
    const locks = createLocks();
    const key = 'mandate-client:1:["https://www.example.com","presence",null,["user","alice"]]';
    const forever = new Promise<never>(() => {});
    const signal = new AbortController().signal;
    if (locks) void locks.request(key, { signal }, () => forever);
    else {
      const untilMs = Date.now() + 11_000;
      storage.setItem(`mandate-client:lease:${key}`, JSON.stringify({ holder: 'x', untilMs }));
    }
    const token = createTab(locks).getToken();
    await vi.advanceTimersByTimeAsync(10_900);
    expect(server.asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(600);
    expect(await token).toMatch(/\./);
  });
});

describe('tabs in different processes', () => {
  const key = 'mandate-client:1:["https://www.example.com","presence",null,["user","alice"]]';
  const listeners = new Set<(event: { key: string }) => void>();

  beforeEach(() => {
    vi.stubGlobal('addEventListener', (_type: string, listener: () => void) =>
      listeners.add(listener),
    );
    vi.stubGlobal('removeEventListener', (_type: string, listener: () => void) =>
      listeners.delete(listener),
    );
  });
  afterEach(() => vi.unstubAllGlobals());

  /** A tab that sees entries of other tabs only on demand. */
  async function createLateTab(locks: LockManagerLike) {
    const seen = new SharedStorage();
    const tab = createTokenClient({
      authorize: {
        webserver: 'https://www.example.com',
        credentials: { username: 'alice', password: 'secret' },
      },
      storage: seen,
      locks,
      fetch: server.fetch,
    });
    const tell = () => {
      seen.setItem(key, storage.getItem(key) ?? '');
      for (const listener of listeners) listener({ key });
    };
    return { tab, tell };
  }

  test('wait for the token that another tab has stored, although the lock is reported free sooner', async () => {
    const locks = createLockManager();
    const { tab, tell } = await createLateTab(locks);
    const token = createTab(locks).getToken();
    const late = tab.getToken();
    expect(await token).toMatch(/\./);
    await vi.advanceTimersByTimeAsync(499);
    tell();
    expect(await late).toBe(await token);
    expect(server.asked).toHaveLength(1);
    expect([listeners.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test('do not wait for long, because the other tab may have failed', async () => {
    const locks = createLockManager();
    const { tab } = await createLateTab(locks);
    server.answers.push(() => Response.json({ code: 'invalid_credentials' }, { status: 401 }));
    const failed = createTab(locks).getToken();
    const late = tab.getToken();
    await expect(failed).rejects.toThrow('invalid_credentials');
    await vi.advanceTimersByTimeAsync(499);
    expect(server.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await late).toMatch(/\./);
  });

  test('do not wait at all if no other tab asks', async () => {
    const { tab } = await createLateTab(createLockManager());
    expect(await tab.getToken()).toMatch(/\./);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a lease', () => {
  const key = 'mandate-client:1:["https://www.example.com","presence",null,["user","alice"]]';

  test.each(['{', 'null', '{"holder":"x","untilMs":1}', '{"holder":"x","untilMs":1e15}'])(
    'that is %s has no holder',
    async (text) => {
      storage.setItem(`mandate-client:lease:${key}`, text);
      const token = createTab(null).getToken();
      await vi.advanceTimersByTimeAsync(100);
      expect(await token).toMatch(/\./);
    },
  );

  test('that is released wakes the waiting tabs before their next look', async () => {
    const listeners = new Set<(event: { key: string }) => void>();
    vi.stubGlobal('addEventListener', (_type: string, listener: () => void) =>
      listeners.add(listener),
    );
    vi.stubGlobal('removeEventListener', (_type: string, listener: () => void) =>
      listeners.delete(listener),
    );
    const untilMs = Date.now() + 5_000;
    const name = `mandate-client:lease:${key}`;
    storage.setItem(name, JSON.stringify({ holder: 'x', untilMs }));
    const token = createTab(null, () => 0).getToken();
    await vi.advanceTimersByTimeAsync(1);
    storage.removeItem(name);
    for (const listener of listeners) listener({ key: 'another' });
    await vi.advanceTimersByTimeAsync(40);
    expect(server.asked).toEqual([]);
    for (const listener of listeners) listener({ key: name });
    await vi.advanceTimersByTimeAsync(40);
    expect(await token).toMatch(/\./);
    expect(listeners.size).toBe(0);
    vi.unstubAllGlobals();
  });
});

test('forbidden locks cost one request at most', async () => {
  const forbidden: LockManagerLike = { request: () => Promise.reject(new Error('SecurityError')) };
  expect(await createTab(forbidden).getToken()).toMatch(/\./);
});
