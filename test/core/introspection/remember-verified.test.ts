import { AuthError, createGuard, type Principal, type TokenVerifier } from '@mandate/core';
import { type RememberOptions, rememberVerified } from '@mandate/core/introspection';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRequest } from '../../support/auth-request.js';

const NOW = Date.UTC(2030, 0, 1);
let nowMs: number;
/** The tokens that the wrapped verifier was asked about. */
let asked: string[];

beforeEach(() => {
  nowMs = NOW;
  asked = [];
});

const principalOf = (token: string): Principal => ({
  subject: token,
  actor: undefined,
  permission: 'USER',
  scopes: [],
  groups: [],
  tokenId: undefined,
  issuer: undefined,
  expiresAt: NOW / 1000 + 3600,
  claims: {},
});

type Verify = (token: string) => Principal | Promise<Principal>;

function createApi(verify: Verify, options: RememberOptions = {}, requireExpiry = false) {
  const verifier: TokenVerifier = {
    accepts: ({ token }) => token !== 'foreign',
    verify: ({ token }) => {
      asked.push(token);
      return verify(token);
    },
  };
  const guard = createGuard({
    verifiers: [rememberVerified(verifier, options)],
    now: () => nowMs,
    requireExpiry,
  });
  const start = (token: string) => guard.authenticate(createRequest({ token }));
  const decide = async (token: string) => {
    const decision = await start(token);
    return decision.allowed ? decision.principal.subject : decision.error.code;
  };
  return { decide, start };
}

describe('a verified token', () => {
  test('is remembered, and decided without a promise', async () => {
    const { decide, start } = createApi(async (token) => principalOf(token));
    expect(await decide('a')).toBe('a');
    expect(start('a')).toMatchObject({ allowed: true, principal: { subject: 'a' } });
    expect(asked).toEqual(['a']);
  });

  test('is verified again after `seconds`, and when the clock is set back', async () => {
    const { decide } = createApi(async (token) => principalOf(token), { seconds: 30 });
    await decide('a');
    nowMs += 29_999;
    await decide('a');
    expect(asked).toHaveLength(1);
    nowMs += 1;
    await decide('a');
    expect(asked).toHaveLength(2);
    nowMs -= 3_600_000;
    await decide('a');
    expect(asked).toHaveLength(3);
  });

  test('is not remembered beyond its expiry', async () => {
    const { decide } = createApi((token) => ({ ...principalOf(token), expiresAt: NOW / 1000 + 5 }));
    expect(await decide('a')).toBe('a');
    nowMs += 5_000;
    expect(await decide('a')).toBe('token_expired');
  });

  test('without an expiry is always rejected by requireExpiry', async () => {
    const { decide } = createApi(
      (token) => ({ ...principalOf(token), expiresAt: undefined }),
      {},
      true,
    );
    for (let i = 0; i < 3; i++) expect(await decide('a')).toBe('token_invalid');
  });

  test('is distinguished from one with the same end', async () => {
    const { decide } = createApi(async (token) => principalOf(token));
    const end = 'x'.repeat(40);
    for (const token of [`a${end}`, `b${end}`, `a${end}`]) expect(await decide(token)).toBe(token);
  });

  test('is never taken from a malformed principal', async () => {
    const { decide } = createApi(async () => ({ subject: '' }) as Principal);
    for (let i = 0; i < 2; i++) await expect(decide('a')).rejects.toThrow('malformed principal');
    expect(asked).toHaveLength(2);
  });
});

describe('requests with the same unknown token', () => {
  test('share one verification', async () => {
    const { decide } = createApi(async (token) => principalOf(token));
    const answers = await Promise.all(Array.from({ length: 50 }, () => decide('a')));
    expect(new Set(answers)).toEqual(new Set(['a']));
    expect(asked).toEqual(['a']);
  });

  test('verify it themselves if the verification never settles', async () => {
    let answered = false;
    const verify: Verify = (token) => {
      if (answered) return principalOf(token);
      answered = true;
      return new Promise(() => {});
    };
    const { decide } = createApi(verify, { timeoutMs: 1 });
    void decide('a');
    expect(await decide('a')).toBe('a');
  });
});

describe('a rejected token', () => {
  const reject: Verify = async () => {
    throw new AuthError('token_invalid', 'unknown');
  };

  test('is rejected again without a verification, for a while', async () => {
    const { decide } = createApi(reject, { rejectedSeconds: 5 });
    for (let i = 0; i < 3; i++) expect(await decide('a')).toBe('token_invalid');
    expect(asked).toHaveLength(1);
    nowMs += 5_000;
    await decide('a');
    expect(asked).toHaveLength(2);
  });

  test('is remembered up to a limit, and not if it is long', async () => {
    const { decide } = createApi(reject, { maxRejected: 2 });
    for (const token of ['a', 'b', 'c', 'd']) await decide(token);
    await decide('d');
    expect(asked).toHaveLength(4);
    await decide('a');
    expect(asked).toHaveLength(5);
    const long = 'x'.repeat(3000);
    await decide(long);
    await decide(long);
    expect(asked).toHaveLength(7);
  });

  test.each([
    ['an outage', () => new AuthError('verifier_unavailable', 'down')],
    ['a rule of the request', () => new AuthError('address_not_allowed', 'elsewhere')],
    ['a fault', () => new Error('bug')],
  ])('is not remembered for %s', async (_case, createError) => {
    const { decide } = createApi(async () => {
      throw createError();
    });
    for (let i = 0; i < 2; i++) await decide('a').catch(() => {});
    expect(asked).toHaveLength(2);
  });
});

describe('hostile: a flood of unknown tokens', () => {
  test('is limited, and does not affect remembered tokens', async () => {
    const waiting: ((principal: Principal) => void)[] = [];
    const verify: Verify = (token) =>
      token === 'known' ? principalOf(token) : new Promise((resolve) => waiting.push(resolve));
    const { decide } = createApi(verify, { maxConcurrent: 3 });
    await decide('known');
    const answers = Array.from({ length: 100 }, (_, i) => decide(`t${i}`));
    expect(await Promise.all(answers.slice(3))).toEqual(Array(97).fill('verifier_unavailable'));
    expect(asked).toHaveLength(4);
    expect(await decide('known')).toBe('known');
    waiting.forEach((resolve, i) => void resolve(principalOf(`t${i}`)));
    expect(await Promise.all(answers.slice(0, 3))).toEqual(['t0', 't1', 't2']);
    void decide('t50');
    expect(asked).toContain('t50');
  });

  test('is no longer limited by verifications that never settle', async () => {
    let isHanging = true;
    const verify: Verify = (token) =>
      isHanging ? new Promise(() => {}) : Promise.resolve(principalOf(token));
    const { decide } = createApi(verify, { maxConcurrent: 2, timeoutMs: 10_000 });
    void decide('a');
    void decide('b');
    isHanging = false;
    expect(await decide('c')).toBe('verifier_unavailable');
    nowMs += 9_999;
    expect(await decide('c')).toBe('verifier_unavailable');
    nowMs += 1;
    expect(await decide('c')).toBe('c');
  });

  test('is no longer limited after the verifications fail', async () => {
    const { decide } = createApi(
      async () => {
        throw new AuthError('verifier_unavailable', 'down');
      },
      { maxConcurrent: 1 },
    );
    for (const token of ['a', 'b', 'c']) await decide(token);
    expect(asked).toEqual(['a', 'b', 'c']);
  });
});

test('a token that the wrapped verifier does not accept is left to others', async () => {
  const { decide } = createApi((token) => principalOf(token));
  expect(await decide('foreign')).toBe('token_invalid');
  expect(asked).toEqual([]);
});

test.each([
  { seconds: -1 },
  { maxTokens: 1.5 },
  { rejectedSeconds: Number.NaN },
  { maxRejected: -1 },
  { maxConcurrent: 0 },
  { timeoutMs: 0 },
  { ttl: 60 } as RememberOptions,
])('a verifier cannot remember with %j', (options) => {
  expect(() =>
    rememberVerified({ accepts: () => true, verify: principalOf as never }, options),
  ).toThrow(TypeError);
});

test('a value that is not a verifier is rejected', () => {
  expect(() => rememberVerified({} as TokenVerifier)).toThrow('must be a verifier');
});

test('a remembered token is still left to others where the verifier does not accept the request', async () => {
  const verifier: TokenVerifier = {
    accepts: ({ request }) => request.header('x-kind') === 'session',
    verify: ({ token }) => principalOf(token),
  };
  const guard = createGuard({ verifiers: [rememberVerified(verifier)], now: () => nowMs });
  const ask = async (headers: Readonly<Record<string, string>>) =>
    (await guard.authenticate(createRequest({ token: 'a', headers }))).allowed;
  expect(await ask({ 'x-kind': 'session' })).toBe(true);
  expect(await ask({})).toBe(false);
  expect(await ask({ 'x-kind': 'session' })).toBe(true);
});
