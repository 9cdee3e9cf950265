import { openPostgres } from '@mandate/sql/postgres';
import {
  type Admin,
  createMemoryTokenStore,
  createTokenAuthority,
  createTokenHasher,
  createTokenVerifier,
  type NewToken,
  type Pepper,
} from '@mandate/tokens';
import { createTokenAdminHandler } from '@mandate/tokens/admin';
import { expect, test } from 'vitest';

const admin: Admin = { subject: 'admin@example.com', isSuperAdmin: false };

test.each([
  ['a permission in lower case', { permission: 'global' }],
  ['an anonymous one in lower case', { permission: 'anonymous' }],
  ['no permission', { permission: undefined }],
  ['no scopes', { scopes: undefined }],
  ['a scope that is in no list', { scopes: 'SEARCH' }],
  ['an expiry that is a number', { expiresAt: 4_000_000_000_000 }],
  ['an expiry that is a text', { expiresAt: '2099-01-01T00:00:00Z' }],
  ['an address that is a number', { allowedAddresses: [7] }],
])('a token with %s is rejected as invalid', async (_case, wrong) => {
  const store = createMemoryTokenStore();
  const authority = createTokenAuthority({ store });
  const token = { description: 'wrong', permission: 'ANONYMOUS', scopes: ['SEARCH'], ...wrong };
  await expect(authority.create(token as NewToken, admin)).rejects.toMatchObject({
    name: 'TokenAuthorityError',
    code: 'invalid',
  });
  expect(await authority.list({}, { limit: 1 })).toMatchObject({ items: [] });
});

test.each(['false', 'no', 1, {}])(
  '%j does not make an admin a super admin',
  async (isSuperAdmin) => {
    const authority = createTokenAuthority({ store: createMemoryTokenStore() });
    const claimed = { subject: 'admin@example.com', isSuperAdmin } as unknown as Admin;
    const token = { description: 'wide', permission: 'GLOBAL', scopes: ['SEARCH'] } as const;
    await expect(authority.create(token, claimed)).rejects.toMatchObject({ code: 'forbidden' });
  },
);

test.each(['', undefined, null, 7])('nothing is changed by an admin who is %j', async (subject) => {
  const authority = createTokenAuthority({ store: createMemoryTokenStore() });
  const caller = { subject, isSuperAdmin: true } as unknown as Admin;
  const token = { description: 'a token', permission: 'ANONYMOUS', scopes: ['SEARCH'] } as const;
  const { token: issued } = await authority.create(token, admin);
  await expect(authority.create(token, caller)).rejects.toThrow(TypeError);
  await expect(authority.rotate(issued.id, 0, caller)).rejects.toThrow(TypeError);
  await expect(authority.revoke(issued.id, caller)).rejects.toThrow(TypeError);
  expect((await authority.audit(undefined, { limit: 10 })).items).toHaveLength(1);
});

test.each([
  ['a string, which would be so many zeros', 'x'.repeat(32)],
  ['short', new Uint8Array(31)],
])('a pepper cannot be %s', (_case, key) => {
  expect(() => createTokenHasher([{ id: '1', key } as Pepper])).toThrow(TypeError);
});

test.each([0, -1, 201, 1e9, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '10'])(
  'a page of %j is rejected',
  async (size) => {
    const authority = createTokenAuthority({ store: createMemoryTokenStore() });
    const page = { limit: size as number };
    for (const asked of [authority.list({}, page), authority.audit(undefined, page)]) {
      await expect(asked).rejects.toMatchObject({ code: 'invalid' });
    }
  },
);

test.each([undefined, ''])('PostgreSQL is not opened with the address %j', async (address) => {
  const options = { connectionString: address as string };
  await expect(openPostgres(options)).rejects.toThrow(/connectionString is required/);
});

test.each([
  ...[Number.NaN, 0, -1, 2 ** 31, Number.POSITIVE_INFINITY].flatMap((ms) => [
    { timeoutMs: ms },
    { heartbeatMs: ms },
  ]),
  ...[Number.NaN, 0, 1.5].map((maxConnections) => ({ maxConnections })),
])('PostgreSQL is not opened with %o', async (options) => {
  // No server listens there.
  const opening = openPostgres({ connectionString: 'postgres://127.0.0.1:1/none', ...options });
  const [name = ''] = Object.keys(options);
  await expect(opening).rejects.toThrow(new RegExp(`^openPostgres: ${name} must`));
});

test('a missing store and an invalid number are rejected at creation', () => {
  const store = createMemoryTokenStore();
  expect(() => createTokenAuthority({} as never)).toThrow(/store is required/);
  expect(() => createTokenVerifier({} as never)).toThrow(/store is required/);
  expect(() => createTokenVerifier({ store, cacheSize: Number.NaN })).toThrow(/cacheSize/);
  const timeoutMs = Number.POSITIVE_INFINITY;
  expect(() => createTokenVerifier({ store, timeoutMs })).toThrow(/timeoutMs/);
  // A timer that is to run for longer than 24 days runs at once, and again and again.
  expect(() => createTokenVerifier({ store, timeoutMs: 2 ** 31 })).toThrow(/timeoutMs/);
  expect(() => createTokenVerifier({ store, flushSeconds: 1e8 })).toThrow(/flushSeconds/);
  createTokenVerifier({ store, cacheSeconds: 1e8, flushSeconds: 1e6 });
  expect(() => createTokenAdminHandler({} as never)).toThrow(/authorizeAdmin are required/);
});
