import { checkOptions } from '@mandate/internal/check-options';
import {
  type CheckG4sCredentials,
  createPasswordHasher,
  createSecretBox,
  createSessionId,
  type DirectoryGroup,
  type DirectoryOptions,
  type DirectoryPageRequest,
  type DirectoryUser,
  hashSession,
  type ManagedDirectory,
  type NewMembership,
  type PasswordHasher,
  resolvePage,
  type UserPageRequest,
} from '@mandate/issuer/store';
import type { Kysely } from 'kysely';
import { checkGroupExists, checkUserExists } from '../database/check-exists.js';
import { rethrowUniqueViolation } from '../database/rethrow-unique-violation.js';
import type { Schema } from '../database/schema.js';
import { type OpenDatabase, type SqlDatabase, toOpenDatabase } from '../database/sql-database.js';
import { selectUsers, toUser, toUsers } from './select-users.js';
import { SqlApiKeys } from './sql-api-keys.js';

export interface SqlDirectoryOptions extends DirectoryOptions {
  /**
   * Keys of 32 bytes from your secret manager. API keys are encrypted and not hashed, because checking a login
   * key needs them. The first key encrypts; every key decrypts. Keep an old key in the list until every API key
   * was replaced, because otherwise checking the login keys of those groups fails.
   */
  readonly keyEncryptionKeys: readonly Uint8Array[];
}

/**
 * Creates a directory of users, groups, memberships, API keys and sessions in a SQL database. User names are
 * case-sensitive.
 *
 * @throws TypeError if the database is not open, there is no key-encryption key, a key does not have 32 bytes,
 * or an option is unknown.
 *
 * @example
 * const keyEncryptionKeys = [new Uint8Array(32)]; // from your secret manager
 * const directory = createSqlDirectory(database, { keyEncryptionKeys });
 */
export function createSqlDirectory(
  database: SqlDatabase,
  options: SqlDirectoryOptions,
): ManagedDirectory {
  checkOptions<SqlDirectoryOptions>('createSqlDirectory', options, {
    keyEncryptionKeys: true,
    passwords: true,
    checkG4sCredentials: true,
    now: true,
  });
  return new SqlDirectory(toOpenDatabase(database), options);
}

const PARTNER_USER_ID_TAKEN = 'another member of the group has that id';

class SqlDirectory implements ManagedDirectory {
  readonly #kysely: Kysely<Schema>;
  readonly #apiKeys: SqlApiKeys;
  readonly #passwords: PasswordHasher;
  readonly #checkG4s: CheckG4sCredentials;
  readonly #now: () => number;

  constructor({ kysely }: OpenDatabase, options: SqlDirectoryOptions) {
    this.#kysely = kysely;
    this.#apiKeys = new SqlApiKeys(kysely, createSecretBox(options.keyEncryptionKeys));
    this.#passwords = options.passwords ?? createPasswordHasher();
    this.#checkG4s = options.checkG4sCredentials ?? (async () => false);
    this.#now = options.now ?? Date.now;
  }

  async checkPassword(username: string, password: string): Promise<DirectoryUser | undefined> {
    const query = this.#kysely.selectFrom('mandate_users').select(['id', 'password_hash']);
    const row = await query.where('username', '=', username).executeTakeFirst();
    const hash = row?.password_hash ?? undefined;
    const isRight = await this.#passwords.verify(password, hash);
    if (row === undefined || hash === undefined || !isRight) return undefined;
    await this.#renewHash(row.id, password, hash).catch(() => {}); // the next log-in tries again
    // By id, because the name may belong to another user by now.
    return toUser(await selectUsers(this.#kysely).where('mandate_users.id', '=', row.id).execute());
  }

  async checkG4sCredentials(
    username: string,
    g4scredentials: string,
  ): Promise<DirectoryUser | undefined> {
    const isRight = await this.#checkG4s(username, g4scredentials);
    return isRight === true ? this.findUser(username) : undefined; // no other truthy value
  }

  async findUser(username: string): Promise<DirectoryUser | undefined> {
    return toUser(await selectUsers(this.#kysely).where('username', '=', username).execute());
  }

  async findPartnerUser(
    groupId: string,
    partnerUserId: string,
  ): Promise<DirectoryUser | undefined> {
    const owner = this.#kysely
      .selectFrom('mandate_memberships')
      .select('user_id')
      .where('group_id', '=', groupId)
      .where('partner_user_id', '=', partnerUserId);
    return toUser(await selectUsers(this.#kysely).where('mandate_users.id', '=', owner).execute());
  }

  async findSession(gssnid: string): Promise<DirectoryUser | undefined> {
    const owner = this.#kysely
      .selectFrom('mandate_sessions')
      .select('user_id')
      .where('hash', '=', hashSession(gssnid))
      .where('expires_at', '>', this.#now());
    return toUser(await selectUsers(this.#kysely).where('mandate_users.id', '=', owner).execute());
  }

  findApiKeys(groupIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.#apiKeys.find(groupIds);
  }

  async putGroup(group: {
    readonly id: string;
    readonly services: readonly string[];
  }): Promise<void> {
    const services = JSON.stringify(group.services);
    await this.#kysely
      .insertInto('mandate_groups')
      .values({ id: group.id, services })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ services }))
      .execute();
  }

  async listGroups(page: DirectoryPageRequest = {}): Promise<readonly DirectoryGroup[]> {
    const { after, limit } = resolvePage(page);
    const query = this.#kysely.selectFrom('mandate_groups').selectAll().orderBy('id').limit(limit);
    const rows = await query
      .$if(after !== undefined, (q) => q.where('id', '>', after ?? ''))
      .execute();
    return rows.map(({ id, services }) => ({ id, services: JSON.parse(services) as string[] }));
  }

  async listUsers(page: UserPageRequest = {}): Promise<readonly DirectoryUser[]> {
    const { after = '', limit } = resolvePage(page);
    const { groupId } = page;
    const members = this.#kysely.selectFrom('mandate_memberships').select('user_id');
    const ids = this.#kysely
      .selectFrom('mandate_users')
      .select('id')
      .orderBy('id')
      .limit(limit)
      .$if(page.after !== undefined, (query) => query.where('id', '>', after))
      .$if(groupId !== undefined, (query) =>
        query.where('id', 'in', members.where('group_id', '=', groupId ?? '')),
      );
    return toUsers(await selectUsers(this.#kysely).where('mandate_users.id', 'in', ids).execute());
  }

  async putUser({
    id,
    username,
    password,
  }: Parameters<ManagedDirectory['putUser']>[0]): Promise<void> {
    const password_hash = password === undefined ? null : await this.#passwords.hash(password);
    await this.#kysely.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('mandate_users')
        .values({ id, username, password_hash })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ username, password_hash }))
        .execute()
        .catch(rethrowUniqueViolation('username_taken', 'another user has that name'));
      await transaction.deleteFrom('mandate_sessions').where('user_id', '=', id).execute();
    });
  }

  async removeUser(userId: string): Promise<void> {
    await this.#kysely.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('mandate_sessions').where('user_id', '=', userId).execute();
      await transaction.deleteFrom('mandate_memberships').where('user_id', '=', userId).execute();
      await transaction.deleteFrom('mandate_users').where('id', '=', userId).execute();
    });
  }

  async putMembership(membership: NewMembership): Promise<void> {
    const { userId, groupId, partnerUserId = null } = membership;
    const change = { scopes: JSON.stringify(membership.scopes), partner_user_id: partnerUserId };
    await this.#kysely.transaction().execute(async (transaction) => {
      await checkUserExists(transaction, userId);
      await checkGroupExists(transaction, groupId);
      await transaction
        .insertInto('mandate_memberships')
        .values({ user_id: userId, group_id: groupId, ...change })
        .onConflict((conflict) => conflict.columns(['user_id', 'group_id']).doUpdateSet(change))
        .execute()
        .catch(rethrowUniqueViolation('partner_user_id_taken', PARTNER_USER_ID_TAKEN));
    });
  }

  async removeMembership(userId: string, groupId: string): Promise<void> {
    await this.#kysely
      .deleteFrom('mandate_memberships')
      .where('user_id', '=', userId)
      .where('group_id', '=', groupId)
      .execute();
  }

  addApiKey(groupId: string, apiKey?: string): Promise<string> {
    return this.#apiKeys.add(groupId, apiKey);
  }

  removeApiKey(groupId: string, apiKey: string): Promise<void> {
    return this.#apiKeys.remove(groupId, apiKey);
  }

  async createSession(userId: string, expiresAt: Date): Promise<string> {
    const gssnid = createSessionId();
    await this.#kysely.transaction().execute(async (transaction) => {
      await checkUserExists(transaction, userId);
      const row = { hash: hashSession(gssnid), user_id: userId, expires_at: expiresAt.getTime() };
      await transaction.insertInto('mandate_sessions').values(row).execute();
      const expired = transaction.deleteFrom('mandate_sessions');
      await expired.where('expires_at', '<=', this.#now()).execute();
    });
    return gssnid;
  }

  async endSession(gssnid: string): Promise<void> {
    const remove = this.#kysely.deleteFrom('mandate_sessions');
    await remove.where('hash', '=', hashSession(gssnid)).execute();
  }

  /** Replaces an outdated hash, unless the password was changed meanwhile. */
  async #renewHash(id: string, password: string, hash: string): Promise<void> {
    const renewed = await this.#passwords.renew(password, hash);
    if (renewed === undefined) return;
    await this.#kysely
      .updateTable('mandate_users')
      .set({ password_hash: renewed })
      .where('id', '=', id)
      .where('password_hash', '=', hash)
      .execute();
  }
}
