import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { notify } from '@mandate/internal/notify';
import type {
  AuditEntry,
  FoundToken,
  Page,
  PageRequest,
  SecretReplacement,
  TokenChange,
  TokenCount,
  TokenFilter,
  TokenPageRequest,
  TokenRecord,
  TokenStore,
} from '@mandate/tokens';
import type { Kysely, Selectable } from 'kysely';
import { runChange } from '../database/run-change.js';
import type { Schema, TokenAuditRow } from '../database/schema.js';
import { type OpenDatabase, type SqlDatabase, toOpenDatabase } from '../database/sql-database.js';
import { type GrantRow, toGrant, toRecord, toRow } from '../database/token-row.js';
import { countTokens, listTokens } from './token-list.js';
import { cutPage, parseNumberCursor } from './token-page.js';
import { touchTokens } from './touch-tokens.js';

const STORES = new WeakMap<SqlDatabase, TokenStore>();

/**
 * Creates a store for issued tokens in a SQL database. Returns the same store for the same database, so that
 * every verifier of the process notices a revocation at once.
 *
 * @throws TypeError if the database is not open, such as the promise of one.
 *
 * @example
 * const store = createSqlTokenStore(database);
 */
export function createSqlTokenStore(database: SqlDatabase): TokenStore {
  const store = STORES.get(database) ?? new SqlTokenStore(toOpenDatabase(database));
  STORES.set(database, store);
  return store;
}

class SqlTokenStore implements TokenStore {
  readonly #database: OpenDatabase;
  readonly #kysely: Kysely<Schema>;
  readonly #listeners = new Set<(change: TokenChange) => void>();

  constructor(database: OpenDatabase) {
    this.#database = database;
    this.#kysely = database.kysely;
    database.onNotify((change) => this.#notify(change));
  }

  async insert(record: TokenRecord, hash: string, audit: AuditEntry): Promise<void> {
    await runChange(this.#kysely, async (transaction) => {
      await transaction.insertInto('mandate_tokens').values(toRow(record, hash)).execute();
      await insertAudit(transaction, audit);
    });
  }

  find(hashes: readonly string[]): MaybePromise<FoundToken | undefined> {
    // Another process may rehash the token between two queries, so query the newest hash again at the end.
    const [newest, ...older] = hashes;
    if (newest === undefined) return undefined;
    const queried = older.length === 0 ? hashes : [...hashes, newest];
    return this.#findNext(queried, 0);
  }

  /** Queries one hash after the other: all of them as current hashes, then all as previous ones. */
  #findNext(hashes: readonly string[], turn: number): MaybePromise<FoundToken | undefined> {
    const hash = hashes[turn % hashes.length];
    if (turn === 2 * hashes.length || hash === undefined) return undefined;
    const isPrevious = turn >= hashes.length;
    const row = this.#database.findToken(isPrevious ? 'previous_hash' : 'hash', hash);
    const read = (found: GrantRow | undefined) =>
      found === undefined
        ? this.#findNext(hashes, turn + 1)
        : { record: toGrant(found), hash, isPrevious };
    return isPromise(row) ? row.then(read) : read(row);
  }

  async get(id: string): Promise<TokenRecord | undefined> {
    const query = this.#kysely.selectFrom('mandate_tokens').selectAll();
    const row = await query.where('id', '=', id).executeTakeFirst();
    return row && toRecord(row);
  }

  async list(filter: TokenFilter, page: TokenPageRequest, now: Date): Promise<Page<TokenRecord>> {
    const { items, nextCursor } = await listTokens(this.#kysely, { filter, page, now });
    return { items: items.map(toRecord), nextCursor };
  }

  count(filter: TokenFilter, now: Date): Promise<TokenCount> {
    return countTokens(this.#kysely, filter, now);
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

  async rotate(
    audit: AuditEntry,
    { hash, lastFour, previousExpiresAt }: SecretReplacement,
  ): Promise<boolean> {
    const at = audit.at.getTime();
    return this.#change(audit, (transaction) =>
      transaction
        .updateTable('mandate_tokens')
        .set((row) => ({
          previous_hash: row.ref('hash'),
          previous_expires_at: previousExpiresAt.getTime(),
          hash,
          last_four: lastFour,
        }))
        .where('id', '=', audit.tokenId)
        .where('revoked_at', 'is', null)
        .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', at)]))
        .executeTakeFirst(),
    );
  }

  async describe(audit: AuditEntry, description: string): Promise<boolean> {
    return this.#change(audit, (transaction) =>
      transaction
        .updateTable('mandate_tokens')
        .set({ description, search_text: description.toLowerCase() })
        .where('id', '=', audit.tokenId)
        .executeTakeFirst(),
    );
  }

  async rehash(from: string, to: string): Promise<void> {
    const update = this.#kysely.updateTable('mandate_tokens');
    await update.set({ hash: to }).where('hash', '=', from).execute();
    await update.set({ previous_hash: to }).where('previous_hash', '=', from).execute();
  }

  touch(used: ReadonlyMap<string, Date>): Promise<void> {
    return touchTokens(this.#database, [...used]);
  }

  async audit(tokenId: string | undefined, page: PageRequest): Promise<Page<AuditEntry>> {
    let query = this.#kysely.selectFrom('mandate_token_audit').selectAll();
    if (tokenId !== undefined) query = query.where('token_id', '=', tokenId);
    if (page.cursor !== undefined) query = query.where('id', '<', parseNumberCursor(page.cursor));
    const newestFirst = query.orderBy('id', 'desc');
    const rows = await newestFirst.limit(page.limit + 1).execute();
    const { items, nextCursor } = cutPage(rows, page, (row) => String(row.id));
    return { items: items.map(toEntry), nextCursor };
  }

  onChange(listener: (change: TokenChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  isConnected(): boolean {
    return this.#database.isConnected();
  }

  /** Makes a change, its audit entry and the notification of other processes one transaction. */
  async #change(
    audit: AuditEntry,
    update: (transaction: Kysely<Schema>) => Promise<{ readonly numUpdatedRows: bigint }>,
  ): Promise<boolean> {
    try {
      return await runChange(this.#kysely, async (transaction) => {
        const { numUpdatedRows } = await update(transaction);
        if (numUpdatedRows === 0n) return false;
        await insertAudit(transaction, audit);
        await this.#database.notify(transaction, audit.tokenId);
        return true;
      });
    } finally {
      // Also if nothing changed, because another process may have made the change unnoticed; and also after
      // an error, because the commit may have succeeded and only its answer been lost.
      this.#notify(audit.tokenId);
    }
  }

  #notify(change: TokenChange): void {
    for (const listener of this.#listeners) notify(listener, change);
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

function toEntry(row: Selectable<TokenAuditRow>): AuditEntry {
  return {
    tokenId: row.token_id,
    action: row.action as AuditEntry['action'],
    by: row.by_admin,
    at: new Date(Number(row.at)),
  };
}
