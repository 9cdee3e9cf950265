import type { StoredConnection } from '@mandate/exports';
import type { ExportConnectionRow } from '../database/export-schema.js';

/** Settings that no query uses. */
type ProviderOptions = Pick<StoredConnection, 'reauthorizationErrors' | 'pkce'>;

function toProviderOptions(connection: StoredConnection): ProviderOptions {
  const { reauthorizationErrors, pkce } = connection;
  return { reauthorizationErrors, pkce };
}

export function toRow(connection: StoredConnection): ExportConnectionRow {
  return {
    id: connection.id,
    version: connection.version,
    preset: connection.preset,
    grant_type: connection.grantType,
    name: connection.name,
    site_id: connection.siteId,
    authorization_endpoint: connection.authorizationEndpoint ?? null,
    token_endpoint: connection.tokenEndpoint ?? null,
    revocation_endpoint: connection.revocationEndpoint ?? null,
    issuer: connection.issuer ?? null,
    client_id: connection.clientId ?? null,
    sealed_client_secret: connection.sealedClientSecret ?? null,
    header_name: connection.headerName ?? null,
    sealed_header_value: connection.sealedHeaderValue ?? null,
    client_authentication: connection.clientAuthentication,
    scopes: JSON.stringify(connection.scopes),
    provider_options: JSON.stringify(toProviderOptions(connection)),
    destination: JSON.stringify(connection.destination),
    export_types:
      connection.exportTypes === undefined ? null : JSON.stringify(connection.exportTypes),
    sealed_signing_secrets: connection.sealedSigningSecrets ?? null,
    status: connection.status,
    reason: connection.reason ?? null,
    authorizing_until: toMsColumn(connection.authorizingUntilMs),
    paused_until: toMsColumn(connection.pausedUntilMs),
    failing_since: toMsColumn(connection.failingSinceMs),
    accepted_at: toMsColumn(connection.acceptedAtMs),
    sealed_tokens: connection.sealedTokens ?? null,
    authorized_at: toMsColumn(connection.authorizedAtMs),
    authorized_by: connection.authorizedBy ?? null,
    refreshed_at: toMsColumn(connection.refreshedAtMs),
    refresh_owner: connection.refreshOwner ?? null,
    refresh_until: toMsColumn(connection.refreshUntilMs),
    refresh_not_before: toMsColumn(connection.refreshNotBeforeMs),
    created_at: connection.createdAtMs,
  };
}

export function toConnection(row: ExportConnectionRow): StoredConnection {
  return {
    id: row.id,
    version: row.version,
    preset: row.preset as StoredConnection['preset'],
    grantType: row.grant_type as StoredConnection['grantType'],
    name: row.name,
    siteId: row.site_id,
    authorizationEndpoint: row.authorization_endpoint ?? undefined,
    tokenEndpoint: row.token_endpoint ?? undefined,
    revocationEndpoint: row.revocation_endpoint ?? undefined,
    issuer: row.issuer ?? undefined,
    clientId: row.client_id ?? undefined,
    sealedClientSecret: row.sealed_client_secret ?? undefined,
    headerName: row.header_name ?? undefined,
    sealedHeaderValue: row.sealed_header_value ?? undefined,
    clientAuthentication: row.client_authentication as StoredConnection['clientAuthentication'],
    scopes: JSON.parse(row.scopes) as string[],
    ...(JSON.parse(row.provider_options) as ProviderOptions),
    destination: JSON.parse(row.destination) as StoredConnection['destination'],
    exportTypes:
      row.export_types === null
        ? undefined
        : (JSON.parse(row.export_types) as StoredConnection['exportTypes']),
    sealedSigningSecrets: row.sealed_signing_secrets ?? undefined,
    status: row.status as StoredConnection['status'],
    reason: (row.reason ?? undefined) as StoredConnection['reason'],
    pausedUntilMs: fromMsColumn(row.paused_until),
    failingSinceMs: fromMsColumn(row.failing_since),
    acceptedAtMs: fromMsColumn(row.accepted_at),
    ...toAuthorization(row),
    createdAtMs: Number(row.created_at),
  };
}

/** The authorization of a connection, and its refresh. */
function toAuthorization(row: ExportConnectionRow) {
  return {
    authorizingUntilMs: fromMsColumn(row.authorizing_until),
    sealedTokens: row.sealed_tokens ?? undefined,
    authorizedAtMs: fromMsColumn(row.authorized_at),
    authorizedBy: row.authorized_by ?? undefined,
    refreshedAtMs: fromMsColumn(row.refreshed_at),
    refreshOwner: row.refresh_owner ?? undefined,
    refreshUntilMs: fromMsColumn(row.refresh_until),
    refreshNotBeforeMs: fromMsColumn(row.refresh_not_before),
  };
}

/** Rounds up, because a pause with jitter may have a fraction, which the columns do not hold. */
function toMsColumn(time: number | undefined): number | null {
  return time === undefined ? null : Math.ceil(time);
}

/** The PostgreSQL driver returns 64-bit integers as strings. */
function fromMsColumn(time: number | string | null): number | undefined {
  return time === null ? undefined : Number(time);
}
