import type { ProviderFailureCode } from '../connections/provider-failure.js';
import type { ConnectionReason } from '../model/connection.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { TokenUnavailable } from './access-tokens.js';

/** Why a refresh failed: the reason to store, and whether a later attempt can succeed. */
export interface RefreshFailure {
  readonly reason: ConnectionReason;
  readonly isTransient: boolean;
  /** The provider asked not to be sent another request before this time. */
  readonly notBeforeMs?: number | undefined;
}

export const UNREADABLE: RefreshFailure = { reason: 'secrets_unreadable', isTransient: true };
export const NO_REFRESH_TOKEN: RefreshFailure = { reason: 'no_refresh_token', isTransient: false };

const REFRESH_FAILURES: Readonly<Record<ProviderFailureCode, RefreshFailure>> = {
  unavailable: { reason: 'provider_unavailable', isTransient: true },
  busy: { reason: 'provider_unavailable', isTransient: true },
  response_invalid: { reason: 'provider_unavailable', isTransient: true },
  authorization_rejected: { reason: 'provider_unavailable', isTransient: true },
  address_rejected: { reason: 'address_rejected', isTransient: true },
  client_rejected: { reason: 'client_rejected', isTransient: false },
  grant_rejected: { reason: 'grant_revoked', isTransient: false },
};

const REFRESH_REASONS: ReadonlySet<ConnectionReason | undefined> = new Set([
  ...Object.values(REFRESH_FAILURES).map(({ reason }) => reason),
  'grant_uncertain',
  'no_refresh_token',
  'secrets_unreadable',
]);

/** Whether a connection fails because of its tokens, so that new tokens repair it. */
export function isRefreshReason(reason: ConnectionReason | undefined): boolean {
  return REFRESH_REASONS.has(reason);
}

/** @param isUncertain whether the provider may have issued tokens that were lost on the way. */
export function toRefreshFailure(code: ProviderFailureCode, isUncertain: boolean): RefreshFailure {
  return code === 'grant_rejected' && isUncertain
    ? { reason: 'grant_uncertain', isTransient: false }
    : REFRESH_FAILURES[code];
}

/** Returns the transient failure that another process has stored, if there is one. */
export function toStoredFailure({
  status,
  reason,
}: StoredConnection): TokenUnavailable | undefined {
  const isFailing = status === 'degraded' && reason !== undefined && REFRESH_REASONS.has(reason);
  return isFailing ? new TokenUnavailable(reason, true) : undefined;
}

/** Returns the changes to a connection that has no usable token. */
export function applyRefreshFailure(
  { status: before, failingSinceMs }: StoredConnection,
  { reason, isTransient }: RefreshFailure,
  nowMs: number,
): Partial<StoredConnection> {
  // A connection that an administrator disabled stays disabled.
  if (before === 'disabled') return {};
  const status = isTransient ? 'degraded' : 'needs_reauthorization';
  return { status, reason, failingSinceMs: failingSinceMs ?? nowMs };
}
