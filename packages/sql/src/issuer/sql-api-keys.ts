import { Generations } from '@mandate/internal/generations';
import {
  checkApiKey,
  createApiKey,
  DirectoryError,
  MAX_API_KEYS,
  type SecretBox,
} from '@mandate/issuer/store';
import type { Kysely } from 'kysely';
import { checkGroupExists } from '../database/check-exists.js';
import type { ApiKeyRow } from '../database/issuer-schema.js';
import { rethrowUniqueViolation } from '../database/rethrow-unique-violation.js';
import type { Schema } from '../database/schema.js';

/** The API keys of groups. They are encrypted and not hashed, because checking a login key needs them. */
export class SqlApiKeys {
  readonly #kysely: Kysely<Schema>;
  readonly #box: SecretBox;
  /** Decrypted API keys by their sealed form, so that each is decrypted once. */
  readonly #opened = new Generations<string>(10_000);

  constructor(kysely: Kysely<Schema>, box: SecretBox) {
    this.#kysely = kysely;
    this.#box = box;
  }

  async find(groupIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
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

  async add(groupId: string, apiKey = createApiKey()): Promise<string> {
    checkApiKey(apiKey);
    const sealed = await this.#box.seal(apiKey, `api key of ${groupId}`);
    const digests = this.#box.digest(apiKey);
    await this.#kysely.transaction().execute(async (transaction) => {
      await checkGroupExists(transaction, groupId);
      await checkUnused(transaction, digests);
      const slot = await findFreeSlot(transaction, groupId);
      await transaction
        .insertInto('mandate_api_keys')
        .values({ group_id: groupId, slot, sealed, digest: digests[0] })
        .execute()
        .catch(rethrowUniqueViolation('api_key_in_use', KEY_IN_USE));
    });
    return apiKey;
  }

  async remove(groupId: string, apiKey: string): Promise<void> {
    await this.#kysely
      .deleteFrom('mandate_api_keys')
      .where('group_id', '=', groupId)
      .where('digest', 'in', [...this.#box.digest(apiKey)])
      .execute();
  }

  async #open({ group_id, sealed }: ApiKeyRow): Promise<string> {
    const cached = this.#opened.get(sealed);
    if (cached !== undefined) return cached;
    const apiKey = await this.#box.open(sealed, `api key of ${group_id}`);
    this.#opened.set(sealed, apiKey);
    return apiKey;
  }
}

const KEY_IN_USE = 'a group already has that API key';

/** If two transactions take the same slot, the primary key rejects the second. */
/** The same API key has another digest if it was sealed with an older key-encryption key. */
async function checkUnused(transaction: Kysely<Schema>, digests: readonly string[]): Promise<void> {
  const query = transaction.selectFrom('mandate_api_keys').select('digest');
  const same = await query.where('digest', 'in', [...digests]).executeTakeFirst();
  if (same !== undefined) throw new DirectoryError('api_key_in_use', KEY_IN_USE);
}

async function findFreeSlot(transaction: Kysely<Schema>, groupId: string): Promise<number> {
  const query = transaction.selectFrom('mandate_api_keys').select('slot');
  const rows = await query.where('group_id', '=', groupId).execute();
  const taken = new Set(rows.map(({ slot }) => slot));
  for (let slot = 1; slot <= MAX_API_KEYS; slot++) if (!taken.has(slot)) return slot;
  throw new DirectoryError('too_many_api_keys', 'the group already has two API keys');
}
