import {
  type AuditEntry,
  type FoundToken,
  type Page,
  type PageRequest,
  TokenAuthorityError,
  type TokenChange,
  type TokenFilter,
  type TokenGrant,
  type TokenRecord,
  type TokenStore,
} from '@mandate/tokens';
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import type { GrantRow, Schema, TokenRow } from './schema.js';
import type { OpenDatabase, SqlDatabase } from './sql-database.js';

/** Issued tokens in a SQL database. */
export function createSqlTokenStore(database: SqlDatabase): TokenStore {
  return new SqlTokenStore(database as OpenDatabase);
}

type TokenQuery = SelectQueryBuilder<Schema, 'mandate_tokens', TokenRow>;

class SqlTokenStore implements TokenStore {
  readonly #database: OpenDatabase;
  readonly #kysely: Kysely<Schema>;
  readonly #listeners = new Set<(change: TokenChange) => void>();

  constructor(database: OpenDatabase) {
    this.#database = database;
    this.#kysely = database.kysely;
    database.onNotify((change) => this.#tell(change));
  }

  async insert(record: TokenRecord, hash: string, audit: AuditEntry): Promise<void> {
    await this.#kysely.transaction().execute(async (transaction) => {
      await transaction.insertInto('mandate_tokens').values(toRow(record, hash)).execute();
      await insertAudit(transaction, audit);
    });
  }

  find(hashes: readonly string[]): FoundToken | undefined | Promise<FoundToken | undefined> {
    return this.#ask(hashes, 0);
  }

  /** Asks for one hash after the other: all of them as a current secret's, then as a previous one's. */
  #ask(
    hashes: readonly string[],
    turn: number,
  ): FoundToken | undefined | Promise<FoundToken | undefined> {
    const hash = hashes[turn % hashes.length];
    if (turn === 2 * hashes.length || hash === undefined) return undefined;
    const isPrevious = turn >= hashes.length;
    const row = this.#database.findToken(isPrevious ? 'previous_hash' : 'hash', hash);
    const read = (found: GrantRow | undefined) =>
      found === undefined
        ? this.#ask(hashes, turn + 1)
        : { record: toGrant(found), hash, isPrevious };
    return row instanceof Promise ? row.then(read) : read(row);
  }

  async get(id: string): Promise<TokenRecord | undefined> {
    const query = this.#kysely.selectFrom('mandate_tokens').selectAll();
    const row = await query.where('id', '=', id).executeTakeFirst();
    return row && toRecord(row);
  }

  async list(filter: TokenFilter, page: PageRequest, now: Date): Promise<Page<TokenRecord>> {
    let query = applyFilter(this.#kysely.selectFrom('mandate_tokens').selectAll(), filter, now);
    const after = page.cursor === undefined ? undefined : readCursor(page.cursor);
    if (after !== undefined) {
      query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}, ${after.id})`);
    }
    const rows = await query
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit + 1)
      .execute();
    return toPage(rows, page, toRecord, (row) => `${row.created_at}.${row.id}`);
  }

  async revoke(audit: AuditEntry): Promise<boolean> {
    return this.#change(audit, (transaction) =>
      transaction
        .updateTable('mandate_tokens')
        .set({ revoked_at: audit.at.getTime() })
        .where('id', '=', audit.tokenId)
        .where('revoked_at', 'is', null)
        .executeTakeFirst(),
    );
  }

  async rotate(audit: AuditEntry, hash: string, previousExpiresAt: Date): Promise<boolean> {
    const at = audit.at.getTime();
    return this.#change(audit, (transaction) =>
      transaction
        .updateTable('mandate_tokens')
        .set((row) => ({
          previous_hash: row.ref('hash'),
          previous_expires_at: previousExpiresAt.getTime(),
          hash,
        }))
        .where('id', '=', audit.tokenId)
        .where('revoked_at', 'is', null)
        .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', at)]))
        .executeTakeFirst(),
    );
  }

  async rehash(from: string, to: string): Promise<void> {
    const update = this.#kysely.updateTable('mandate_tokens');
    await update.set({ hash: to }).where('hash', '=', from).execute();
    await update.set({ previous_hash: to }).where('previous_hash', '=', from).execute();
  }

  async touch(used: ReadonlyMap<string, Date>): Promise<void> {
    await this.#kysely.transaction().execute(async (transaction) => {
      // Always in the same order, so that two processes cannot wait for each other.
      for (const [id, at] of [...used].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const time = at.getTime();
        await transaction
          .updateTable('mandate_tokens')
          .set({ last_used_at: time })
          .where('id', '=', id)
          .where((row) => row.or([row('last_used_at', 'is', null), row('last_used_at', '<', time)]))
          .execute();
      }
    });
  }

  async audit(tokenId: string | undefined, page: PageRequest): Promise<Page<AuditEntry>> {
    let query = this.#kysely.selectFrom('mandate_token_audit').selectAll();
    if (tokenId !== undefined) query = query.where('token_id', '=', tokenId);
    if (page.cursor !== undefined) query = query.where('id', '<', readNumber(page.cursor));
    const rows = await query
      .orderBy('id', 'desc')
      .limit(page.limit + 1)
      .execute();
    const toEntry = (row: (typeof rows)[number]): AuditEntry => ({
      tokenId: row.token_id,
      action: row.action as AuditEntry['action'],
      by: row.by_admin,
      at: new Date(Number(row.at)),
    });
    return toPage(rows, page, toEntry, (row) => String(row.id));
  }

  onChange(listener: (change: TokenChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  isConnected(): boolean {
    return this.#database.isConnected();
  }

  /** A change, its audit entry and the news of it: all together, or none of it. */
  async #change(
    audit: AuditEntry,
    update: (transaction: Kysely<Schema>) => Promise<{ readonly numUpdatedRows: bigint }>,
  ): Promise<boolean> {
    const changed = await this.#kysely.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await update(transaction);
      if (numUpdatedRows === 0n) return false;
      await insertAudit(transaction, audit);
      await this.#database.notify(transaction, audit.tokenId);
      return true;
    });
    // Even if another process had made the change already: we may not have heard of it.
    this.#tell(audit.tokenId);
    return changed;
  }

  #tell(change: TokenChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

async function insertAudit(transaction: Kysely<Schema>, audit: AuditEntry): Promise<void> {
  await transaction
    .insertInto('mandate_token_audit')
    .values({
      token_id: audit.tokenId,
      action: audit.action,
      by_admin: audit.by,
      at: audit.at.getTime(),
    })
    .execute();
}

function applyFilter(query: TokenQuery, filter: TokenFilter, now: Date): TokenQuery {
  const { permission, status, scope, userEmail, search } = filter;
  let filtered = query;
  if (permission !== undefined) filtered = filtered.where('permission', '=', permission);
  if (userEmail !== undefined) filtered = filtered.where('user_email', '=', userEmail);
  if (scope !== undefined) filtered = filtered.where(hasScope(scope));
  if (search !== undefined) filtered = filtered.where(describes(search));
  return status === undefined ? filtered : filtered.where(hasStatus(status, now.getTime()));
}

/** Every database has `replace`, and it compares to the letter, which `like` does not everywhere. */
function hasScope(scope: string) {
  return sql<boolean>`replace(scopes, ${JSON.stringify(scope)}, '') <> scopes`;
}

/** Text in the description, in any case, with no character of it meaning anything else. */
function describes(text: string) {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`search_text like ${pattern} escape '\\'`;
}

function hasStatus(status: NonNullable<TokenFilter['status']>, now: number) {
  if (status === 'revoked') return sql<boolean>`revoked_at is not null`;
  const isExpired = sql<boolean>`(expires_at is not null and expires_at <= ${now})`;
  return status === 'expired'
    ? sql<boolean>`revoked_at is null and ${isExpired}`
    : sql<boolean>`revoked_at is null and not ${isExpired}`;
}

/** A cursor is `<created_at>.<id>`. */
function readCursor(cursor: string): { createdAt: number; id: string } {
  const dot = cursor.indexOf('.');
  const id = cursor.slice(dot + 1);
  if (!/^[\w-]+$/.test(id)) throw oddCursor();
  return { createdAt: readNumber(cursor.slice(0, dot)), id };
}

function readNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw oddCursor();
  return Number(text);
}

function oddCursor(): TokenAuthorityError {
  return new TokenAuthorityError('invalid', 'no page gave out that cursor');
}

function toPage<Row, Item>(
  rows: readonly Row[],
  page: PageRequest,
  toItem: (row: Row) => Item,
  toCursor: (row: Row) => string,
): Page<Item> {
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  const hasMore = rows.length > page.limit && last !== undefined;
  return { items: items.map(toItem), nextCursor: hasMore ? toCursor(last) : undefined };
}

function toRow(record: TokenRecord, hash: string): TokenRow {
  return {
    id: record.id,
    description: record.description,
    search_text: record.description.toLowerCase(),
    permission: record.permission,
    scopes: JSON.stringify(record.scopes),
    user_email: record.userEmail ?? null,
    created_by: record.createdBy,
    created_at: record.createdAt.getTime(),
    expires_at: record.expiresAt?.getTime() ?? null,
    revoked_at: record.revokedAt?.getTime() ?? null,
    last_used_at: record.lastUsedAt?.getTime() ?? null,
    allowed_addresses: JSON.stringify(record.allowedAddresses),
    hash,
    previous_hash: null,
    previous_expires_at: record.previousExpiresAt?.getTime() ?? null,
  };
}

function toRecord(row: TokenRow): TokenRecord {
  return {
    ...toGrant(row),
    description: row.description,
    createdAt: new Date(Number(row.created_at)),
    lastUsedAt: toDate(row.last_used_at),
  };
}

function toGrant(row: GrantRow): TokenGrant {
  return {
    id: row.id,
    permission: row.permission as TokenGrant['permission'],
    scopes: JSON.parse(row.scopes) as string[],
    userEmail: row.user_email ?? undefined,
    createdBy: row.created_by,
    expiresAt: toDate(row.expires_at),
    revokedAt: toDate(row.revoked_at),
    allowedAddresses: JSON.parse(row.allowed_addresses) as string[],
    previousExpiresAt: toDate(row.previous_expires_at),
  };
}

/** PostgreSQL hands out 64-bit integers as strings. */
function toDate(time: number | string | null): Date | undefined {
  return time === null ? undefined : new Date(Number(time));
}
