/** Lists are JSON, times are Unix milliseconds. */
export interface GroupRow {
  id: string;
  services: string;
}

export interface UserRow {
  id: string;
  username: string;
  password_hash: string | null;
}

export interface MembershipRow {
  user_id: string;
  group_id: string;
  scopes: string;
  partner_user_id: string | null;
}

/** A group has two slots, so the primary key prevents a third API key. */
export interface ApiKeyRow {
  group_id: string;
  slot: number;
  sealed: string;
  /** A keyed hash of the API key, which ensures that no two groups share one. */
  digest: string;
}

export interface SessionRow {
  hash: string;
  user_id: string;
  expires_at: number;
}

/** All keys are one row, because they change together under one version. */
export interface SigningKeysRow {
  id: string;
  version: number;
  keys: string;
}

/** The columns and their order are those that rate-limiter-flexible expects. */
export interface AttemptRow {
  key: string;
  points: number;
  expire: number | null;
}

/** The tables of the authorization service. */
export interface IssuerSchema {
  mandate_groups: GroupRow;
  mandate_users: UserRow;
  mandate_memberships: MembershipRow;
  mandate_api_keys: ApiKeyRow;
  mandate_sessions: SessionRow;
  mandate_signing_keys: SigningKeysRow;
  mandate_attempts: AttemptRow;
}
