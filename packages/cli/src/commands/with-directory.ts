import type { ManagedDirectory } from '@mandate/issuer';
import { createSqlDirectory } from '@mandate/sql/issuer';
import { withDatabase } from '../database/open-database.js';
import type { Io } from '../io.js';
import { getKeys } from '../parse-keys.js';
import type { StoreOptions } from '../store-command.js';

/** The keys that seal API keys and signing keys in the database. */
export const KEY_ENCRYPTION_KEYS = 'MANDATE_KEY_ENCRYPTION_KEYS';

/** Runs work on the directory of the authorization service. */
export function withDirectory(
  io: Io,
  options: StoreOptions,
  work: (directory: ManagedDirectory) => Promise<void>,
): Promise<void> {
  return withDatabase(io, options, (database) =>
    work(createSqlDirectory(database, { keyEncryptionKeys: getKeys(io, KEY_ENCRYPTION_KEYS) })),
  );
}
