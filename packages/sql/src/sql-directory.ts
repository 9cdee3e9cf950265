import {
  type CheckG4sCredentials,
  createApiKey,
  createPasswordHasher,
  createSecretBox,
  createSessionId,
  DirectoryError,
  type DirectoryFault,
  type DirectoryOptions,
  type DirectoryUser,
  hashSession,
  MAX_API_KEYS,
  type ManagedDirectory,
  type NewMembership,
  type PasswordHasher,
  type SecretBox,
} from '@mandate/issuer';
import type { Kysely } from 'kysely';
import type { ApiKeyRow } from './issuer-schema.js';
import { LeastRecent } from './least-recent.js';
import type { Schema } from './schema.js';
import type { OpenDatabase, SqlDatabase } from './sql-database.js';

export interface SqlDirectoryOptions extends DirectoryOptions {
  /**
   * 32 bytes each, from your secret manager: API keys must be known to check login keys, and so are
   * encrypted and not hashed. The first seals, all of them open.
   */
  readonly keyEncryptionKeys: readonly Uint8Array[];
}

/**
 * Users, groups, memberships, API keys and sessions in a SQL database. User names compare to the letter.
 * @throws TypeError if there is no key-encryption key or one of another length.
 */
export function createSqlDirectory(
  database: SqlDatabase,
  options: SqlDirectoryOptions,
): ManagedDirectory {
  return new SqlDirectory(database as OpenDatabase, options);
}

class SqlDirectory implements ManagedDirectory {
  readonly #kysely: Kysely<Schema>;
  readonly #box: SecretBox;
  readonly #passwords: PasswordHasher;
  readonly #checkG4s: CheckG4sCredentials;
  readonly #now: () => number;
  /** API keys by what they are sealed in, so that each is opened once. */
  readonly #opened = new LeastRecent<string>(10_000);

  constructor({ kysely }: OpenDatabase, options: SqlDirectoryOptions) {
    this.#kysely = kysely;
    this.#box = createSecretBox(options.keyEncryptionKeys);
    this.#passwords = options.passwords ?? createPasswordHasher();
    this.#checkG4s = options.checkG4sCredentials ?? (async () => false);
    this.#now = options.now ?? Date.now;
  }

  async checkPassword(username: string, password: string): Promise<DirectoryUser | undefined> {
    const query = this.#kysely.selectFrom('mandate_users').select('password_hash');
    const row = await query.where('username', '=', username).executeTakeFirst();
    const isRight = await this.#passwords.verify(password, row?.password_hash ?? undefined);
    return isRight ? this.findUser(username) : undefined;
  }

  async checkG4sCredentials(
    username: string,
    g4scredentials: string,
  ): Promise<DirectoryUser | undefined> {
    const isRight = await this.#checkG4s(username, g4scredentials);
    return isRight ? this.findUser(username) : undefined;
  }

  async findUser(username: string): Promise<DirectoryUser | undefined> {
    return toUser(await this.#select().where('username', '=', username).execute());
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
    return toUser(await this.#select().where('mandate_users.id', '=', owner).execute());
  }

  async findSession(gssnid: string): Promise<DirectoryUser | undefined> {
    const owner = this.#kysely
      .selectFrom('mandate_sessions')
      .select('user_id')
      .where('hash', '=', hashSession(gssnid))
      .where('expires_at', '>', this.#now());
    return toUser(await this.#select().where('mandate_users.id', '=', owner).execute());
  }

  async findApiKeys(groupIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>(groupIds.map((groupId) => [groupId, []]));
    const rows = await this.#kysely
      .selectFrom('mandate_api_keys')
      .selectAll()
      .where('group_id', 'in', [...groupIds])
      .orderBy('slot')
      .execute();
    for (const row of rows) found.get(row.group_id)?.push(await this.#open(row));
    return found;
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

  async putUser(user: {
    readonly id: string;
    readonly username: string;
    readonly password?: string | undefined;
  }): Promise<void> {
    const { id, username, password } = user;
    const password_hash = password === undefined ? null : await this.#passwords.hash(password);
    await this.#kysely
      .insertInto('mandate_users')
      .values({ id, username, password_hash })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ username, password_hash }))
      .execute()
      .catch(refuseIfTaken('username_taken', 'another user has that name'));
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
      await needUser(transaction, userId);
      await needGroup(transaction, groupId);
      await transaction
        .insertInto('mandate_memberships')
        .values({ user_id: userId, group_id: groupId, ...change })
        .onConflict((conflict) => conflict.columns(['user_id', 'group_id']).doUpdateSet(change))
        .execute()
        .catch(refuseIfTaken('partner_user_id_taken', 'another member of the group has that id'));
    });
  }

  async removeMembership(userId: string, groupId: string): Promise<void> {
    await this.#kysely
      .deleteFrom('mandate_memberships')
      .where('user_id', '=', userId)
      .where('group_id', '=', groupId)
      .execute();
  }

  async addApiKey(groupId: string, apiKey = createApiKey()): Promise<string> {
    const sealed = await this.#box.seal(apiKey, `api key of ${groupId}`);
    const digests = this.#box.digest(apiKey);
    await this.#kysely.transaction().execute(async (transaction) => {
      await needGroup(transaction, groupId);
      // Sealed with an older key-encryption key, the same API key has another digest.
      const query = transaction.selectFrom('mandate_api_keys').select('digest');
      const same = await query.where('digest', 'in', [...digests]).executeTakeFirst();
      if (same !== undefined) throw new DirectoryError('api_key_in_use', KEY_IN_USE);
      const slot = await findFreeSlot(transaction, groupId);
      await transaction
        .insertInto('mandate_api_keys')
        .values({ group_id: groupId, slot, sealed, digest: digests[0] })
        .execute()
        .catch(refuseIfTaken('api_key_in_use', KEY_IN_USE));
    });
    return apiKey;
  }

  async removeApiKey(groupId: string, apiKey: string): Promise<void> {
    await this.#kysely
      .deleteFrom('mandate_api_keys')
      .where('group_id', '=', groupId)
      .where('digest', 'in', [...this.#box.digest(apiKey)])
      .execute();
  }

  async createSession(userId: string, expiresAt: Date): Promise<string> {
    const gssnid = createSessionId();
    await this.#kysely.transaction().execute(async (transaction) => {
      await needUser(transaction, userId);
      const row = { hash: hashSession(gssnid), user_id: userId, expires_at: expiresAt.getTime() };
      await transaction.insertInto('mandate_sessions').values(row).execute();
      const over = transaction.deleteFrom('mandate_sessions');
      await over.where('expires_at', '<=', this.#now()).execute();
    });
    return gssnid;
  }

  async endSession(gssnid: string): Promise<void> {
    const remove = this.#kysely.deleteFrom('mandate_sessions');
    await remove.where('hash', '=', hashSession(gssnid)).execute();
  }

  /** A row for each membership; one row without a group for a user who is in none. */
  #select() {
    return this.#kysely
      .selectFrom('mandate_users')
      .leftJoin('mandate_memberships', 'mandate_memberships.user_id', 'mandate_users.id')
      .leftJoin('mandate_groups', 'mandate_groups.id', 'mandate_memberships.group_id')
      .select([
        ...(['mandate_users.id', 'mandate_users.username', 'mandate_groups.services'] as const),
        ...(['group_id', 'scopes', 'partner_user_id'] as const),
      ])
      .orderBy('group_id');
  }

  async #open({ group_id, sealed }: ApiKeyRow): Promise<string> {
    const known = this.#opened.get(sealed);
    if (known !== undefined) return known;
    const apiKey = await this.#box.open(sealed, `api key of ${group_id}`);
    this.#opened.set(sealed, apiKey);
    return apiKey;
  }
}

const KEY_IN_USE = 'a group has that API key already';

interface FoundRow {
  readonly id: string;
  readonly username: string;
  readonly services: string | null;
  readonly group_id: string | null;
  readonly scopes: string | null;
  readonly partner_user_id: string | null;
}

function toUser(rows: readonly FoundRow[]): DirectoryUser | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const memberships = rows.flatMap(({ group_id, scopes, services, partner_user_id }) =>
    group_id === null || scopes === null
      ? []
      : {
          groupId: group_id,
          scopes: JSON.parse(scopes) as string[],
          services: JSON.parse(services ?? '[]') as string[],
          partnerUserId: partner_user_id ?? undefined,
        },
  );
  return { id: first.id, username: first.username, memberships };
}

/** Two that take the same slot at once are told apart by its primary key. */
async function findFreeSlot(transaction: Kysely<Schema>, groupId: string): Promise<number> {
  const query = transaction.selectFrom('mandate_api_keys').select('slot');
  const rows = await query.where('group_id', '=', groupId).execute();
  const taken = new Set(rows.map(({ slot }) => slot));
  for (let slot = 1; slot <= MAX_API_KEYS; slot++) if (!taken.has(slot)) return slot;
  throw new DirectoryError('too_many_api_keys', 'the group has two active API keys already');
}

async function needUser(transaction: Kysely<Schema>, id: string): Promise<void> {
  const query = transaction.selectFrom('mandate_users').select('id');
  if ((await query.where('id', '=', id).executeTakeFirst()) !== undefined) return;
  throw new DirectoryError('unknown_user', 'there is no such user');
}

async function needGroup(transaction: Kysely<Schema>, id: string): Promise<void> {
  const query = transaction.selectFrom('mandate_groups').select('id');
  if ((await query.where('id', '=', id).executeTakeFirst()) !== undefined) return;
  throw new DirectoryError('unknown_group', 'there is no such group');
}

/** What the databases say when a unique value is there already. */
function refuseIfTaken(code: DirectoryFault, message: string): (error: unknown) => never {
  return (error) => {
    const said = (error as { readonly code?: unknown } | undefined)?.code;
    const isTaken = said === '23505' || String(said).startsWith('SQLITE_CONSTRAINT');
    throw isTaken ? new DirectoryError(code, message) : error;
  };
}
