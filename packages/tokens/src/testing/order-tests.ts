import assert from 'node:assert/strict';
import type { TokenFilter, TokenSortKey, TokenStore } from '../store/token-store.js';
import { getTokenStatus, type TokenRecord } from '../token/token-record.js';
import type { ContractTests } from './contract-tests.js';
import { after, collectPages, insert, NOW, toAudit } from './records.js';

const SORT_KEYS = ['createdAt', 'expiresAt', 'lastUsedAt'] as const;
const DIRECTIONS = ['asc', 'desc'] as const;
const ROOT = 'root@example.com';
const USER = { permission: 'USER', userEmail: 'Ada@example.com' } as const;

/** Each filter with the condition that it stands for. */
const FILTERS: readonly (readonly [TokenFilter, (token: TokenRecord) => boolean])[] = [
  [{}, () => true],
  [{ permission: 'USER' }, ({ permission }) => permission === 'USER'],
  [{ status: 'active' }, (token) => getTokenStatus(token, NOW) === 'active'],
  [{ scope: 'CHAT' }, ({ scopes }) => scopes.includes('CHAT')],
  [{ search: 'BATCH' }, ({ description }) => description.includes('batch')],
  [{ userEmail: 'ada@EXAMPLE.com' }, ({ userEmail }) => userEmail === USER.userEmail],
  [{ createdBy: ROOT }, ({ createdBy }) => createdBy === ROOT],
  [{ createdBy: ROOT.toUpperCase() }, () => false],
  [{ isRevoked: true }, ({ revokedAt }) => revokedAt !== undefined],
  [{ isRevoked: false }, ({ revokedAt }) => revokedAt === undefined],
  [{ expiresBefore: after(60) }, (token) => expiresBefore(token, after(60))],
  [{ expiresBefore: new Date(8.64e15) }, (token) => expiresBefore(token, new Date(8.64e15))],
  [
    { userEmail: 'ada@example.com', createdBy: ROOT, expiresBefore: after(90), isRevoked: false },
    (token) =>
      token.userEmail === USER.userEmail &&
      token.createdBy === ROOT &&
      expiresBefore(token, after(90)) &&
      token.revokedAt === undefined,
  ],
];

function expiresBefore({ expiresAt }: TokenRecord, time: Date): boolean {
  return expiresAt !== undefined && expiresAt < time;
}

export const ORDER_TESTS: ContractTests = Object.fromEntries(
  SORT_KEYS.flatMap((sortBy) =>
    DIRECTIONS.map((direction) => [
      `pages through each filter by ${sortBy}, ${direction}, while others are inserted`,
      (store: TokenStore) => checkOrder(store, sortBy, direction),
    ]),
  ),
);

async function checkOrder(
  store: TokenStore,
  sortBy: TokenSortKey,
  direction: (typeof DIRECTIONS)[number],
): Promise<void> {
  const tokens = await insertMany(store);
  const sign = direction === 'asc' ? 1 : -1;
  const ids = new Set(tokens.map(({ id }) => id));
  for (const [filter, isMatch] of FILTERS) {
    const name = `filter ${JSON.stringify(filter)}`;
    const listed = await collectPages(
      (page) => store.list(filter, { ...page, sortBy, direction }, NOW),
      2,
      () => insert(store, { description: 'inserted meanwhile', createdAt: after(30) }),
    );
    // Only tokens inserted between the pages may be missing.
    const found = listed.filter(({ id }) => ids.has(id));
    const expected = tokens.filter(isMatch);
    assert.deepEqual(toIds(found).sort(), toIds(expected).sort(), name);
    const times = listed.map((token) => toTime(token, sortBy));
    assert.deepEqual(
      times,
      [...times].sort((a, b) => sign * (a - b)),
      `${name}: the order`,
    );
  }
}

/** Inserts tokens with equal and missing times, and returns them as the store has them. */
async function insertMany(store: TokenStore): Promise<readonly TokenRecord[]> {
  const used = new Map<string, Date>();
  const ids: string[] = [];
  for (let i = 0; i < 12; i++) {
    const { id } = await insert(store, {
      ...(i % 2 === 0 ? USER : {}),
      description: i % 4 === 0 ? 'nightly batch' : 'import',
      scopes: i % 3 === 0 ? ['CHAT', 'SEARCH'] : ['SEARCH'],
      createdBy: i % 3 === 0 ? ROOT : 'admin@example.com',
      createdAt: after((i * 5) % 7),
      expiresAt: i % 4 === 1 ? undefined : after(20 * ((i * 7) % 5)),
    });
    ids.push(id);
    if (i % 3 !== 1) used.set(id, after((i * 3) % 4));
    if (i % 5 === 0) await store.revoke(toAudit(id, 'revoked', after(1)));
  }
  await store.touch(used);
  const tokens = await Promise.all(ids.map((id) => store.get(id)));
  return tokens.filter((token) => token !== undefined);
}

function toIds(tokens: readonly TokenRecord[]): string[] {
  return tokens.map(({ id }) => id);
}

/** A token that does not expire is the last to expire, and a token that was never used the first used. */
function toTime(token: TokenRecord, sortBy: TokenSortKey): number {
  return token[sortBy]?.getTime() ?? (sortBy === 'expiresAt' ? Number.MAX_VALUE : 0);
}
