import type { ProviderFailureCode } from '../connections/provider-failure.js';
import type { ConnectionReason } from '../model/connection.js';
import type { StoredConnection } from '../store/export-store.js';
import { TokenUnavailable } from './access-tokens.js';

/** Why a renewal fails: what is written to the connection, and whether time can help. */
export interface Refusal {
  readonly reason: ConnectionReason;
  readonly isTransient: boolean;
}

export const UNREADABLE: Refusal = { reason: 'secrets_unreadable', isTransient: true };
export const NO_REFRESH_TOKEN: Refusal = { reason: 'no_refresh_token', isTransient: false };

const REFUSALS: Readonly<Record<ProviderFailureCode, Refusal>> = {
  unavailable: { reason: 'provider_unavailable', isTransient: true },
  busy: { reason: 'provider_unavailable', isTransient: true },
  response_invalid: { reason: 'provider_unavailable', isTransient: true },
  authorization_rejected: { reason: 'provider_unavailable', isTransient: true },
  address_rejected: { reason: 'address_rejected', isTransient: true },
  client_rejected: { reason: 'client_rejected', isTransient: false },
  grant_rejected: { reason: 'grant_revoked', isTransient: false },
};

const REFRESH_REASONS: ReadonlySet<ConnectionReason | undefined> = new Set([
  ...Object.values(REFUSALS).map(({ reason }) => reason),
  'grant_uncertain',
  'no_refresh_token',
  'secrets_unreadable',
]);

/** Whether a connection fails for want of tokens: then new ones put an end to it. */
export function isRefusal(reason: ConnectionReason | undefined): boolean {
  return REFRESH_REASONS.has(reason);
}

/** @param isUncertain whether the provider may have issued tokens that never arrived. */
export function toRefusal(code: ProviderFailureCode, isUncertain: boolean): Refusal {
  return code === 'grant_rejected' && isUncertain
    ? { reason: 'grant_uncertain', isTransient: false }
    : REFUSALS[code];
}

/** What another process found out about a provider, if that can pass. */
export function readFailure({ status, reason }: StoredConnection): TokenUnavailable | undefined {
  const isFailing = status === 'degraded' && reason !== undefined && REFRESH_REASONS.has(reason);
  return isFailing ? new TokenUnavailable(reason, true) : undefined;
}

/** What is written to a connection that has no token to send with. */
export function toFailing(
  { status: before, failingSinceMs }: StoredConnection,
  { reason, isTransient }: Refusal,
  nowMs: number,
): Partial<StoredConnection> {
  // What an administrator switched off does not come back by failing.
  if (before === 'disabled') return {};
  const status = isTransient ? 'degraded' : 'needs_reauthorization';
  return { status, reason, failingSinceMs: failingSinceMs ?? nowMs };
}
