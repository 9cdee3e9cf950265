import { createServer } from 'node:http';
import type { TokenVerifier } from '@mandate/core';
import { createJwtVerifier, createKeySet } from '@mandate/core/jwt';
import { createMemorySigningKeyStore, createSigningKeys } from '@mandate/issuer';
import type { SigningKeyStore } from '@mandate/issuer/store';
import { generateKeyPair, SignJWT } from 'jose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { judgeToken } from '../support/judge-token.js';
import { listen } from '../support/listen.js';
import { createClock } from './world.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KEK = new Uint8Array(32).fill(1);

function open(store: SigningKeyStore, now: () => number, more: object = {}) {
  return createSigningKeys({ store, keyEncryptionKeys: [KEK], now, ...more });
}

const ISSUER = 'https://auth.example.com';

/** A token as the service makes it: valid for two hours. */
async function sign(keys: ReturnType<typeof open>, nowMs: number): Promise<string> {
  const { kid, algorithm, key } = await keys.signer();
  const claims = { iss: ISSUER, aud: 'a', sub: 's', exp: nowMs / 1000 + 7200, iat: nowMs / 1000 };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt' })
    .sign(key as CryptoKey);
}

/** The subject of a token, or the code with which it is rejected. */
async function judge(verifier: TokenVerifier, token: string): Promise<string> {
  const judged = await judgeToken(verifier, token);
  return typeof judged === 'string' ? judged : judged.subject;
}

/** A store that fails on demand. */
function createFailingStore() {
  const inner = createMemorySigningKeyStore();
  const state = { fails: false, reads: 0 };
  const fail = () => {
    if (state.fails) throw new Error('the store is down');
  };
  const store: SigningKeyStore = {
    read: async () => {
      state.reads++;
      fail();
      return inner.read();
    },
    replace: async (version, keys) => {
      fail();
      return inner.replace(version, keys);
    },
  };
  return { store, state };
}

describe('rotation', () => {
  test('publishes a key before it signs, and keeps the old one until its last token has expired', async () => {
    const clock = createClock();
    const keys = open(createMemorySigningKeyStore(), clock.now);
    const published = async () => (await keys.jwks()).keys.map(({ kid }) => kid);
    const settle = async () => {
      // What is due is done in the background of one call; the next one sees it.
      await published();
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      return published();
    };
    const first = (await keys.signer()).kid;
    clock.ms += 30 * DAY - HOUR - 60_000;
    expect(await settle()).toEqual([first]);
    clock.ms += 60_000;
    await settle();
    await expect.poll(published).toHaveLength(2);
    const second = (await published())[1];
    expect((await keys.signer()).kid).toBe(first);
    clock.ms += HOUR - 1;
    expect((await keys.signer()).kid).toBe(first);
    clock.ms += 1;
    expect((await keys.signer()).kid).toBe(second);
    clock.ms += 3 * HOUR + 60_000 - 1;
    expect(await settle()).toEqual([first, second]);
    clock.ms += 60_001;
    await settle();
    await expect.poll(published).toEqual([second]);
  });

  test('is verified over HTTP without one failed request', async () => {
    const clock = createClock();
    const store = createMemorySigningKeyStore();
    const signing = open(store, clock.now);
    const url = await listen(
      createServer(async (_, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(await signing.jwks()));
      }),
    );
    const verifier = createJwtVerifier(
      {
        issuer: ISSUER,
        audience: 'a',
        keys: createKeySet({ url: `${url}/jwks.json`, now: clock.now }),
      },
      { now: clock.now },
    );
    const alive: { token: string; untilMs: number }[] = [];
    const signedWith = new Set<string>();
    // Five minutes at a time through two rotations; every token that is alive is tried each time.
    for (let step = 0; step < 12 * 24; step++) {
      clock.ms += step < 12 * 12 ? 5 * 60_000 : 6 * HOUR;
      signedWith.add((await signing.signer()).kid);
      alive.push({ token: await sign(signing, clock.ms), untilMs: clock.ms + 2 * HOUR });
      for (const { token, untilMs } of alive.slice(-24)) {
        if (untilMs > clock.ms) expect(await judge(verifier, token)).toBe('s');
      }
    }
    expect(signedWith.size).toBeGreaterThanOrEqual(2);
  });

  test('is done once by several instances that start at the same time', async () => {
    const clock = createClock();
    const store = createMemorySigningKeyStore();
    const instances = Array.from({ length: 5 }, () => open(store, clock.now));
    const kids = await Promise.all(instances.map(async (one) => (await one.signer()).kid));
    expect(new Set(kids).size).toBe(1);
    clock.ms += 30 * DAY;
    await Promise.all(instances.map((one) => one.jwks()));
    await expect.poll(async () => (await store.read()).keys.length).toBe(2);
  });

  test('happens when the algorithm changes', async () => {
    const clock = createClock();
    const store = createMemorySigningKeyStore();
    expect((await open(store, clock.now).signer()).algorithm).toBe('ES256');
    const next = open(store, clock.now, { algorithm: 'EdDSA' });
    expect((await next.signer()).algorithm).toBe('ES256');
    clock.ms += HOUR;
    expect((await next.signer()).algorithm).toBe('EdDSA');
    expect((await next.jwks()).keys).toHaveLength(2);
  });
});

test.each(['ES256', 'RS256', 'EdDSA'] as const)(
  '%s keys sign what the guard verifies',
  async (algorithm) => {
    const clock = createClock();
    const keys = open(createMemorySigningKeyStore(), clock.now, { algorithm });
    const verifier = createJwtVerifier(
      { issuer: ISSUER, audience: 'a', keys: keys.keySet },
      { now: clock.now },
    );
    expect(await judge(verifier, await sign(keys, clock.ms))).toBe('s');
  },
);

describe('rotate', () => {
  const listKids = async (keys: ReturnType<typeof open>) =>
    (await keys.jwks()).keys.map(({ kid }) => kid);

  test('publishes the next key at once, which signs after publishAheadSeconds', async () => {
    const clock = createClock();
    const keys = open(createMemorySigningKeyStore(), clock.now, { publishAheadSeconds: 3600 });
    const first = (await keys.signer()).kid;
    await keys.rotate();
    const [, second] = await listKids(keys);
    expect(await listKids(keys)).toEqual([first, second]);
    expect((await keys.signer()).kid).toBe(first);
    clock.ms += HOUR;
    expect((await keys.signer()).kid).toBe(second);
  });

  test('changes nothing while a next key waits', async () => {
    const keys = open(createMemorySigningKeyStore(), createClock().now);
    await keys.signer();
    await keys.rotate();
    const published = await listKids(keys);
    await keys.rotate();
    expect(await listKids(keys)).toEqual(published);
  });

  test('creates the first key, which signs at once', async () => {
    const keys = open(createMemorySigningKeyStore(), createClock().now);
    await keys.rotate();
    expect(await listKids(keys)).toEqual([(await keys.signer()).kid]);
  });
});

describe('withdraw', () => {
  test('rejects the tokens of a leaked key immediately, including remembered ones', async () => {
    const clock = createClock();
    const store = createMemorySigningKeyStore();
    const keys = open(store, clock.now);
    const verifier = createJwtVerifier(
      { issuer: ISSUER, audience: 'a', keys: keys.keySet },
      { now: clock.now },
    );
    const token = await sign(keys, clock.ms);
    expect(await judge(verifier, token)).toBe('s');
    const { kid } = await keys.signer();
    await keys.withdraw(kid);
    expect(await judge(verifier, token)).toBe('token_invalid');
    expect((await keys.signer()).kid).not.toBe(kid);
    expect(await judge(verifier, await sign(keys, clock.ms))).toBe('s');
    await keys.withdraw('no such key');
    expect((await store.read()).version).toBe(2);
  });
});

describe('a key that another instance starts to use immediately', () => {
  /** Two instances of one store, of which the second has found out that the first one's key leaked. */
  async function withdrawElsewhere() {
    const clock = createClock();
    const { store, state } = createFailingStore();
    const here = open(store, clock.now);
    const elsewhere = open(store, clock.now);
    const { kid } = await here.signer();
    const verifier = createJwtVerifier(
      { issuer: ISSUER, audience: 'a', keys: here.keySet },
      { now: clock.now },
    );
    expect(await judge(verifier, await sign(elsewhere, clock.ms))).toBe('s');
    clock.ms += 1_000;
    await elsewhere.withdraw(kid);
    return { clock, state, here, elsewhere, verifier };
  }

  test('is found by a read of the store before the next refresh is due', async () => {
    const { clock, elsewhere, verifier } = await withdrawElsewhere();
    expect(await judge(verifier, await sign(elsewhere, clock.ms))).toBe('s');
  });

  test('is soon published by this instance, where verifiers look for it', async () => {
    const { here, elsewhere } = await withdrawElsewhere();
    const { kid } = await elsewhere.signer();
    const published = async () => (await here.jwks()).keys.map((key) => key.kid);
    await published();
    await expect.poll(published).toEqual([kid]);
  });

  test('is looked up at most once a second, however many key ids are invented', async () => {
    const { clock, state, elsewhere, verifier } = await withdrawElsewhere();
    const { privateKey } = await generateKeyPair('ES256');
    const probe = async (kid: string) =>
      new SignJWT({ iss: ISSUER, aud: 'a', sub: 's', exp: clock.ms / 1000 + 60 })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
        .sign(privateKey);
    const before = state.reads;
    for (let turn = 0; turn < 20; turn++) {
      expect(await judge(verifier, await probe(`made-up-${turn}`))).toBe('token_invalid');
    }
    expect(state.reads - before).toBe(1);
    state.fails = true;
    clock.ms += 1_000;
    for (let turn = 0; turn < 2; turn++) {
      expect(await judge(verifier, await probe('unknown'))).toBe('verifier_unavailable');
    }
    expect(state.reads - before).toBe(2);
    expect(await judge(verifier, await sign(elsewhere, clock.ms))).toBe('s');
  });
});

describe('while the store fails', () => {
  test('known keys serve for an hour, and then nothing is signed or verified', async () => {
    const clock = createClock();
    const { store, state } = createFailingStore();
    const errors: unknown[] = [];
    const keys = open(store, clock.now, { onError: (error: unknown) => errors.push(error) });
    const verifier = createJwtVerifier(
      { issuer: ISSUER, audience: 'a', keys: keys.keySet },
      { now: clock.now },
    );
    const token = await sign(keys, clock.ms);
    state.fails = true;
    clock.ms += HOUR - 1;
    await sign(keys, clock.ms);
    expect(await judge(verifier, token)).toBe('s');
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    clock.ms += 1;
    await expect(keys.signer()).rejects.toThrow('the store is down');
    expect(await judge(verifier, token)).toBe('verifier_unavailable');
    state.fails = false;
    expect(await judge(verifier, token)).toBe('s');
  });

  test('simultaneous callers cause one read', async () => {
    const clock = createClock();
    const { store, state } = createFailingStore();
    const keys = open(store, clock.now);
    await Promise.all(Array.from({ length: 50 }, () => keys.signer()));
    expect(state.reads).toBe(1);
  });
});

describe('while the store accepts connections and never answers', () => {
  const REFRESH_MS = 60_000;

  /** Keys on a store that hangs on demand, with one read that is never answered. */
  async function createHung() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const clock = createClock();
    const inner = createMemorySigningKeyStore();
    const state = { hangs: false };
    const answer = <Value>(work: () => Promise<Value>) =>
      state.hangs ? new Promise<Value>(() => {}) : work();
    const store: SigningKeyStore = {
      read: () => answer(() => inner.read()),
      replace: (version, keys) => answer(() => inner.replace(version, keys)),
    };
    const errors: unknown[] = [];
    const keys = open(store, clock.now, { onError: (error: unknown) => errors.push(error) });
    const { kid } = await keys.signer();
    state.hangs = true;
    return { clock, inner, state, keys, kid, errors };
  }

  test('a read times out and is repeated, so withdrawals by others take effect', async () => {
    const { clock, inner, state, keys, kid, errors } = await createHung();
    clock.ms += REFRESH_MS;
    expect((await keys.signer()).kid).toBe(kid);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(errors).toMatchObject([{ message: expect.stringContaining('did not answer') }]);
    state.hangs = false;
    await open(inner, clock.now).withdraw(kid);
    clock.ms += REFRESH_MS;
    await keys.jwks();
    await expect.poll(async () => (await keys.signer()).kid).not.toBe(kid);
  });

  test('no caller waits for ever, and the keys work when the store answers again', async () => {
    const { clock, state, keys, kid } = await createHung();
    clock.ms += HOUR;
    const asked = Promise.allSettled([keys.signer(), keys.jwks(), keys.withdraw('other')]);
    const token = new SignJWT({ iss: ISSUER, aud: 'a', sub: 's', exp: clock.ms / 1000 + 60 })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt' })
      .sign((await generateKeyPair('ES256')).privateKey);
    const verifier = createJwtVerifier(
      { issuer: ISSUER, audience: 'a', keys: keys.keySet },
      { now: clock.now },
    );
    const judged = judge(verifier, await token);
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await asked).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    expect(await judged).toBe('verifier_unavailable');
    state.hangs = false;
    expect((await keys.signer()).kid).toBe(kid);
  });
});

describe('at rest', () => {
  test('private keys are sealed, and another key-encryption key cannot open them', async () => {
    const clock = createClock();
    const store = createMemorySigningKeyStore();
    await open(store, clock.now).signer();
    const [stored] = (await store.read()).keys;
    expect(JSON.stringify(stored)).not.toContain('"d"');
    const other = open(store, clock.now, { keyEncryptionKeys: [new Uint8Array(32)] });
    await expect(other.signer()).rejects.toThrow('sealed with an unknown key');
    const both = open(store, clock.now, { keyEncryptionKeys: [new Uint8Array(32), KEK] });
    expect((await both.signer()).kid).toBe(stored?.kid);
  });
});

describe('createSigningKeys', () => {
  test.each([
    ['no key-encryption key', { keyEncryptionKeys: [] }],
    ['a short one', { keyEncryptionKeys: [new Uint8Array(16)] }],
    ['another algorithm', { algorithm: 'HS256' }],
    ['no rotation', { rotateEverySeconds: 0 }],
    ['a key that is published too late', { publishAheadSeconds: 60 }],
    ['rotation faster than publication', { rotateEverySeconds: 3600 }],
  ])('rejects %s', (_, wrong) => {
    expect(() => open(createMemorySigningKeyStore(), Date.now, wrong)).toThrow(TypeError);
  });
});

describe('a clock that is corrected', () => {
  test('by years does not stop the service or its rotation', async () => {
    const clock = createClock(Date.UTC(2030, 0, 1));
    const store = createMemorySigningKeyStore();
    const keys = open(store, clock.now);
    const ahead = (await keys.signer()).kid;
    clock.ms = Date.UTC(2026, 0, 1);
    const restarted = open(store, clock.now);
    const { kid } = await restarted.signer();
    expect((await keys.signer()).kid).toBeDefined();
    const published = async () => (await restarted.jwks()).keys.map((key) => key.kid);
    expect(await published()).toEqual([kid, ahead]);
    clock.ms += 30 * DAY;
    await published();
    await expect.poll(published).toHaveLength(3);
    clock.ms += HOUR;
    expect([kid, ahead]).not.toContain((await restarted.signer()).kid);
  });

  test('does not delay the next refresh', async () => {
    const clock = createClock(Date.UTC(2030, 0, 1));
    const store = createMemorySigningKeyStore();
    const keys = open(store, clock.now);
    const { kid } = await keys.signer();
    clock.ms -= 30 * 60_000;
    await open(store, clock.now).withdraw(kid);
    await keys.jwks();
    await expect
      .poll(async () => (await keys.jwks()).keys.map((key) => key.kid))
      .not.toContain(kid);
  });

  test('by seconds, in one of several instances, causes no rejection', async () => {
    const clock = createClock();
    const store = createMemorySigningKeyStore();
    const { kid } = await open(store, () => clock.ms + 10_000).signer();
    expect((await open(store, clock.now).signer()).kid).toBe(kid);
  });
});

describe('a store that was restored without its last changes', () => {
  test.each([
    ['older', true],
    ['of the same version, yet with other keys', false],
  ])('is adopted: %s', async (_, isOlder) => {
    const clock = createClock();
    const lost = createMemorySigningKeyStore();
    const restored = createMemorySigningKeyStore();
    const state = { store: lost };
    const store: SigningKeyStore = {
      read: () => state.store.read(),
      replace: (version, keys) => state.store.replace(version, keys),
    };
    const keys = open(store, clock.now);
    const { kid } = await keys.signer();
    if (isOlder) await keys.withdraw(kid);
    const other = open(restored, clock.now);
    const foreign = await sign(other, clock.ms);
    state.store = restored;
    clock.ms += 60_000;
    await keys.jwks();
    await new Promise(setImmediate);
    const verifier = createJwtVerifier(
      { issuer: ISSUER, audience: 'a', keys: keys.keySet },
      { now: clock.now },
    );
    expect((await keys.signer()).kid).toBe((await other.signer()).kid);
    expect(await judge(verifier, foreign)).toBe('s');
    expect(await judge(verifier, await sign(keys, clock.ms))).toBe('s');
  });
});

test('errors and rejections of onError are ignored', async () => {
  const clock = createClock();
  const { store, state } = createFailingStore();
  const observed: unknown[] = [];
  const keys = open(store, clock.now, {
    onError: async (error: unknown) => {
      observed.push(error);
      throw new Error('the log is down, too');
    },
  });
  await keys.signer();
  state.fails = true;
  clock.ms += 60_000;
  await keys.signer();
  await expect.poll(() => observed).toHaveLength(1);
  await new Promise(setImmediate);
});
