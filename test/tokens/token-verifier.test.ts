import { createGuard, type TokenVerifier } from '@mandate/core';
import { createTokenFormat } from '@mandate/tokens';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRequest } from '../support/auth-request.js';
import { judgeToken } from '../support/judge-token.js';
import { createIssuing, SUPER_ADMIN } from './issue.js';

function decide(verifier: TokenVerifier, token: string, remoteAddress?: string) {
  const request = createRequest({ token, remoteAddress });
  return createGuard({ verifiers: [verifier] }).authenticate(request);
}

test('a cached token is verified without a promise and without the store', async () => {
  const { store, verifier, issue } = createIssuing();
  const { secret, token } = await issue();
  expect(decide(verifier, secret)).toBeInstanceOf(Promise);
  await judgeToken(verifier, secret);
  const { finds } = store;
  expect(decide(verifier, secret)).toMatchObject({
    allowed: true,
    principal: { tokenId: token.id },
  });
  expect(store.finds).toBe(finds);
});

test('100 requests at once ask the store once', async () => {
  const { store, verifier, issue } = createIssuing();
  const { secret } = await issue();
  const judged = await Promise.all(Array.from({ length: 100 }, () => judgeToken(verifier, secret)));
  expect(new Set(judged).size).toBe(1);
  expect(store.finds).toBe(1);
});

test('the principal says whose token it is', async () => {
  const { verifier, issue } = createIssuing();
  const user = await issue();
  expect(await judgeToken(verifier, user.secret)).toMatchObject({
    subject: 'ada@example.com',
    permission: 'USER',
    scopes: ['SEARCH'],
    tokenId: user.token.id,
  });
  const anonymous = await issue({ permission: 'ANONYMOUS', userEmail: undefined });
  expect(await judgeToken(verifier, anonymous.secret)).toMatchObject({ subject: 'anonymous' });
  const global = await issue({ permission: 'GLOBAL', userEmail: undefined });
  expect(await judgeToken(verifier, global.secret)).toBe('act_as_required');
});

test('an unknown token is remembered, and a flood of unknown tokens evicts no valid one', async () => {
  const { store, verifier, issue } = createIssuing({ cacheSize: 10 });
  const { secret } = await issue();
  await judgeToken(verifier, secret);
  const unknown = createTokenFormat().create();
  expect(await judgeToken(verifier, unknown)).toBe('token_invalid');
  expect(await judgeToken(verifier, unknown)).toBe('token_invalid');
  expect(store.finds).toBe(2);
  for (let i = 0; i < 3000; i++) await judgeToken(verifier, createTokenFormat().create());
  const { finds } = store;
  expect(await judgeToken(verifier, secret)).toMatchObject({ subject: 'ada@example.com' });
  expect(store.finds).toBe(finds);
  await judgeToken(verifier, unknown);
  expect(store.finds).toBe(finds + 1);
});

test('a token is looked up and cached once, however many spaces are before it', async () => {
  const { store, verifier, issue } = createIssuing();
  const { secret } = await issue();
  for (let spaces = 2; spaces < 20; spaces++) {
    const headers = { authorization: `Bearer${' '.repeat(spaces)}${secret}` };
    const decision = createGuard({ verifiers: [verifier] }).authenticate(
      createRequest({ headers }),
    );
    expect(await decision).toMatchObject({ allowed: true });
  }
  expect(store.finds).toBe(1);
});

test('a revoked token is rejected from the moment the call returned', async () => {
  const { authority, verifier, issue } = createIssuing();
  const { secret, token } = await issue();
  await judgeToken(verifier, secret);
  await authority.revoke(token.id, SUPER_ADMIN);
  expect(await judgeToken(verifier, secret)).toBe('token_revoked');
});

test('a request that looked the token up before its revocation, and is answered after it, is rejected', async () => {
  const { store, authority, verifier, issue } = createIssuing();
  const { secret, token } = await issue();
  let answer = () => {};
  store.before = () =>
    new Promise<void>((resolve) => {
      answer = resolve;
    });
  const judged = judgeToken(verifier, secret);
  await expect.poll(() => store.finds).toBe(1);
  await authority.revoke(token.id, SUPER_ADMIN);
  store.before = async () => {};
  answer();
  expect(await judged).toBe('token_revoked');
  expect(await judgeToken(verifier, secret)).toBe('token_revoked');
});

test('a token expires to the second, cached or not', async () => {
  const { clock, verifier, issue } = createIssuing();
  const { secret } = await issue({ expiresAt: new Date(clock.ms + 10_000) });
  clock.pass(9.999);
  expect(await judgeToken(verifier, secret)).toMatchObject({ subject: 'ada@example.com' });
  clock.pass(0.001);
  expect(await judgeToken(verifier, secret)).toBe('token_expired');
  clock.pass(60);
  expect(await judgeToken(verifier, secret)).toBe('token_expired');
});

test('both secrets work in the overlap of a rotation, and then only the new one', async () => {
  const { clock, authority, verifier, issue } = createIssuing();
  const { secret, token } = await issue();
  await judgeToken(verifier, secret);
  const rotated = await authority.rotate(token.id, 60, SUPER_ADMIN);
  for (const one of [secret, rotated.secret]) {
    expect(await judgeToken(verifier, one)).toMatchObject({ tokenId: token.id });
  }
  clock.pass(60);
  expect(await judgeToken(verifier, secret)).toBe('token_expired');
  expect(await judgeToken(verifier, rotated.secret)).toMatchObject({ tokenId: token.id });
});

test('the principal ends when its secret does, that of a rotated one with the overlap', async () => {
  const { clock, authority, verifier, issue } = createIssuing();
  const { secret, token } = await issue({ expiresAt: new Date(clock.ms + 3_600_000) });
  const rotated = await authority.rotate(token.id, 60, SUPER_ADMIN);
  const endsIn = async (one: string) => {
    const judged = await judgeToken(verifier, one);
    return typeof judged === 'string' ? judged : judged.expiresAt! - clock.ms / 1000;
  };
  expect([await endsIn(secret), await endsIn(rotated.secret)]).toEqual([60, 3600]);
});

test('without an overlap the old secret ends with the rotation', async () => {
  const { authority, verifier, issue } = createIssuing();
  const { secret, token } = await issue();
  await judgeToken(verifier, secret);
  await authority.rotate(token.id, 0, SUPER_ADMIN);
  expect(await judgeToken(verifier, secret)).toBe('token_expired');
});

test('the address is checked for every request', async () => {
  const { verifier, issue } = createIssuing();
  const { secret } = await issue({ allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'] });
  for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::7']) {
    expect(await decide(verifier, secret, address)).toMatchObject({ allowed: true });
  }
  for (const address of ['192.0.3.7', '::ffff:192.0.3.7', '2001:db9::7', undefined, 'x']) {
    expect(await decide(verifier, secret, address)).toMatchObject({
      allowed: false,
      error: { code: 'address_not_allowed' },
    });
  }
});

test('the times of the last use are written later, in one statement', async () => {
  const { clock, store, verifier, issue } = createIssuing();
  const [first, second] = [await issue(), await issue()];
  for (let i = 0; i < 10; i++) {
    clock.pass(1);
    await judgeToken(verifier, first.secret);
    await judgeToken(verifier, second.secret);
  }
  expect(store.touches).toEqual([]);
  await verifier.close();
  expect(store.touches).toHaveLength(1);
  expect((await store.get(first.token.id))?.lastUsedAt).toEqual(new Date(clock.ms));
});

test('if the store fails, cached tokens are valid up to the limit, and the others are unavailable', async () => {
  const onError = vi.fn();
  const { clock, store, verifier, issue } = createIssuing({ onError });
  const [seen, unseen] = [await issue(), await issue()];
  await judgeToken(verifier, seen.secret);
  store.before = () => Promise.reject(new Error('the disk is on fire'));
  clock.pass(29);
  expect(await judgeToken(verifier, seen.secret)).toMatchObject({ tokenId: seen.token.id });
  const rejected = await decide(verifier, unseen.secret);
  expect(rejected).toMatchObject({
    error: { code: 'verifier_unavailable' },
    denial: { status: 503 },
  });
  const { headers, body } = (rejected as { denial: { headers: object; body: string } }).denial;
  expect(headers).toHaveProperty('retry-after', '1');
  expect(body).not.toContain('fire');
  expect(onError).toHaveBeenCalledOnce();
  clock.pass(1);
  expect(await judgeToken(verifier, seen.secret)).toBe('verifier_unavailable');
  store.before = async () => {};
  expect(await judgeToken(verifier, unseen.secret)).toMatchObject({ tokenId: unseen.token.id });
});

test('while disconnected, the limit is short and counts from the last connection', async () => {
  const { clock, store, verifier, issue } = createIssuing();
  const { secret } = await issue();
  await judgeToken(verifier, secret);
  clock.pass(20);
  await judgeToken(verifier, secret);
  store.connected = false;
  clock.pass(4.999);
  await judgeToken(verifier, secret);
  expect(store.finds).toBe(1);
  clock.pass(0.001);
  await judgeToken(verifier, secret);
  expect(store.finds).toBe(2);
});

test('a store that does not answer is rejected after the time-out', async () => {
  const { store, verifier, issue } = createIssuing({ timeoutMs: 20 });
  const { secret } = await issue();
  store.before = () => new Promise(() => {});
  expect(await judgeToken(verifier, secret)).toBe('verifier_unavailable');
  store.before = async () => {};
  expect(await judgeToken(verifier, secret)).toMatchObject({ subject: 'ada@example.com' });
});

test('after close it caches nothing, because it receives no revocations', async () => {
  const { authority, verifier, issue } = createIssuing();
  const { secret, token } = await issue();
  await judgeToken(verifier, secret);
  await verifier.close();
  expect(await judgeToken(verifier, secret)).toMatchObject({ tokenId: token.id });
  await authority.revoke(token.id, SUPER_ADMIN);
  expect(await judgeToken(verifier, secret)).toBe('token_revoked');
});

test('closing waits for pending writes', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { store, verifier, issue } = createIssuing({ flushSeconds: 10 });
  let finish = () => {};
  const written = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const touch = vi.spyOn(store, 'touch').mockReturnValue(written);
  await judgeToken(verifier, (await issue()).secret);
  vi.advanceTimersByTime(10_000);
  expect(touch).toHaveBeenCalledOnce();
  let isClosed = false;
  const closing = verifier.close().then(() => {
    isClosed = true;
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(isClosed).toBe(false);
  finish();
  await closing;
});

test('each caller of a store that does not answer is rejected after its own time-out', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { store, verifier } = createIssuing({ timeoutMs: 1500 });
  vi.spyOn(store, 'find').mockReturnValue(new Promise(() => {}));
  const results: string[] = [];
  const ask = async (name: string) => {
    const judged = await judgeToken(verifier, createTokenFormat().create());
    results.push(`${name}: ${judged}`);
  };
  void ask('first');
  await vi.advanceTimersByTimeAsync(700);
  void ask('second');
  await vi.advanceTimersByTimeAsync(799);
  expect(results).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(results).toEqual(['first: verifier_unavailable']);
  await vi.advanceTimersByTimeAsync(699);
  expect(results).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(results).toEqual(['first: verifier_unavailable', 'second: verifier_unavailable']);
});

test('a clock that is set back does not extend the short limit', async () => {
  const { clock, store, verifier, issue } = createIssuing();
  const { secret } = await issue();
  for (let i = 0; i < 2; i++) await judgeToken(verifier, secret);
  store.connected = false;
  clock.pass(-3600);
  await judgeToken(verifier, secret);
  const { finds } = store;
  clock.pass(5);
  await judgeToken(verifier, secret);
  expect(store.finds).toBe(finds + 1);
});
