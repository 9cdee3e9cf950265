import {
  type AttemptLimiter,
  createMemoryAttemptLimiter,
  createMemoryDirectory,
  createMemorySigningKeyStore,
  createPasswordHasher,
  createSigningKeys,
  type DirectoryOptions,
  type ManagedDirectory,
  type PasswordHasher,
} from '@mandate/issuer';
import type { SigningKeyStore } from '@mandate/issuer/store';
import type { SqlDatabase } from '@mandate/sql';
import {
  createSqlAttemptLimiter,
  createSqlDirectory,
  createSqlSigningKeyStore,
} from '@mandate/sql/issuer';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { API_KEY, cheapPasswords, codeOf, createWorld, fillDirectory } from '../issuer/world.js';
import { startPostgres } from '../support/postgres.js';
import { openPostgresForTest, openSqliteForTest } from './databases.js';

const KEK = new Uint8Array(32).fill(3);
const postgres = await startPostgres();

interface Stores {
  readonly directory: (options: DirectoryOptions) => ManagedDirectory;
  readonly keys: SigningKeyStore;
  readonly limiter: AttemptLimiter;
  readonly database?: SqlDatabase;
}

const LIMIT = { attempts: 3, perSeconds: 60 };

const onSql = (database: SqlDatabase): Stores => ({
  directory: (options) => createSqlDirectory(database, { keyEncryptionKeys: [KEK], ...options }),
  keys: createSqlSigningKeyStore(database),
  limiter: createSqlAttemptLimiter(database, LIMIT),
  database,
});

const KINDS: Readonly<Record<string, () => Promise<Stores>>> = {
  memory: async () => ({
    directory: createMemoryDirectory,
    keys: createMemorySigningKeyStore(),
    limiter: createMemoryAttemptLimiter(LIMIT),
  }),
  sqlite: async () => onSql(await openSqliteForTest()),
  postgres: async () => onSql((await openPostgresForTest(postgres))[0] as SqlDatabase),
};

const NO = { ok: false };

describe.each(Object.entries(KINDS))('on %s', (kind, open) => {
  let stores: Stores;
  let directory: ManagedDirectory;
  let nowMs = 0;
  /** Can be replaced, as if the settings had changed. */
  let passwords: PasswordHasher;

  beforeEach(async () => {
    stores = await open();
    nowMs = Date.UTC(2026, 0, 1);
    passwords = cheapPasswords();
    directory = stores.directory({
      passwords: {
        hash: (password) => passwords.hash(password),
        verify: (password, hash) => passwords.verify(password, hash),
        renew: (password, hash) => passwords.renew(password, hash),
      },
      checkG4sCredentials: async (_, g4scredentials) =>
        // A plain JavaScript program may pass an answer that means no.
        g4scredentials === 'answer' ? (NO as unknown as boolean) : g4scredentials === 'right',
      now: () => nowMs,
    });
    await fillDirectory(directory);
  });

  describe('the directory', () => {
    test('finds a user with every membership', async () => {
      const alice = await directory.findUser('alice@example.com');
      const byGroup = [...(alice?.memberships ?? [])].sort((a, b) =>
        a.groupId < b.groupId ? -1 : 1,
      );
      expect({ ...alice, memberships: byGroup }).toEqual({
        id: 'u-alice',
        username: 'alice@example.com',
        memberships: [
          {
            groupId: '12345',
            scopes: ['PRESENCE', 'SESSIONS'],
            services: ['presence', 'webservices'],
            partnerUserId: 'a7',
          },
          {
            groupId: '67890',
            scopes: ['PRESENCE'],
            services: ['webservices'],
            partnerUserId: undefined,
          },
        ],
      });
      expect(await directory.findUser('ALICE@example.com')).toBeUndefined();
      await directory.putUser({ id: 'u-carol', username: 'carol' });
      expect((await directory.findUser('carol'))?.memberships).toEqual([]);
    });

    test('checks passwords, and rejects users without a password', async () => {
      expect((await directory.checkPassword('bob', 'hunter2'))?.id).toBe('u-bob');
      expect(await directory.checkPassword('bob', 'Hunter2')).toBeUndefined();
      expect(await directory.checkPassword('nobody', 'hunter2')).toBeUndefined();
      await directory.putUser({ id: 'u-bob', username: 'bob' });
      expect(await directory.checkPassword('bob', 'hunter2')).toBeUndefined();
      expect(await directory.checkPassword('bob', '')).toBeUndefined();
    });

    test('hashes a password again at the next log-in if the cost was raised', async () => {
      const stronger = createPasswordHasher({ cost: 11, parallelization: 1 });
      const renewed: (string | undefined)[] = [];
      const renew = async (password: string, hash: string) => {
        renewed.push(await stronger.renew(password, hash));
        return renewed.at(-1);
      };
      passwords = { ...stronger, renew };
      expect(await directory.checkPassword('bob', 'wrong')).toBeUndefined();
      expect(await directory.checkPassword('nobody', 'hunter2')).toBeUndefined();
      expect(renewed).toEqual([]);
      expect((await directory.checkPassword('bob', 'hunter2'))?.id).toBe('u-bob');
      expect((await directory.checkPassword('bob', 'hunter2'))?.id).toBe('u-bob');
      expect(renewed).toEqual([expect.stringContaining('$ln=11,'), undefined]);
      expect(await directory.checkPassword('bob', 'wrong')).toBeUndefined();
    });

    test('accepts a user whose password cannot be hashed again, and keeps a newer one', async () => {
      const cheap = passwords;
      const renew = () => Promise.reject(new Error('too much to do'));
      passwords = { ...cheap, renew };
      expect((await directory.checkPassword('bob', 'hunter2'))?.id).toBe('u-bob');
      passwords = {
        ...cheap,
        renew: async (password) => {
          await directory.putUser({ id: 'u-bob', username: 'bob', password: 'newer' });
          return cheap.hash(password);
        },
      };
      expect((await directory.checkPassword('bob', 'hunter2'))?.id).toBe('u-bob');
      passwords = cheap;
      expect(await directory.checkPassword('bob', 'hunter2')).toBeUndefined();
      expect((await directory.checkPassword('bob', 'newer'))?.id).toBe('u-bob');
    });

    test('lists groups and users, page by page', async () => {
      const groups = await directory.listGroups();
      expect(groups).toEqual([
        { id: '12345', services: ['presence', 'webservices'] },
        { id: '67890', services: ['webservices'] },
      ]);
      expect(await directory.listGroups({ after: '12345' })).toEqual(groups.slice(1));
      expect(await directory.listGroups({ limit: 1 })).toEqual(groups.slice(0, 1));

      for (let i = 0; i < 5; i++)
        await directory.putUser({ id: `v-${i}`, username: `visitor${i}` });
      const found: string[] = [];
      for (let page = await directory.listUsers({ limit: 3 }); page.length > 0; ) {
        expect(page.length).toBeLessThanOrEqual(3);
        found.push(...page.map(({ id }) => id));
        page = await directory.listUsers({ limit: 3, after: found.at(-1) });
      }
      expect(found).toEqual(['u-alice', 'u-bob', 'v-0', 'v-1', 'v-2', 'v-3', 'v-4']);
    });

    test('lists the members of a group with all their memberships', async () => {
      const members = await directory.listUsers({ groupId: '12345' });
      expect(members).toEqual([
        await directory.findUser('alice@example.com'),
        await directory.findUser('bob'),
      ]);
      expect(await directory.listUsers({ groupId: '12345', after: 'u-alice' })).toHaveLength(1);
      expect(await directory.listUsers({ groupId: '67890', limit: 1 })).toHaveLength(1);
      expect(await directory.listUsers({ groupId: 'none' })).toEqual([]);
      expect(JSON.stringify(members)).not.toContain('scrypt');
    });

    test.each([0, 1001, 1.5, Number.NaN])('rejects pages of %s', async (limit) => {
      await expect(directory.listUsers({ limit })).rejects.toThrow(TypeError);
      await expect(directory.listGroups({ limit })).rejects.toThrow(TypeError);
    });

    test('checks credentials of Glance for Salesforce', async () => {
      expect((await directory.checkG4sCredentials('bob', 'right'))?.id).toBe('u-bob');
      expect(await directory.checkG4sCredentials('bob', 'wrong')).toBeUndefined();
      expect(await directory.checkG4sCredentials('bob', 'answer')).toBeUndefined();
      expect(await directory.checkG4sCredentials('nobody', 'right')).toBeUndefined();
    });

    test('finds partner users by group and id together', async () => {
      expect((await directory.findPartnerUser('12345', 'a7'))?.id).toBe('u-alice');
      expect(await directory.findPartnerUser('67890', 'a7')).toBeUndefined();
      expect(await directory.findPartnerUser('12345', '')).toBeUndefined();
    });

    test('has two API keys for a group, for rotation, and no group has the key of another', async () => {
      const second = await directory.addApiKey('12345');
      expect(second).toMatch(/^[\w-]{43}$/);
      const all = await directory.findApiKeys(['12345', '67890', 'none']);
      expect([...(all.get('12345') ?? [])].sort()).toEqual([API_KEY, second].sort());
      expect(all.get('none') ?? []).toEqual([]);
      await expect(directory.addApiKey('12345')).rejects.toMatchObject({
        code: 'too_many_api_keys',
      });
      await expect(directory.addApiKey('67890', API_KEY)).rejects.toMatchObject({
        code: 'api_key_in_use',
      });
      await directory.removeApiKey('67890', API_KEY);
      expect((await directory.findApiKeys(['12345'])).get('12345')).toHaveLength(2);
      await directory.removeApiKey('12345', API_KEY);
      expect((await directory.findApiKeys(['12345'])).get('12345')).toEqual([second]);
      expect(await directory.addApiKey('67890', API_KEY)).toBe(API_KEY);
    });

    test.each(['', ' \n'])('rejects an API key that is easy to guess: %j', async (apiKey) => {
      await directory.removeApiKey('12345', API_KEY);
      await expect(directory.addApiKey('12345', apiKey)).rejects.toThrow(TypeError);
      expect((await directory.findApiKeys(['12345'])).get('12345')).toEqual([]);
    });

    test('ends sessions by time, by hand, and with their user', async () => {
      const gssnid = await directory.createSession('u-bob', new Date(nowMs + 1000));
      expect((await directory.findSession(gssnid))?.id).toBe('u-bob');
      nowMs += 1000;
      expect(await directory.findSession(gssnid)).toBeUndefined();
      const second = await directory.createSession('u-bob', new Date(nowMs + 1000));
      await directory.endSession(second);
      expect(await directory.findSession(second)).toBeUndefined();
      const third = await directory.createSession('u-bob', new Date(nowMs + 1000));
      await directory.removeUser('u-bob');
      expect(await directory.findSession(third)).toBeUndefined();
      expect(await directory.findUser('bob')).toBeUndefined();
    });

    test('ends the sessions of a user who is changed, and of no other user', async () => {
      const until = new Date(nowMs + 1000);
      const [bobs, alices] = [
        await directory.createSession('u-bob', until),
        await directory.createSession('u-alice', until),
      ];
      await directory.putUser({ id: 'u-bob', username: 'bob', password: 'another' });
      expect(await directory.findSession(bobs)).toBeUndefined();
      expect((await directory.findSession(alices))?.id).toBe('u-alice');
      const next = await directory.createSession('u-bob', until);
      // A log-in, which may hash the password again, does not change the user.
      expect((await directory.checkPassword('bob', 'another'))?.id).toBe('u-bob');
      expect((await directory.findSession(next))?.id).toBe('u-bob');
      await directory.putUser({ id: 'u-bob', username: 'bob' });
      expect(await directory.findSession(next)).toBeUndefined();
    });

    test('changes and removes memberships', async () => {
      const membership = { userId: 'u-bob', groupId: '12345', scopes: [], partnerUserId: 'b2' };
      await directory.putMembership(membership);
      expect(await directory.findPartnerUser('12345', 'b1')).toBeUndefined();
      expect((await directory.findPartnerUser('12345', 'b2'))?.memberships[0]?.scopes).toEqual([]);
      await directory.putGroup({ id: '12345', services: [] });
      expect((await directory.findUser('bob'))?.memberships[0]?.services).toEqual([]);
      await directory.removeMembership('u-bob', '12345');
      expect((await directory.findUser('bob'))?.memberships).toEqual([]);
    });

    test.each([
      [
        'a name that is taken',
        'username_taken',
        (d: ManagedDirectory) => d.putUser({ id: 'u-x', username: 'bob' }),
      ],
      [
        'an unknown user',
        'unknown_user',
        (d: ManagedDirectory) => d.putMembership({ userId: 'u-x', groupId: '12345', scopes: [] }),
      ],
      [
        'an unknown group',
        'unknown_group',
        (d: ManagedDirectory) => d.putMembership({ userId: 'u-bob', groupId: 'x', scopes: [] }),
      ],
      [
        'a partner id that is taken',
        'partner_user_id_taken',
        (d: ManagedDirectory) =>
          d.putMembership({ userId: 'u-bob', groupId: '12345', scopes: [], partnerUserId: 'a7' }),
      ],
      ['an API key for no group', 'unknown_group', (d: ManagedDirectory) => d.addApiKey('x')],
      [
        'a session without a user',
        'unknown_user',
        (d: ManagedDirectory) => d.createSession('u-x', new Date()),
      ],
    ])('rejects %s', async (_, code, change) => {
      await expect(change(directory)).rejects.toMatchObject({ name: 'DirectoryError', code });
    });

    test('serves every set of credentials', async () => {
      const world = await createWorld({
        directory: async () =>
          (await open()).directory({
            passwords: cheapPasswords(),
            checkG4sCredentials: async () => true,
            now: () => nowMs,
          }),
      });
      const gssnid = await world.directory.createSession('u-bob', new Date(nowMs + 60_000));
      const loginkey = world.loginKey('b1');
      const sets = [
        { kind: 'password', username: 'bob', password: 'hunter2' },
        { kind: 'g4s', username: 'bob', g4scredentials: 'x' },
        { kind: 'loginkey', username: 'bob', loginkey },
        { kind: 'session', gssnid },
        { kind: 'partner', partnerid: '12345', partneruserid: 'b1', loginkey },
      ] as const;
      for (const credentials of sets) {
        expect((await world.service.authorize({ credentials })).subject).toBe('u-bob');
      }
      const credentials = {
        kind: 'partner',
        partnerid: 'x',
        partneruserid: 'b1',
        loginkey,
      } as const;
      expect(await codeOf(world.service.authorize({ credentials }))).toBe('loginkey_bad_signature');
    });
  });

  describe('the signing keys', () => {
    const key = (kid: string) => ({
      ...{ kid, algorithm: 'ES256', publicJwk: {}, sealedPrivateJwk: '', signsFromMs: 1 },
    });

    test('are replaced by exactly one of several that try', async () => {
      expect(await stores.keys.read()).toEqual({ version: 0, keys: [] });
      const attempt = (version: number) =>
        Promise.all(['a', 'b', 'c'].map((kid) => stores.keys.replace(version, [key(kid)])));
      for (const version of [0, 1]) {
        expect((await attempt(version)).filter((done) => done)).toHaveLength(1);
        const ring = await stores.keys.read();
        expect(ring.version).toBe(version + 1);
        expect(ring.keys).toHaveLength(1);
      }
      expect(await stores.keys.replace(0, [])).toBe(false);
      expect(await stores.keys.replace(7, [])).toBe(false);
    });

    test('are the same for instances that start together', async () => {
      const create = () =>
        createSigningKeys({ store: stores.keys, keyEncryptionKeys: [KEK], now: () => nowMs });
      const signers = await Promise.all([create(), create(), create()].map((one) => one.signer()));
      expect(new Set(signers.map(({ kid }) => kid)).size).toBe(1);
    });
  });

  describe('the limiter', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['Date'] });
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    test('rejects beyond the limit until the time is over, each key for itself', async () => {
      const { limiter } = stores;
      const waits = await Promise.all(Array.from({ length: 5 }, () => limiter.take('a')));
      expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
      expect(await limiter.take('a')).toBeGreaterThan(0);
      expect(await limiter.take('a')).toBeLessThanOrEqual(60_000);
      expect(await limiter.take('b')).toBe(0);
      vi.setSystemTime(Date.now() + 60_000);
      expect(await limiter.take('a')).toBe(0);
    });

    test('forgets an attempt that is released', async () => {
      const { limiter } = stores;
      for (let turn = 0; turn < 10; turn++) {
        expect(await limiter.take('a')).toBe(0);
        await limiter.giveBack('a');
      }
      await limiter.giveBack('never taken');
      const waits = [];
      for (let turn = 0; turn < 4; turn++) waits.push(await limiter.take('never taken'));
      expect(waits.filter((wait) => wait === 0).length).toBeLessThanOrEqual(3);
    });

    test('forgets no simultaneous attempt of others with it', async () => {
      const { limiter } = stores;
      const waits: number[] = [];
      for (let turn = 0; turn < 5; turn++) {
        if ((await limiter.take('a')) > 0) break;
        const givenBack = limiter.giveBack('a');
        waits.push(...(await Promise.all(Array.from({ length: 30 }, () => limiter.take('a')))));
        await givenBack;
      }
      expect(waits.filter((wait) => wait === 0).length).toBeLessThanOrEqual(3);
    });

    test('counts the longest name that may be sent', async () => {
      const { service } = await createWorld({ options: { accountLimiter: stores.limiter } });
      // Characters that differ, because PostgreSQL compresses what repeats itself.
      const letters = Array.from({ length: 1024 }, (_, i) => 0x4e00 + ((i * 7919) % 20_000));
      const username = String.fromCodePoint(...letters);
      const credentials = { kind: 'password', username, password: 'x' } as const;
      for (let turn = 0; turn < LIMIT.attempts; turn++) {
        expect(await codeOf(service.authorize({ credentials }))).toBe('invalid_credentials');
      }
      expect(await codeOf(service.authorize({ credentials }))).toBe('rate_limited');
    });

    test('does not lock a user out until a time from a wrong clock', async () => {
      const { limiter } = stores;
      const nowMs = Date.now();
      vi.setSystemTime(nowMs + 365 * 24 * 3_600_000);
      for (let turn = 0; turn < 4; turn++) await limiter.take('a');
      vi.setSystemTime(nowMs);
      const waits = [];
      for (let turn = 0; turn < 4; turn++) waits.push(await limiter.take('a'));
      expect(waits).toEqual([0, 0, 0, expect.any(Number)]);
      expect(waits[3]).toBeGreaterThan(0);
      expect(waits[3]).toBeLessThanOrEqual(60_000);
    });

    test('forgets nothing that another instance counted with a clock slightly ahead', async () => {
      const { limiter } = stores;
      const nowMs = Date.now();
      vi.setSystemTime(nowMs + 3_600_000);
      for (let turn = 0; turn < 4; turn++) await limiter.take('a');
      vi.setSystemTime(nowMs);
      expect(await limiter.take('a')).toBeGreaterThan(0);
    });

    test('counts an attempt that outlasts its own window', async () => {
      const { limiter } = stores;
      for (let turn = 0; turn < 3; turn++) await limiter.take('a');
      vi.setSystemTime(Date.now() + 60_000);
      for (let turn = 0; turn < 3; turn++) await limiter.giveBack('a');
      const waits = [];
      for (let turn = 0; turn < 5; turn++) waits.push(await limiter.take('a'));
      expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
    });
  });

  test('the store holds no readable secret', async () => {
    const { database } = stores;
    if (database === undefined) {
      expect(kind).toBe('memory');
      return;
    }
    const gssnid = await directory.createSession('u-bob', new Date(nowMs + 1000));
    const signing = createSigningKeys({ store: stores.keys, keyEncryptionKeys: [KEK] });
    await signing.signer();
    const { kysely } = database as unknown as {
      kysely: { selectFrom(table: string): { selectAll(): { execute(): Promise<unknown[]> } } };
    };
    const tables = ['users', 'api_keys', 'sessions', 'signing_keys'];
    const rows = await Promise.all(
      tables.map((table) => kysely.selectFrom(`mandate_${table}`).selectAll().execute()),
    );
    const text = JSON.stringify(rows);
    for (const secret of [API_KEY, gssnid, 'hunter2', '\\"d\\"'])
      expect(text).not.toContain(secret);
    expect(text).toContain('$scrypt$ln=10,r=8,p=1$');
  });
});

test('two instances share one limit through PostgreSQL', async () => {
  const opened = await openPostgresForTest(postgres, 2);
  const limiters = opened.map((database) => createSqlAttemptLimiter(database, LIMIT));
  const waits = await Promise.all(
    Array.from({ length: 8 }, (_, index) => (limiters[index % 2] as AttemptLimiter).take('a')),
  );
  expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
});

test('an API key is recognised after the key-encryption key has changed', async () => {
  const database = await openSqliteForTest();
  const options = { passwords: cheapPasswords() };
  const before = createSqlDirectory(database, { keyEncryptionKeys: [KEK], ...options });
  await fillDirectory(before);
  const keyEncryptionKeys = [new Uint8Array(32).fill(4), KEK];
  const after = createSqlDirectory(database, { keyEncryptionKeys, ...options });
  expect((await after.findApiKeys(['12345'])).get('12345')).toEqual([API_KEY]);
  await expect(after.addApiKey('67890', API_KEY)).rejects.toMatchObject({ code: 'api_key_in_use' });
});
