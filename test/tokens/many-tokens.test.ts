import { createTokenAuthority, createTokenFormat } from '@mandate/tokens';
import { describe, expect, test, vi } from 'vitest';
import { judgeToken } from '../support/judge-token.js';
import { startPostgres } from '../support/postgres.js';
import { ADMIN, createIssuing, describeToken, SUPER_ADMIN } from './issue.js';
import { listStores } from './open-store.js';

const STORES = listStores(await startPostgres());

describe.each(STORES)('several tokens in %s', (_, openStore) => {
  async function start() {
    const store = await openStore();
    const authority = createTokenAuthority({ store });
    const create = async (userEmail = 'ada@example.com') =>
      (await authority.create(describeToken({ userEmail }), SUPER_ADMIN)).token;
    return { store, authority, create };
  }

  test('are revoked at once, with a result and an audit entry for each', async () => {
    const { authority, create } = await start();
    const [first, second, third] = [await create(), await create(), await create()];
    await authority.revoke(third.id, SUPER_ADMIN);
    const ids = [first.id, 'absent', second.id, third.id, first.id];
    const results = await authority.revokeMany(ids, ADMIN);
    expect(results.map(({ id, code }) => [id, code])).toEqual([
      [first.id, 'revoked'],
      ['absent', 'not_found'],
      [second.id, 'revoked'],
      [third.id, 'revoked'],
    ]);
    expect(results[0]?.token?.revokedAt).toBeDefined();
    const { items } = await authority.audit(undefined, { limit: 10 });
    const revocations = items.filter(({ action }) => action === 'revoked');
    expect(revocations.map(({ tokenId, by }) => [tokenId, by])).toEqual([
      [second.id, ADMIN.subject],
      [first.id, ADMIN.subject],
      [third.id, SUPER_ADMIN.subject],
    ]);
  });

  test('of a user are revoked, and those of others stay', async () => {
    const { authority, create } = await start();
    const own = [await create(), await create('ADA@example.com')];
    const other = await create('grace@example.com');
    const results = await authority.revokeByUser('ada@EXAMPLE.com', ADMIN);
    expect(results.map(({ id }) => id).sort()).toEqual(own.map(({ id }) => id).sort());
    expect(await authority.revokeByUser('ada@example.com', ADMIN)).toEqual([]);
    expect((await authority.get(other.id)).revokedAt).toBeUndefined();
  });

  test('are found by their secrets, current, replaced, revoked', async () => {
    const { authority } = await start();
    const { token, secret } = await authority.create(describeToken(), ADMIN);
    expect(token.lastFour).toBe(secret.slice(-4));
    const rotated = await authority.rotate(token.id, 60, ADMIN);
    expect(rotated.token.lastFour).toBe(rotated.secret.slice(-4));
    await authority.revoke(token.id, ADMIN);
    for (const text of [secret, rotated.secret]) {
      expect(await authority.findSecret(text)).toMatchObject({
        id: token.id,
        lastFour: rotated.token.lastFour,
      });
    }
    const unknown = createTokenFormat().create();
    const missing = await authority.findSecret(unknown).catch((error: unknown) => error);
    expect(missing).toMatchObject({ code: 'not_found' });
    expect(String(missing)).not.toContain(unknown);
  });
});

test('a store that fails ends the revocation of many, and the results say where', async () => {
  const { store, authority, issue } = createIssuing();
  const ids = [(await issue()).token.id, (await issue()).token.id, (await issue()).token.id];
  const { revoke } = store;
  const fault = new Error('the connection is lost');
  vi.spyOn(store, 'revoke').mockImplementation(async (audit) => {
    if (audit.tokenId === ids[1]) throw fault;
    return revoke(audit);
  });
  const results = await authority.revokeMany(ids, ADMIN);
  expect(results).toMatchObject([
    { id: ids[0], code: 'revoked' },
    { id: ids[1], code: 'failed', error: fault },
    { id: ids[2], code: 'skipped' },
  ]);
  expect(store.revoke).toHaveBeenCalledTimes(2);
});

test('at most 200 tokens of a user are revoked by one call', async () => {
  const { authority, issue } = createIssuing();
  for (let i = 0; i < 201; i++) await issue();
  expect(await authority.revokeByUser('ada@example.com', ADMIN)).toHaveLength(200);
  expect(await authority.revokeByUser('ada@example.com', ADMIN)).toHaveLength(1);
});

test.each([
  ['no id', []],
  ['201 ids', Array.from({ length: 201 }, (_, i) => `${i}`)],
  ['a number', [7]],
  ['a text', 'abc'],
])('%s to revoke is rejected as invalid', async (_, ids) => {
  const { authority } = createIssuing();
  const revoked = authority.revokeMany(ids as unknown as string[], ADMIN);
  await expect(revoked).rejects.toMatchObject({ code: 'invalid' });
});

test.each(['', 'x', 'mdt_', undefined, 7])(
  'the text %j is rejected as a user and as a secret',
  async (text) => {
    const { authority } = createIssuing();
    const value = text as unknown as string;
    await expect(authority.revokeByUser(value, ADMIN)).rejects.toMatchObject({ code: 'invalid' });
    await expect(authority.findSecret(value)).rejects.toMatchObject({ code: 'invalid' });
  },
);

test.each([
  { limit: 1, sortBy: 'id' },
  { limit: 1, sortBy: null },
  { limit: 1, direction: 'up' },
  { limit: 201 },
])('the page %j is rejected', async (page) => {
  const { authority } = createIssuing();
  await expect(authority.list({}, page as never)).rejects.toMatchObject({ code: 'invalid' });
});

test('a description is replaced by whom the trail names, and the token works on', async () => {
  const { authority, verifier, issue } = createIssuing();
  const { token, secret } = await issue();
  const described = await authority.describe(token.id, 'weekly import', ADMIN);
  expect(described).toEqual({ ...token, description: 'weekly import' });
  const { items } = await authority.audit(token.id, { limit: 1 });
  expect(items).toMatchObject([{ action: 'described', by: ADMIN.subject }]);
  expect(await judgeToken(verifier, secret)).toMatchObject({ tokenId: token.id });
  for (const description of ['', ' ', 'x'.repeat(501), 'a\0b']) {
    const rejected = authority.describe(token.id, description, ADMIN);
    await expect(rejected).rejects.toMatchObject({
      code: 'invalid',
      issues: [{ path: 'description' }],
    });
  }
});
