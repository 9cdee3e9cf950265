import { notify } from '@mandate/internal/notify';
import { TokenAuthorityError } from '../token/token-authority-error.js';
import { type AuditEntry, getTokenStatus, type TokenRecord } from '../token/token-record.js';
import { type NumberedToken, paginateTokens } from './paginate-tokens.js';
import type {
  FoundToken,
  Page,
  PageRequest,
  SecretReplacement,
  TokenChange,
  TokenCount,
  TokenFilter,
  TokenPageRequest,
  TokenStore,
} from './token-store.js';

interface Row {
  record: TokenRecord;
  hash: string;
  previousHash: string | undefined;
}

/**
 * Stores tokens in memory, for tests and trials: all tokens are lost when the process ends.
 *
 * @example
 * const tokens = createMemoryTokenStore();
 * createTokenVerifier({ store: tokens });
 */
export function createMemoryTokenStore(): TokenStore {
  return new MemoryTokenStore();
}

class MemoryTokenStore implements TokenStore {
  readonly #rows = new Map<string, Row>();
  readonly #audit: AuditEntry[] = [];
  readonly #listeners = new Set<(change: TokenChange) => void>();

  async insert(record: TokenRecord, hash: string, audit: AuditEntry): Promise<void> {
    if (this.#rows.has(record.id) || this.find([hash]) !== undefined) {
      throw new Error('a token with this id or hash is already stored');
    }
    this.#rows.set(record.id, { record, hash, previousHash: undefined });
    this.#audit.push(audit);
  }

  find(hashes: readonly string[]): FoundToken | undefined {
    for (const hash of hashes) {
      for (const row of this.#rows.values()) {
        const isPrevious = row.previousHash === hash;
        if (row.hash === hash || isPrevious) return { record: row.record, hash, isPrevious };
      }
    }
    return undefined;
  }

  async get(id: string): Promise<TokenRecord | undefined> {
    return this.#rows.get(id)?.record;
  }

  async list(filter: TokenFilter, page: TokenPageRequest, now: Date): Promise<Page<TokenRecord>> {
    return paginateTokens(this.#select(filter, now), page);
  }

  async count(filter: TokenFilter, now: Date): Promise<TokenCount> {
    return { count: this.#select(filter, now).length, isExact: true };
  }

  #select(filter: TokenFilter, now: Date): readonly NumberedToken[] {
    const all = [...this.#rows.values()].map(({ record }, number) => ({ record, number }));
    return all.filter(({ record }) => matches(record, filter, now));
  }

  async revoke(audit: AuditEntry): Promise<boolean> {
    const row = this.#rows.get(audit.tokenId);
    if (row === undefined || row.record.revokedAt !== undefined) return false;
    row.record = { ...row.record, revokedAt: audit.at };
    this.#audit.push(audit);
    this.#notify(audit.tokenId);
    return true;
  }

  async rotate(
    audit: AuditEntry,
    { hash, lastFour, previousExpiresAt }: SecretReplacement,
  ): Promise<boolean> {
    const row = this.#rows.get(audit.tokenId);
    if (row === undefined || getTokenStatus(row.record, audit.at) !== 'active') return false;
    row.previousHash = row.hash;
    row.hash = hash;
    row.record = { ...row.record, lastFour, previousExpiresAt };
    this.#audit.push(audit);
    this.#notify(audit.tokenId);
    return true;
  }

  async describe(audit: AuditEntry, description: string): Promise<boolean> {
    const row = this.#rows.get(audit.tokenId);
    if (row === undefined) return false;
    row.record = { ...row.record, description };
    this.#audit.push(audit);
    return true;
  }

  async rehash(from: string, to: string): Promise<void> {
    for (const row of this.#rows.values()) {
      if (row.hash === from) row.hash = to;
      if (row.previousHash === from) row.previousHash = to;
    }
  }

  async touch(used: ReadonlyMap<string, Date>): Promise<void> {
    for (const [id, at] of used) {
      const row = this.#rows.get(id);
      const isLater = row?.record.lastUsedAt === undefined || row.record.lastUsedAt < at;
      if (row !== undefined && isLater) row.record = { ...row.record, lastUsedAt: at };
    }
  }

  async audit(tokenId: string | undefined, page: PageRequest): Promise<Page<AuditEntry>> {
    const all = this.#audit.filter((entry) => tokenId === undefined || entry.tokenId === tokenId);
    return paginate(all.reverse(), page);
  }

  onChange(listener: (change: TokenChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  isConnected(): boolean {
    return true;
  }

  #notify(change: TokenChange): void {
    for (const listener of this.#listeners) notify(listener, change);
  }
}

/** A cursor counts from the end of the list, so newer items do not move it. */
function paginate<Item>(newestFirst: readonly Item[], page: PageRequest): Page<Item> {
  const total = newestFirst.length;
  const start = page.cursor === undefined ? 0 : total - parseCursor(page.cursor, total);
  const end = start + page.limit;
  return {
    items: newestFirst.slice(start, end),
    nextCursor: end < total ? String(total - end) : undefined,
  };
}

function parseCursor(cursor: string, total: number): number {
  const position = /^\d+$/.test(cursor) ? Number(cursor) : Number.POSITIVE_INFINITY;
  if (position <= total) return position;
  throw new TokenAuthorityError('invalid', 'the cursor is invalid');
}

function matches(record: TokenRecord, filter: TokenFilter, now: Date): boolean {
  const { permission, status, scope, userEmail, search } = filter;
  const { createdBy, expiresBefore, isRevoked } = filter;
  return (
    (permission === undefined || record.permission === permission) &&
    (status === undefined || getTokenStatus(record, now) === status) &&
    (isRevoked === undefined || (record.revokedAt !== undefined) === isRevoked) &&
    (createdBy === undefined || record.createdBy === createdBy) &&
    (expiresBefore === undefined ||
      (record.expiresAt !== undefined && record.expiresAt < expiresBefore)) &&
    (scope === undefined || record.scopes.includes(scope)) &&
    (userEmail === undefined || record.userEmail?.toLowerCase() === userEmail.toLowerCase()) &&
    (search === undefined || record.description.toLowerCase().includes(search.toLowerCase()))
  );
}
