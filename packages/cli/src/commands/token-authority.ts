import { userInfo } from 'node:os';
import type { SqlDatabase } from '@mandate/sql';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import {
  type Admin,
  createTokenAuthority,
  createTokenFormat,
  createTokenHasher,
  type Pepper,
  type TokenAuthority,
} from '@mandate/tokens';
import { CliError } from '../cli-error.js';
import type { DatabaseOptions } from '../database/open-database.js';
import type { Io } from '../io.js';
import type { PrintOptions } from '../output/print.js';

/** What every command about tokens takes. */
export interface TokenOptions extends DatabaseOptions, PrintOptions {
  /** Who makes the change, for the audit trail. */
  readonly as?: string;
  /** The prefix of secrets, if it is not the default. */
  readonly prefix?: string;
}

/** The authority of a database, with the peppers of the servers. */
export function openAuthority(
  io: Io,
  database: SqlDatabase,
  { prefix, groups }: TokenOptions & { readonly groups?: readonly string[] },
): TokenAuthority {
  const peppers = parsePeppers(io.env['MANDATE_TOKEN_PEPPERS']);
  return createTokenAuthority({
    store: createSqlTokenStore(database),
    now: () => io.now(),
    // Access to the database is access to every group.
    ...(groups !== undefined && { groups }),
    ...(prefix !== undefined && { format: createTokenFormat(prefix) }),
    ...(peppers !== undefined && { hasher: createTokenHasher(peppers) }),
  });
}

/** Who runs the command. Access to the database is all that a super admin has. */
export function toAdmin(options: TokenOptions): Admin {
  return { subject: options.as ?? `cli:${userInfo().username}`, isSuperAdmin: true };
}

/** `id:base64,id:base64`, newest first; `none` for tokens from before the first pepper. */
function parsePeppers(text: string | undefined): readonly (Pepper | 'none')[] | undefined {
  if (!text) return undefined;
  return text.split(',').map((one) => {
    if (one.trim() === 'none') return 'none';
    const [, id, key] = /^([A-Za-z0-9]{1,16}):([A-Za-z0-9+/_=-]+)$/.exec(one.trim()) ?? [];
    if (id !== undefined && key !== undefined) return { id, key: Buffer.from(key, 'base64') };
    throw new CliError(
      'MANDATE_TOKEN_PEPPERS must have the form id:base64,id:base64, newest first',
    );
  });
}
