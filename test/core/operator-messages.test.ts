import { AuthError, createGuard, type TokenVerifier } from '@mandate/core';
import { createKeySet, type KeyFetchEvent } from '@mandate/core/jwt';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { createSigningKey, toJwks } from '../support/tokens.js';

const key = await createSigningKey('ES256', 'first');
const header = { alg: 'ES256', kid: 'first' };
const URL_OF_KEYS = 'https://issuer.example/jwks.json';

/** For the end of a fetch in the background. */
const WAIT = { timeout: 60_000 };

const clock = { ms: 0 };
const lines: string[] = [];

beforeEach(() => {
  clock.ms = Date.UTC(2030, 0, 1);
  lines.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

describe('a key set without onFetch', () => {
  const createKeys = (onFetch?: ((event: KeyFetchEvent) => void) | null) => {
    const server = { isDown: false };
    const keys = createKeySet({
      url: URL_OF_KEYS,
      fetch: async () => {
        if (server.isDown) throw new Error('connect ECONNREFUSED');
        return Response.json(toJwks(key));
      },
      now: () => clock.ms,
      random: () => 0,
      ...(onFetch !== undefined && { onFetch }),
    });
    return { keys, server };
  };

  test('writes nothing while keys can be fetched', async () => {
    await createKeys().keys.find(header);
    expect(lines).toEqual([]);
  });

  test('logs once that no keys are known', async () => {
    const { keys, server } = createKeys();
    server.isDown = true;
    for (let count = 0; count < 3; count++) {
      await expect(keys.find(header)).rejects.toThrow(AuthError);
      clock.ms += 6000;
    }
    expect(lines).toEqual([
      `[mandate] createKeySet: cannot fetch the keys of ${URL_OF_KEYS} (connect ECONNREFUSED; failure 1): ` +
        'tokens are rejected with 503, because no keys are known',
    ]);
  });

  test('writes that stale keys are in use, and that they can be fetched again', async () => {
    const { keys, server } = createKeys();
    await keys.find(header);
    server.isDown = true;
    clock.ms += 700_000;
    await keys.find(header);
    await vi.waitFor(() => expect(lines).toHaveLength(1), WAIT);
    expect(lines[0]).toContain('stale keys stay in use until they are 14400 seconds old');
    server.isDown = false;
    clock.ms += 700_000;
    await vi.waitFor(async () => {
      await keys.find(header);
      expect(lines).toHaveLength(2);
    }, WAIT);
    expect(lines[1]).toBe(
      `[mandate] createKeySet: the keys of ${URL_OF_KEYS} can be fetched again`,
    );
  });

  test.each([
    ['null', null],
    ['a function', () => {}],
  ])('writes nothing if onFetch is %s', async (_, onFetch) => {
    const { keys, server } = createKeys(onFetch);
    server.isDown = true;
    await expect(keys.find(header)).rejects.toThrow(AuthError);
    expect(lines).toEqual([]);
  });
});

describe('a guard without onDecision', () => {
  const unavailable: TokenVerifier = {
    accepts: () => true,
    verify: () => {
      throw new AuthError('verifier_unavailable', 'the token store failed', {
        cause: new Error('password s3cret'),
      });
    },
  };
  const options = {
    verifiers: [unavailable],
    endpoints: { 'GET /': { scopes: [] } },
    now: () => clock.ms,
  };
  const request = createRequest({ token: 'opaque-s3cret' });

  test('writes once a minute that tokens are rejected with 503', () => {
    const guard = createGuard(options);
    guard.decide(request);
    guard.decide(request);
    clock.ms += 60_000;
    guard.decide(request);
    const line =
      '[mandate] createGuard: tokens are rejected with 503, because the token store failed';
    expect(lines).toEqual([line, `${line} (and 1 times more before)`]);
  });

  test('writes nothing for other refusals, nor in explain', async () => {
    const guard = createGuard(options);
    guard.decide(createRequest());
    await guard.explain(request);
    expect(lines).toEqual([]);
  });

  test.each([
    ['null', null],
    ['a function', () => {}],
  ])('writes nothing if onDecision is %s', (_, onDecision) => {
    createGuard({ ...options, onDecision }).decide(request);
    expect(lines).toEqual([]);
  });
});
