import type { ConnectionSettings } from './connection-settings.js';
import type { OrgFailure } from './delivery.js';

/**
 * The state of a connection.
 *
 * | status | meaning | deliveries |
 * |---|---|---|
 * | `unauthorized` | not authorized yet, or disconnected | not accepted |
 * | `authorizing` | not authorized yet; a person is logging in | not accepted |
 * | `active` | authorized; the last attempt succeeded, or none was made since the log-in or `enable` | sent |
 * | `degraded` | authorized, but attempts fail for a reason that is expected to pass | stored and retried |
 * | `needs_reauthorization` | the provider no longer honours the grant | stored until a person authorizes again |
 * | `disabled` | the receiver answered 410 Gone, or an administrator disabled it | not accepted |
 */
export type ConnectionStatus =
  | 'unauthorized'
  | 'authorizing'
  | 'active'
  | 'degraded'
  | 'needs_reauthorization'
  | 'disabled';

/**
 * Why a connection is not `active`: a closed set, meant for an administrator.
 *
 * | reason | meaning |
 * |---|---|
 * | `grant_revoked` | expired, revoked, password changed, user deactivated, or the provider wants the person to log in or consent |
 * | `grant_uncertain` | the provider issued new tokens that were lost on the way, and rejects the old ones |
 * | `no_refresh_token` | the provider never sent a refresh token, and the access token is rejected |
 * | `client_rejected` | `invalid_client`, `unauthorized_client`, `unsupported_grant_type`: check id and secret |
 * | `address_rejected` | the provider rejects this server's IP address |
 * | `events_rejected` | the last event was rejected, or could not be converted; none was accepted since |
 * | `receiver_refused` | the receiver answers 4xx, as a firewall, a proxy or a wrong URL does |
 * | `destination_invalid` | Salesforce does not know the object or a field |
 * | {@link OrgFailure} | what is wrong with the whole Salesforce org; probed until it passes |
 * | `provider_unavailable` | the token endpoint does not answer, or answers 5xx |
 * | `proxy_failed` | the egress proxy does not answer, or refuses the connection to the receiver |
 * | `receiver_unavailable` | the receiver does not answer, or answers 5xx, 429 or a redirect |
 * | `internal_error` | a request could not be made; `onError` has the error |
 * | `token_refused` | the receiver rejects a token that the provider has just issued |
 * | `receiver_gone` | the receiver answered 410 |
 * | `secrets_unreadable` | the stored secrets were sealed with a key that is no longer configured |
 */
export type ConnectionReason =
  | 'grant_revoked'
  | 'grant_uncertain'
  | 'no_refresh_token'
  | 'client_rejected'
  | 'address_rejected'
  | 'provider_unavailable'
  | 'receiver_unavailable'
  | 'proxy_failed'
  | 'receiver_refused'
  | 'events_rejected'
  | 'destination_invalid'
  | 'internal_error'
  | OrgFailure
  | 'token_refused'
  | 'receiver_gone'
  | 'secrets_unreadable';

/** A connection as administrators see it, without secrets and tokens. */
export interface Connection extends ConnectionSettings {
  /**
   * The redirect URI to register at the provider (RFC 9700 §2.1). The connections of one authorization server
   * share it. `undefined` without a log-in.
   */
  readonly redirectUri: string | undefined;
  readonly status: ConnectionStatus;
  readonly reason: ConnectionReason | undefined;
  /** Nothing is sent before this time. */
  readonly pausedUntil: Date | undefined;
  /** Since when no delivery has succeeded; `undefined` while deliveries succeed. */
  readonly failingSince: Date | undefined;
  /** When a person last authorized the connection; without log-ins, when it was configured. */
  readonly authorizedAt: Date | undefined;
  /** Who last authorized the connection: `by` of `authorize`. */
  readonly authorizedBy: string | undefined;
  /** When the tokens were last refreshed. */
  readonly refreshedAt: Date | undefined;
  readonly createdAt: Date;
}
