import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createKeyServer,
  serveHeld,
  serveKeys,
  serveNothing,
  serveStatus,
} from '../../support/key-server.js';
import { listen } from '../../support/listen.js';
import { startWorker, type WorkerSettings } from '../../support/start-worker.js';
import {
  AUDIENCE,
  createSigningKey,
  ISSUER,
  signToken,
  validClaims,
} from '../../support/tokens.js';

const key = await createSigningKey();
const rotated = await createSigningKey();
const MINUTE_MS = 60_000;

/** A Worker whose guard fetches its keys from a key server. */
async function start(settings: WorkerSettings) {
  const keyServer = await createKeyServer(serveKeys(key));
  const ECHO_URL = await listen((request, response) => void request.pipe(response));
  const bindings = {
    ECHO_URL,
    TIMEOUT_MS: '5000',
    KEYS_URL: keyServer.url,
    ISSUER,
    AUDIENCE,
    ...settings.bindings,
  };
  const program = new URL('./keys-program.ts', import.meta.url);
  const worker = await startWorker(program, { ...settings, bindings });
  onTestFinished(async () => {
    worker.stop();
    await keyServer.stop();
  });
  const ask = async (signer = key, init: RequestInit = {}) => {
    // A token of its own each time, so that none is remembered.
    const claims = validClaims({ jti: crypto.randomUUID(), exp: 4_000_000_000 });
    const token = await signToken(claims, { key: signer });
    const headers = { authorization: `Bearer ${token}` };
    const body = crypto.randomUUID();
    const response = await fetch(`${worker.origin}/me`, { method: 'POST', headers, body, ...init });
    if (response.status === 200) expect(await response.json()).toEqual(['ada@example.com', body]);
    return response.status;
  };
  const control = async (path: string) => (await fetch(worker.origin + path)).text();
  return {
    keyServer,
    worker,
    ask,
    move: (ms: number) => control(`/move?ms=${ms}`),
    /** Resolves when so many requests have reached the guard, or fetches of keys have ended. */
    async reach(name: 'arrived' | 'fetched', count: number) {
      for (;;) {
        const counts = JSON.parse(await control('/counts')) as Record<string, number>;
        if ((counts[name] as number) >= count) return;
      }
    },
  };
}

const RUNTIMES: readonly WorkerSettings[] = [
  { date: '2024-09-23', flags: ['nodejs_compat'] },
  { date: '2026-07-01' },
];
const CASES = RUNTIMES.flatMap((settings) =>
  ['yes', 'no'].map((usesWaitUntil) => ({
    name: `${settings.date}${settings.flags ? ' with nodejs_compat' : ''}, waitUntil: ${usesWaitUntil}`,
    settings: { ...settings, bindings: { USES_WAIT_UNTIL: usesWaitUntil } },
  })),
);

describe.each(CASES)('a Worker of $name', ({ settings }) => {
  test('answers two requests that need the same keys, which are not fetched yet', async () => {
    const { ask, keyServer, reach } = await start(settings);
    const held = serveHeld(serveKeys(key));
    keyServer.answer = held.answer;
    const fetched = keyServer.nextRequest();
    const first = ask();
    await fetched;
    const second = ask();
    await reach('arrived', 2);
    held.release();
    expect(await Promise.all([first, second])).toEqual([200, 200]);
  });

  test('answers a request while the one that fetches the keys has been given up', async () => {
    const { ask, keyServer, reach } = await start(settings);
    const held = serveHeld(serveKeys(key));
    keyServer.answer = held.answer;
    const fetched = keyServer.nextRequest();
    const caller = new AbortController();
    const first = ask(key, { signal: caller.signal }).catch(() => 'given up');
    await fetched;
    const second = ask();
    await reach('arrived', 2);
    caller.abort();
    expect(await first).toBe('given up');
    held.release();
    expect(await second).toBe(200);
  });

  test('answers requests before, at and past the age of the keys, and again', async () => {
    const { ask, keyServer, move } = await start(settings);
    for (let round = 0; round < 3; round++) {
      for (const minutes of [0, 6, 1, 4, 12, 6, 6]) {
        await move(minutes * MINUTE_MS);
        expect([round, minutes, await ask(), await ask()]).toEqual([round, minutes, 200, 200]);
      }
    }
    expect(keyServer.requests).toBeLessThan(30);
  });

  test('takes a new key, and rejects a withdrawn one', async () => {
    const { ask, keyServer, move } = await start(settings);
    expect(await ask()).toBe(200);
    await move(6 * MINUTE_MS);
    expect(await ask()).toBe(200);
    keyServer.answer = serveKeys(rotated);
    await move(7 * MINUTE_MS);
    expect(await ask(rotated)).toBe(200);
    await move(MINUTE_MS);
    expect(await ask(key)).toBe(401);
  });

  test('keeps serving while the key server is silent', async () => {
    const bindings = { ...settings.bindings, TIMEOUT_MS: '300' };
    const { ask, keyServer, move } = await start({ ...settings, bindings });
    expect(await ask()).toBe(200);
    keyServer.answer = serveNothing();
    await move(6 * MINUTE_MS);
    expect(await ask()).toBe(200);
    await move(6 * MINUTE_MS);
    expect(await ask()).toBe(200);
    keyServer.answer = serveKeys(key);
    await move(6 * MINUTE_MS);
    expect([await ask(), await ask()]).toEqual([200, 200]);
  });
});

test.each(CASES.filter(({ settings }) => settings.bindings.USES_WAIT_UNTIL === 'yes'))(
  'a Worker of $name keeps a refresh alive, so that no request waits for a key server that fails',
  async ({ settings }) => {
    const { ask, keyServer, move, reach } = await start(settings);
    expect(await ask()).toBe(200);
    keyServer.answer = serveStatus(503);
    await move(6 * MINUTE_MS);
    expect(await ask()).toBe(200);
    await reach('fetched', 2);
    const held = serveHeld(serveKeys(key));
    keyServer.answer = held.answer;
    await move(6 * MINUTE_MS);
    // Answered although the key server is not.
    expect(await ask()).toBe(200);
    held.release();
    await reach('fetched', 3);
    keyServer.answer = serveStatus(503);
    expect(await ask()).toBe(200);
  },
);
