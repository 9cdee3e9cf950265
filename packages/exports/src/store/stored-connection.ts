import type { ConnectionReason } from '../model/connection.js';
import type { ConnectionSettings } from '../model/connection-settings.js';

/** A connection as it is stored, with its secrets sealed. Times are Unix milliseconds. */
export interface StoredConnection extends ConnectionSettings {
  /** Increases by one with every change. */
  readonly version: number;
  readonly sealedClientSecret: string | undefined;
  /** The sealed value of a webhook's static header. */
  readonly sealedHeaderValue: string | undefined;
  /** The signing secrets of a webhook. */
  readonly sealedSigningSecrets: string | undefined;
  /** `authorizing` is not stored: it is `unauthorized` before `authorizingUntilMs`. */
  readonly status: 'unauthorized' | 'active' | 'degraded' | 'needs_reauthorization' | 'disabled';
  readonly reason: ConnectionReason | undefined;
  readonly authorizingUntilMs: number | undefined;
  readonly pausedUntilMs: number | undefined;
  /** Since when every attempt has failed because of the connection, not because of its event. */
  readonly failingSinceMs: number | undefined;
  /** When its receiver accepted an event for the first time since the last log-in. */
  readonly acceptedAtMs: number | undefined;
  /** Access token, refresh token and their times. */
  readonly sealedTokens: string | undefined;
  readonly authorizedAtMs: number | undefined;
  readonly authorizedBy: string | undefined;
  readonly refreshedAtMs: number | undefined;
  /** The lease of a token refresh: its owner, and when another process may take it over. */
  readonly refreshOwner: string | undefined;
  readonly refreshUntilMs: number | undefined;
  /** The provider asked not to be sent a refresh before this time (`Retry-After`). */
  readonly refreshNotBeforeMs: number | undefined;
  readonly createdAtMs: number;
}

/** An open log-in. */
export interface StoredLogin {
  /** SHA-256 of `state`. */
  readonly stateHash: string;
  readonly connectionId: string;
  /** SHA-256 of the value that identifies the browser. */
  readonly sessionHash: string;
  /** The PKCE code verifier (RFC 7636). */
  readonly sealedVerifier: string;
  /** The person who authorizes. */
  readonly by: string;
  readonly expiresAtMs: number;
}
