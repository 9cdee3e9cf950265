import type { Generated } from 'kysely';

/** Lists and objects are JSON, times are Unix milliseconds. Columns named `sealed_…` are encrypted. */
export interface ExportConnectionRow {
  id: string;
  version: number;
  preset: string;
  grant_type: string;
  name: string;
  site_id: string;
  authorization_endpoint: string | null;
  token_endpoint: string | null;
  revocation_endpoint: string | null;
  issuer: string | null;
  client_id: string | null;
  sealed_client_secret: string | null;
  header_name: string | null;
  sealed_header_value: string | null;
  client_authentication: string;
  scopes: string;
  provider_options: string;
  destination: string;
  export_types: string | null;
  sealed_signing_secrets: string | null;
  status: string;
  reason: string | null;
  authorizing_until: number | null;
  paused_until: number | null;
  failing_since: number | null;
  accepted_at: number | null;
  sealed_tokens: string | null;
  authorized_at: number | null;
  authorized_by: string | null;
  refreshed_at: number | null;
  refresh_owner: string | null;
  refresh_until: number | null;
  refresh_not_before: number | null;
  created_at: number;
}

export interface ExportLoginRow {
  state_hash: string;
  connection_id: string;
  session_hash: string;
  sealed_verifier: string;
  by_admin: string;
  expires_at: number;
}

export interface ExportDeliveryRow {
  /** The order of insertion, which orders the deliveries of an engagement and every list. */
  seq: Generated<number>;
  id: string;
  connection_id: string;
  engagement_id: string;
  export_type: string;
  revision: number;
  status: string;
  attempts: number;
  failure: string | null;
  response_status: number | null;
  created_at: number;
  next_attempt_at: number | null;
  delivered_at: number | null;
  died_at: number | null;
  event: string;
  /** Of one delivery at a time. The id also depends on the content. */
  dedupe_key: string;
  /** The worker that holds the lease, or held it last. */
  owner: string | null;
  /** The time of the next attempt. */
  due_at: number;
  /** No other claim takes it before this time. Without an index, so that a claim writes to none. */
  leased_until: number | null;
}

export interface ExportSchema {
  mandate_export_connections: ExportConnectionRow;
  mandate_export_logins: ExportLoginRow;
  mandate_export_deliveries: ExportDeliveryRow;
}
