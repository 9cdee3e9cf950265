import type { Generated } from 'kysely';
import type { ExportSchema } from './export-schema.js';
import type { IssuerSchema } from './issuer-schema.js';

/** Times are Unix milliseconds and lists are JSON in every database. */
export interface TokenRow {
  id: string;
  description: string;
  /** The description in lower case, because `lower()` converts only ASCII in SQLite and in some locales. */
  search_text: string;
  permission: string;
  scopes: string;
  token_groups: string;
  user_email: string | null;
  /** The e-mail address in lower case, because addresses are stored as entered. */
  user_key: string | null;
  created_by: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  /** `expires_at` for sorting: the largest integer if the token does not expire. Indexes need a value. */
  expires_order: number;
  /** `last_used_at` for sorting: 0 if the token was never used. */
  used_order: number;
  allowed_addresses: string;
  hash: string;
  last_four: string;
  previous_hash: string | null;
  previous_expires_at: number | null;
}

export interface TokenAuditRow {
  id: Generated<number>;
  token_id: string;
  action: string;
  by_admin: string;
  at: number;
}

/** Every table, for Kysely. */
export interface Schema extends IssuerSchema, ExportSchema {
  mandate_tokens: TokenRow;
  mandate_token_audit: TokenAuditRow;
}
