import { createGuard } from '@mandate/core';
import { createJwtVerifier } from '@mandate/core/jwt';
import {
  type AttemptLimiter,
  AUTHORIZATION_ERRORS,
  createAuthorizationService,
  createMemoryAttemptLimiter,
  createPasswordHasher,
  type LogInCredentials,
} from '@mandate/issuer';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { AUDIENCE, cheapPasswords, codeOf, createWorld, ISSUER } from './world.js';

const bob = { kind: 'password', username: 'bob', password: 'hunter2' } as const;
const alice = { kind: 'password', username: 'alice@example.com', password: 'correct' } as const;

describe('each set of credentials gets a token', () => {
  const sets: Record<
    string,
    (world: Awaited<ReturnType<typeof createWorld>>) => Promise<LogInCredentials>
  > = {
    'username and password': async () => bob,
    'username and g4scredentials': async () =>
      ({
        ...{ kind: 'g4s', username: 'bob', g4scredentials: 'g'.repeat(32) },
      }) as LogInCredentials,
    'username and loginkey': async ({ loginKey }) =>
      ({
        ...{ kind: 'loginkey', username: 'bob', loginkey: loginKey('b1') },
      }) as LogInCredentials,
    gssnid: async ({ directory, clock }) => ({
      kind: 'session',
      gssnid: await directory.createSession('u-bob', new Date(clock.ms + 1000)),
    }),
    'partnerid, partneruserid and loginkey': async ({ loginKey }) => ({
      kind: 'partner',
      partnerid: '12345',
      partneruserid: 'b1',
      loginkey: loginKey('b1'),
    }),
  };

  test.each(Object.entries(sets))('%s', async (_, create) => {
    const world = await createWorld();
    const answer = await world.service.authorize({ credentials: await create(world) });
    expect(answer).toMatchObject({ subject: 'u-bob', groupId: '12345', service: 'presence' });
    expect(decodeJwt(answer.token)).toMatchObject({ sub: 'u-bob', groupid: '12345' });
  });
});

test('the token has the claims of RFC 9068, and its group', async () => {
  const { service, clock } = await createWorld({ options: { createTokenId: () => 'id-1' } });
  const { token, expiresAt } = await service.authorize({ credentials: bob, durationMinutes: 120 });
  const issuedAt = clock.ms / 1000;
  expect(expiresAt.toISOString()).toBe('2026-01-01T02:00:00.000Z');
  expect(decodeProtectedHeader(token)).toEqual({
    alg: 'ES256',
    typ: 'at+jwt',
    kid: expect.any(String),
  });
  expect(decodeJwt(token)).toEqual({
    iss: ISSUER,
    sub: 'u-bob',
    aud: AUDIENCE,
    iat: issuedAt,
    exp: issuedAt + 7200,
    jti: 'id-1',
    client_id: 'presence',
    groupid: '12345',
    scope: 'PRESENCE SESSIONS',
  });
});

test('a token gets only the scopes of its service', async () => {
  const services = { presence: { audience: AUDIENCE, scopes: ['PRESENCE', 'OTHER'] } };
  const { service } = await createWorld({ options: { services, defaultService: undefined } });
  expect((await service.authorize({ credentials: bob })).scopes).toEqual(['PRESENCE']);
});

describe('each error', () => {
  test.each([
    ['a wrong password', { credentials: { ...bob, password: 'x' } }, 'invalid_credentials'],
    ['an unknown user', { credentials: { ...bob, username: 'x' } }, 'invalid_credentials'],
    ['no duration', { credentials: bob, durationMinutes: 0 }, 'invalid_duration'],
    ['121 minutes', { credentials: bob, durationMinutes: 121 }, 'invalid_duration'],
    ['half a minute', { credentials: bob, durationMinutes: 1.5 }, 'invalid_duration'],
    ['one group of several', { credentials: alice }, 'group_required'],
    ['another group', { credentials: bob, groupId: '67890' }, 'not_in_group'],
    ['an unknown group', { credentials: bob, groupId: '1' }, 'not_in_group'],
    ['an unknown service', { credentials: bob, service: 'x' }, 'feature_not_enabled'],
    ['inherited', { credentials: bob, service: 'constructor' }, 'feature_not_enabled'],
    ['a group without it', { credentials: alice, groupId: '67890' }, 'feature_not_enabled'],
    ['a wrong session', { credentials: { kind: 'session', gssnid: 'x' } }, 'invalid_credentials'],
    [
      'wrong Salesforce credentials',
      { credentials: { kind: 'g4s', username: 'bob', g4scredentials: 'x' } },
      'invalid_credentials',
    ],
  ] as const)('%s', async (_, request, reason) => {
    const { service } = await createWorld();
    expect(await codeOf(service.authorize(request))).toBe(reason);
  });

  test('login keys: expired, too long, badly signed, of an unknown user', async () => {
    const { service, clock, loginKey } = await createWorld();
    const ask = (loginkey: string, partneruserid = 'b1', partnerid = '12345') =>
      codeOf(
        service.authorize({ credentials: { kind: 'partner', partnerid, partneruserid, loginkey } }),
      );
    const good = loginKey('b1');
    expect(await ask(good)).toBe('none');
    expect(await ask(good, 'a7')).toBe('loginkey_bad_signature');
    expect(await ask(good, 'b1', '67890')).toBe('loginkey_bad_signature');
    expect(await ask(loginKey('nobody'), 'nobody')).toBe('loginkey_bad_signature');
    expect(await ask(good.slice(1))).toBe('loginkey_bad_signature');
    clock.ms += 300_000;
    expect(await ask(good)).toBe('loginkey_expired');
    clock.ms -= 2 * 86_400_000;
    expect(await ask(good)).toBe('loginkey_too_long');
  });

  test('a login key with a user name is valid for one group and for its own user', async () => {
    const { service, loginKey } = await createWorld();
    const ask = (username: string, loginkey: string, groupId?: string) =>
      codeOf(service.authorize({ credentials: { kind: 'loginkey', username, loginkey }, groupId }));
    expect(await ask('alice@example.com', loginKey('a7'))).toBe('none');
    expect(await ask('alice@example.com', loginKey('a7'), '12345')).toBe('none');
    expect(await ask('alice@example.com', loginKey('a7'), '67890')).toBe('loginkey_bad_signature');
    expect(await ask('bob', loginKey('a7'))).toBe('loginkey_bad_signature');
    expect(await ask('nobody', loginKey('a7'))).toBe('loginkey_bad_signature');
    // alice has no id at the customer in 67890: nothing can be signed for her there.
    const empty = createEmptyKey(loginKey);
    expect(await ask('alice@example.com', empty, '67890')).toBe('loginkey_bad_signature');
  });

  const createEmptyKey = (
    loginKey: (user: string, group: string, apiKey: string) => string,
  ): string => loginKey('undefined', '67890', 'api-key-of-group-67890');

  test('a partner cannot be authorized for another group than its own', async () => {
    const { service, loginKey } = await createWorld();
    const partner = { kind: 'partner', partnerid: '12345', partneruserid: 'a7' } as const;
    const credentials = { ...partner, loginkey: loginKey('a7') };
    const ask = (groupId: string) => codeOf(service.authorize({ credentials, groupId }));
    expect(await ask('12345')).toBe('none');
    expect(await ask('67890')).toBe('not_in_group');
  });

  test('a session that has ended', async () => {
    const { service, directory, clock } = await createWorld();
    const gssnid = await directory.createSession('u-bob', new Date(clock.ms + 1000));
    const credentials = { kind: 'session', gssnid } as const;
    expect(await codeOf(service.authorize({ credentials }))).toBe('none');
    clock.ms += 1000;
    expect(await codeOf(service.authorize({ credentials }))).toBe('invalid_credentials');
  });

  test('has a status', () => {
    expect(Object.values(AUTHORIZATION_ERRORS).every((status) => status >= 400)).toBe(true);
  });
});

describe('an unknown user', () => {
  test('costs the same work as a wrong password: one derivation with the same parameters', async () => {
    const calls: unknown[] = [];
    const passwords = createPasswordHasher({
      cost: 12,
      derive: async (_, salt, { N, r, p }) => {
        calls.push({ N, r, p, salt: salt.length });
        return new Uint8Array(32);
      },
    });
    const { service } = await createWorld({ passwords });
    const ask = async (username: string) => {
      calls.length = 0;
      const credentials = { kind: 'password', username, password: 'x'.repeat(9) } as const;
      const request = { credentials, service: 'presence' };
      // The derivation is always the same here, so that a known user would even be let in.
      const reason = await codeOf(service.authorize(request));
      return { reason, calls: [...calls] };
    };
    const known = await ask('bob');
    const unknown = await ask('nobody');
    expect(unknown.calls).toEqual(known.calls);
    expect(unknown.calls).toEqual([{ N: 4096, r: 8, p: 3, salt: 16 }]);
    expect(unknown.reason).toBe('invalid_credentials');
  });
});

describe('too many failed attempts', () => {
  const wrong = { ...bob, password: 'x' };

  test('block the account from every address and in every spelling, but not its login keys', async () => {
    const accountLimiter = createMemoryAttemptLimiter({ attempts: 2, perSeconds: 60 });
    const { service, loginKey } = await createWorld({ options: { accountLimiter } });
    const ask = (credentials: LogInCredentials, address: string) =>
      codeOf(service.authorize({ credentials, address }));
    expect(await ask(wrong, '192.0.2.1')).toBe('invalid_credentials');
    expect(await ask({ ...wrong, username: ' BOB' }, '192.0.2.2')).toBe('invalid_credentials');
    expect(await ask(bob, '192.0.2.3')).toBe('rate_limited');
    const loginkey = loginKey('b1');
    expect(await ask({ kind: 'loginkey', username: 'bob', loginkey }, '192.0.2.4')).toBe('none');
  });

  test('block the address for every account, and state for how long', async () => {
    const addressLimiter = createMemoryAttemptLimiter({ attempts: 2, perSeconds: 60 });
    const { service } = await createWorld({ options: { addressLimiter } });
    const ask = (username: string, address: string) =>
      service.authorize({ credentials: { ...wrong, username }, address });
    await codeOf(ask('a', '2001:db8::1'));
    await codeOf(ask('b', '2001:db8:0:0:ffff::2'));
    await expect(ask('c', '2001:0db8::3')).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: 60,
    });
    expect(await codeOf(ask('c', '2001:db8:0:1::1'))).toBe('invalid_credentials');
  });

  // What a directory takes for the same name must not be worth another ten attempts.
  test.each([
    ['case', 'BOB'],
    ['white space', ' b ob\t'],
    ['full width', 'ｂｏｂ'],
    ['an accent', 'bo\u0301b'],
    ['a soft hyphen', 'b\u00adob'],
    ['a zero-width space', 'bo\u200bb'],
    ['a byte order mark', '\ufeffbob'],
    ['a control character', 'bob\u0000'],
  ])('block the account in another spelling: %s', async (_, username) => {
    const accountLimiter = createMemoryAttemptLimiter({ attempts: 1, perSeconds: 60 });
    const { service } = await createWorld({ options: { accountLimiter } });
    const ask = (name: string) =>
      codeOf(service.authorize({ credentials: { ...wrong, username: name } }));
    expect(await ask(username)).toBe('invalid_credentials');
    expect(await ask('bob')).toBe('rate_limited');
  });

  test('of names that fold to different letters are counted separately', async () => {
    const accountLimiter = createMemoryAttemptLimiter({ attempts: 1, perSeconds: 60 });
    const { service } = await createWorld({ options: { accountLimiter } });
    const ask = (username: string) =>
      codeOf(service.authorize({ credentials: { ...wrong, username } }));
    for (const username of ['bob', 'bobo', 'b.ob', 'b@ob', '名', '前', '\u00ad']) {
      expect(await ask(username)).toBe('invalid_credentials');
    }
    expect(await ask('STRASSE')).toBe('invalid_credentials');
    expect(await ask('straße')).toBe('rate_limited');
  });

  test.each([
    ['a port', '192.0.2.1:50123', '192.0.2.1:50124'],
    ['a port of IPv6', '[2001:db8::1]:50123', '2001:db8::2'],
    ['IPv4 within IPv6', '::ffff:192.0.2.1', '192.0.2.1'],
    ['the same in digits', '::ffff:c000:201', '0:0:0:0:0:ffff:192.0.2.1'],
    ['a zone', 'fe80::1%eth0', 'FE80::2%eth1'],
    ['white space', ' 192.0.2.1', '192.0.2.1'],
    // A list that the caller wrote itself must not be as many addresses as it likes.
    ['no address', '198.51.100.1, 192.0.2.1', '198.51.100.2, 192.0.2.1'],
    ['nothing', '', 'unknown'],
  ])('block the address in another spelling: %s', async (_, address, other) => {
    const addressLimiter = createMemoryAttemptLimiter({ attempts: 1, perSeconds: 60 });
    const { service } = await createWorld({ options: { addressLimiter } });
    const ask = (from: string) => codeOf(service.authorize({ credentials: wrong, address: from }));
    expect(await ask(address)).toBe('invalid_credentials');
    expect(await ask(other)).toBe('rate_limited');
    expect(await ask('203.0.113.7')).toBe('invalid_credentials');
  });

  test('are not counted while they succeed', async () => {
    const limiter = () => createMemoryAttemptLimiter({ attempts: 1, perSeconds: 60 });
    const { service } = await createWorld({
      options: { accountLimiter: limiter(), addressLimiter: limiter() },
    });
    for (let turn = 0; turn < 5; turn++) {
      expect(await codeOf(service.authorize({ credentials: bob }))).toBe('none');
    }
  });

  test('are not assumed if many log in at once: a caller who is rejected meanwhile may retry soon', async () => {
    const accountLimiter = createMemoryAttemptLimiter({ attempts: 3, perSeconds: 900 });
    const addressLimiter = createMemoryAttemptLimiter({ attempts: 5, perSeconds: 900 });
    const { service } = await createWorld({ options: { accountLimiter, addressLimiter } });
    const ask = () =>
      service.authorize({ credentials: bob }).then(
        () => 'token',
        ({ code, retryAfterSeconds }) => `${code} ${retryAfterSeconds}`,
      );
    const answers = await Promise.all(Array.from({ length: 12 }, ask));
    expect(new Set(answers)).toEqual(new Set(['token', 'rate_limited 1']));
    // Attempts that were never made are not failures, so no user is locked out for a quarter of an hour.
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(Array(3).fill('token'));
  });

  test('stay counted while the caller keeps trying, and a rejected attempt does not count for its address', async () => {
    const accountLimiter = createMemoryAttemptLimiter({ attempts: 2, perSeconds: 60 });
    const addressLimiter = createMemoryAttemptLimiter({ attempts: 3, perSeconds: 60 });
    const { service } = await createWorld({ options: { accountLimiter, addressLimiter } });
    const ask = (credentials: LogInCredentials) => codeOf(service.authorize({ credentials }));
    expect([await ask(wrong), await ask(wrong)]).toEqual(Array(2).fill('invalid_credentials'));
    for (let turn = 0; turn < 5; turn++) expect(await ask(bob)).toBe('rate_limited');
    expect(await ask(alice)).toBe('group_required');
    expect(await ask({ ...alice, password: 'x' })).toBe('invalid_credentials');
    for (let turn = 0; turn < 5; turn++) expect(await ask(alice)).toBe('rate_limited');
  });

  test('are not given back to a limiter that rejected them, because it may not have counted them', async () => {
    let left = 1;
    const accountLimiter: AttemptLimiter = {
      take: async () => (left > 0 ? left-- * 0 : 1000),
      giveBack: async () => void left++,
    };
    const { service } = await createWorld({ options: { accountLimiter } });
    const ask = () => codeOf(service.authorize({ credentials: wrong }));
    const reasons = [await ask(), await ask(), await ask()];
    expect(reasons).toEqual(['invalid_credentials', 'rate_limited', 'rate_limited']);
  });

  test('are given back once, although a limiter fails while they are', async () => {
    const addressLimiter = createMemoryAttemptLimiter({ attempts: 2, perSeconds: 60 });
    const inner = createMemoryAttemptLimiter({ attempts: 10, perSeconds: 60 });
    let fails = true;
    const accountLimiter: AttemptLimiter = {
      take: (key) => inner.take(key),
      giveBack: (key) => (fails ? Promise.reject(new Error('it is down')) : inner.giveBack(key)),
    };
    const { service } = await createWorld({ options: { accountLimiter, addressLimiter } });
    expect(await codeOf(service.authorize({ credentials: wrong }))).toBe('invalid_credentials');
    await expect(service.authorize({ credentials: bob })).rejects.toThrow('it is down');
    fails = false;
    expect(await codeOf(service.authorize({ credentials: wrong }))).toBe('invalid_credentials');
    expect(await codeOf(service.authorize({ credentials: wrong }))).toBe('rate_limited');
  });

  test('do not count for the address while the account limiter is down, because nothing was attempted', async () => {
    const addressLimiter = createMemoryAttemptLimiter({ attempts: 2, perSeconds: 60 });
    const inner = createMemoryAttemptLimiter({ attempts: 10, perSeconds: 60 });
    let fails = true;
    const accountLimiter: AttemptLimiter = {
      take: (key) => (fails ? Promise.reject(new Error('it is down')) : inner.take(key)),
      giveBack: (key) => inner.giveBack(key),
    };
    const { service } = await createWorld({ options: { accountLimiter, addressLimiter } });
    for (let turn = 0; turn < 3; turn++) {
      await expect(service.authorize({ credentials: bob })).rejects.toThrow('it is down');
    }
    fails = false;
    expect(await codeOf(service.authorize({ credentials: bob }))).toBe('none');
  });

  test('report the error of the directory, although a limiter fails as well', async () => {
    const inner = createMemoryAttemptLimiter({ attempts: 10, perSeconds: 60 });
    const addressLimiter: AttemptLimiter = {
      take: (key) => inner.take(key),
      giveBack: () => Promise.reject(new Error('the limiter is down')),
    };
    const { service, directory } = await createWorld({ options: { addressLimiter } });
    directory.checkPassword = () => Promise.reject(new Error('the directory is down'));
    await expect(service.authorize({ credentials: bob })).rejects.toThrow('the directory is down');
  });

  test('count before they are made, so that simultaneous attempts cannot exceed the limit', async () => {
    const accountLimiter = createMemoryAttemptLimiter({ attempts: 3, perSeconds: 60 });
    const { service } = await createWorld({ options: { accountLimiter } });
    const reasons = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(service.authorize({ credentials: wrong }))),
    );
    expect(reasons.filter((reason) => reason === 'invalid_credentials')).toHaveLength(3);
  });
});

describe('a flood of passwords', () => {
  test('is rejected beyond the queue immediately, is not counted as attempts, and delays no timer', async () => {
    let running = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const passwords = createPasswordHasher({
      concurrency: 2,
      maxWaiting: 8,
      derive: async () => {
        running++;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => finish.push(resolve));
        running--;
        return new Uint8Array(32).fill(1);
      },
    });
    const accountLimiter = createMemoryAttemptLimiter({ attempts: 10_000, perSeconds: 60 });
    const addressLimiter = createMemoryAttemptLimiter({ attempts: 10_000, perSeconds: 60 });
    const filling = createWorld({ passwords, options: { accountLimiter, addressLimiter } });
    const pump = setInterval(() => finish.shift()?.(), 1);
    const { service } = await filling;
    const flood = Array.from({ length: 1000 }, (_, index) =>
      codeOf(
        service.authorize({
          credentials: { kind: 'password', username: `u${index}`, password: 'x' },
        }),
      ),
    );
    const reasons = await Promise.all(flood);
    clearInterval(pump);
    expect(most).toBe(2);
    expect(reasons.filter((reason) => reason === 'invalid_credentials')).toHaveLength(10);
    expect(reasons.filter((reason) => reason === 'service_error')).toHaveLength(990);
  });

  test('does not block the event loop while real hashes are computed', async () => {
    const passwords = cheapPasswords();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    await Promise.all(Array.from({ length: 60 }, () => passwords.verify('x', undefined)));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });
});

describe('the guard', () => {
  test('accepts the token in strict mode, for its own group only', async () => {
    const { service, signingKeys, clock } = await createWorld();
    const keys = signingKeys.keySet;
    const guard = createGuard({
      verifiers: [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys, strict: true })],
      now: clock.now,
      endpoints: { 'GET /lookupvisitor': { scopes: ['PRESENCE'], group: { query: 'groupid' } } },
    });
    const { token } = await service.authorize({ credentials: alice, groupId: '12345' });
    const ask = async (groupid: string) => {
      const decision = await guard.decide({
        method: 'GET',
        path: '/lookupvisitor',
        header: (name) => (name === 'authorization' ? `Bearer ${token}` : undefined),
        query: () => groupid,
      });
      return decision.allowed ? decision.principal.subject : decision.error.code;
    };
    expect(await ask('12345')).toBe('u-alice');
    expect(await ask('67890')).toBe('group_mismatch');
    clock.ms += 20 * 60_000 + 5000;
    expect(await ask('12345')).toBe('token_expired');
  });
});

describe('createAuthorizationService', () => {
  test.each([
    ['an issuer that is not a URL', { issuer: 'x' }],
    ['an issuer without TLS', { issuer: 'http://auth.example.com' }],
    ['an issuer with a query', { issuer: 'https://auth.example.com/?a' }],
    ['no service', { services: {} }],
    ['a service without an audience', { services: { presence: { audience: '' } } }],
    ['an unknown default service', { defaultService: 'x' }],
    ['a default duration out of range', { defaultDurationMinutes: 121 }],
  ])('rejects %s', async (_, wrong) => {
    const { directory, signingKeys } = await createWorld();
    const services = { presence: { audience: AUDIENCE } };
    const right = { issuer: ISSUER, directory, signingKeys, services };
    expect(() => createAuthorizationService({ ...right, ...wrong })).toThrow(TypeError);
  });
});
