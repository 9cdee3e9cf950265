import { createTokenAuthority } from '@mandate/tokens';
import { describe, expect, test, vi } from 'vitest';
import { NOW } from '../../packages/tokens/src/testing/records.js';
import { judgeToken } from '../support/judge-token.js';
import { ADMIN, createIssuing, describeToken, SUPER_ADMIN } from './issue.js';

const GLOBAL = { permission: 'GLOBAL', userEmail: undefined } as const;

test('an admin creates USER and ANONYMOUS tokens, only a super admin GLOBAL ones', async () => {
  const { authority } = createIssuing();
  await authority.create(describeToken(), ADMIN);
  const anonymous = { permission: 'ANONYMOUS', userEmail: undefined } as const;
  await authority.create(describeToken(anonymous), ADMIN);
  const rejected = authority.create(describeToken(GLOBAL), ADMIN);
  await expect(rejected).rejects.toMatchObject({ code: 'forbidden' });
  const { token } = await authority.create(describeToken(GLOBAL), SUPER_ADMIN);
  const rotation = authority.rotate(token.id, 60, ADMIN);
  await expect(rotation).rejects.toMatchObject({ code: 'forbidden' });
  await authority.revoke(token.id, ADMIN);
});

test.each([
  ['without a scope', { scopes: [] }],
  ['for a user without an address', { userEmail: undefined }],
  ['without a user, with the address of a user', { permission: 'ANONYMOUS' }],
  ['for all users with the address of a user', { permission: 'GLOBAL' }],
  ['for a user with an invalid address', { userEmail: 'ada' }],
  ['with an address that is too long', { userEmail: `ada@${'x'.repeat(250)}.example.com` }],
  ['without a description', { description: ' ' }],
  ['with an endless description', { description: 'x'.repeat(501) }],
  ['with a description that PostgreSQL does not hold', { description: 'a\0b' }],
  ['with an invalid scope', { scopes: ['SEARCH', 'SEARCH CHAT'] }],
  ['that has expired', { expiresAt: NOW }],
  ['with an invalid expiry', { expiresAt: new Date(Number.NaN) }],
  ['for an invalid address', { allowedAddresses: ['192.0.2.0/33'] }],
  ['for an address with a zone', { allowedAddresses: ['fe80::1%eth0'] }],
] as const)('a token %s is rejected, and nothing is stored', async (_, overrides) => {
  const { authority } = createIssuing();
  const created = authority.create(describeToken(overrides), SUPER_ADMIN);
  await expect(created).rejects.toMatchObject({ name: 'TokenAuthorityError', code: 'invalid' });
  expect((await authority.list({}, { limit: 10 })).items).toEqual([]);
});

test('if scopes are listed, no others are issued', async () => {
  const { store } = createIssuing();
  const authority = createTokenAuthority({ store, scopes: ['SEARCH'] });
  const odd = authority.create(describeToken({ scopes: ['SEARCH', 'OTHER'] }), ADMIN);
  await expect(odd).rejects.toThrow('"OTHER" is not an allowed scope');
  await authority.create(describeToken(), ADMIN);
});

test('if scopes are listed, a token with another scope gets no new secret, and can still be revoked', async () => {
  const { store, authority: everything } = createIssuing();
  const scopes = ['SEARCH', 'ADMIN'];
  const { token } = await everything.create(describeToken({ scopes }), SUPER_ADMIN);
  const authority = createTokenAuthority({ store, scopes: ['SEARCH'] });
  for (const admin of [ADMIN, SUPER_ADMIN]) {
    const rotated = authority.rotate(token.id, 60, admin);
    await expect(rotated).rejects.toMatchObject({ code: 'forbidden' });
  }
  expect((await authority.get(token.id)).previousExpiresAt).toBeUndefined();
  expect((await authority.revoke(token.id, ADMIN)).revokedAt).toBeDefined();
});

test('no method changes the permissions of a token', async () => {
  const { authority, issue } = createIssuing();
  const { token } = await issue();
  expect(Object.keys(authority).sort()).toEqual([
    ...['audit', 'count', 'create', 'describe', 'findSecret', 'get', 'list', 'listIssues'],
    ...['revoke', 'revokeByUser', 'revokeMany', 'rotate'],
  ]);
  const rotated = await authority.rotate(token.id, 60, SUPER_ADMIN);
  const described = await authority.describe(token.id, 'weekly import', ADMIN);
  for (const { permission, scopes, groups, userEmail } of [rotated.token, described]) {
    expect({ permission, scopes, groups, userEmail }).toEqual({
      permission: 'USER',
      scopes: ['SEARCH'],
      groups: [],
      userEmail: 'ada@example.com',
    });
  }
});

describe('revoking and rotating', () => {
  test('twice keeps the first revocation and its admin', async () => {
    const { clock, authority, issue } = createIssuing();
    const { token } = await issue();
    const first = await authority.revoke(token.id, ADMIN);
    clock.pass(60);
    expect(await authority.revoke(token.id, SUPER_ADMIN)).toEqual(first);
    const { items } = await authority.audit(token.id, { limit: 10 });
    expect(items.map(({ action, by }) => [action, by])).toEqual([
      ['revoked', ADMIN.subject],
      ['created', SUPER_ADMIN.subject],
    ]);
  });

  test('a new secret is returned even if the store fails right after it was stored', async () => {
    const { clock, store, authority, verifier, issue } = createIssuing();
    const { token } = await issue();
    const { rotate } = store;
    vi.spyOn(store, 'rotate').mockImplementation(async (...args) => {
      vi.spyOn(store, 'get').mockRejectedValue(new Error('the connection is lost'));
      return rotate(...args);
    });
    const rotated = await authority.rotate(token.id, 60, SUPER_ADMIN);
    const previousExpiresAt = new Date(clock.ms + 60_000);
    expect(rotated.token).toEqual({
      ...token,
      lastFour: rotated.secret.slice(-4),
      previousExpiresAt,
    });
    expect(await judgeToken(verifier, rotated.secret)).toMatchObject({ tokenId: token.id });
  });

  test('an unknown token is not found', async () => {
    const { authority } = createIssuing();
    for (const call of [
      authority.get('x'),
      authority.revoke('x', ADMIN),
      authority.rotate('x', 0, ADMIN),
      authority.describe('x', 'new', ADMIN),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  test('a revoked or expired token gets no new secret', async () => {
    const { clock, authority, issue } = createIssuing();
    const revoked = await issue();
    await authority.revoke(revoked.token.id, ADMIN);
    const expired = await issue({ expiresAt: new Date(clock.ms + 1000) });
    clock.pass(1);
    for (const { token } of [revoked, expired]) {
      const rotation = authority.rotate(token.id, 0, SUPER_ADMIN);
      await expect(rotation).rejects.toMatchObject({ code: 'conflict' });
    }
  });

  test.each([-1, 604_801, Number.NaN, Number.POSITIVE_INFINITY])(
    'an overlap of %d seconds is rejected',
    async (overlap) => {
      const { authority, issue } = createIssuing();
      const { token } = await issue();
      const rotation = authority.rotate(token.id, overlap, SUPER_ADMIN);
      await expect(rotation).rejects.toMatchObject({ code: 'invalid' });
    },
  );
});
