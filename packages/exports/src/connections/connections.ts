import type { Connection } from '../model/connection.js';
import type { ConnectionChanges, NewConnection } from '../model/connection-settings.js';

/**
 * How a log-in at the provider ended: a closed set.
 *
 * | result | meaning |
 * |---|---|
 * | `authorized` | tokens were received and stored |
 * | `authorized_without_refresh_token` | the same, but a person must log in again when the access token expires |
 * | `refresh_token_missing` | no refresh token was received, so the earlier authorization, which has one, was kept |
 * | `denied` | the person declined (`access_denied`) |
 * | `state_unknown` | the `state` is unknown, already used, older than 10 minutes, or belongs to another connection |
 * | `session_mismatch` | the response arrived in another browser than the one that began the log-in |
 * | `issuer_mismatch` | `iss` names another provider, or is missing although `issuer` is configured (RFC 9207) |
 * | `provider_error` | the authorization endpoint answered with an error |
 * | `client_rejected` | the token endpoint rejects this client: check id and secret |
 * | `code_rejected` | the token endpoint rejects the code |
 * | `address_rejected` | the token endpoint rejects this server's IP address |
 * | `provider_unavailable` | the token endpoint does not answer, or answers 5xx |
 * | `response_invalid` | the token endpoint's response does not follow RFC 6749 §5.1 |
 */
export type AuthorizationResult =
  | 'authorized'
  | 'authorized_without_refresh_token'
  | 'refresh_token_missing'
  | 'denied'
  | 'state_unknown'
  | 'session_mismatch'
  | 'issuer_mismatch'
  | 'provider_error'
  | 'client_rejected'
  | 'code_rejected'
  | 'address_rejected'
  | 'provider_unavailable'
  | 'response_invalid';

/**
 * The configured connections and their authorization. Rejected calls throw {@link ExportError}; errors
 * of the store are passed on.
 */
export interface Connections {
  /**
   * Stores a new, unauthorized connection. For a webhook, `signingSecret` (`whsec_…`) is the secret that
   * its receiver verifies signatures with. This is the only time that it is returned.
   *
   * @throws ExportError `invalid` with every fault of the settings.
   *
   * @example
   * const { signingSecret } = await connections.create({
   *   preset: 'generic',
   *   grantType: 'none',
   *   name: 'Acme events',
   *   siteId: 'e8b5a6a2-7a0c-4a8a-9d5e-3d1f6a1f0f11',
   *   destination: { kind: 'webhook', url: 'https://hooks.example.com/events' },
   *   header: { name: 'Authorization', value: `Api-Key ${process.env['ACME_KEY']}` },
   * });
   */
  create(connection: NewConnection): Promise<ConfiguredConnection>;
  /**
   * Changes a connection. A member given as `undefined` returns to its default.
   *
   * The authorization ends, and its tokens are revoked, if one of these changes: the authorization or
   * token endpoint, the client id, the host of the revocation endpoint, the kind or host of the
   * destination. A new client secret does not end it, and repairs `client_rejected`. The client secret is
   * required again if the host of the token or revocation endpoint changes, because it is sent there.
   *
   * @throws ExportError `invalid` or `not_found`
   */
  update(id: string, changes: ConnectionChanges): Promise<Connection>;
  /** @throws ExportError `not_found` */
  get(id: string): Promise<Connection>;
  /** Returns all connections, ordered by name. */
  list(): Promise<readonly Connection[]>;
  /**
   * Begins a log-in (RFC 6749 §4.1, PKCE S256, RFC 7636). Several log-ins can be open at once.
   *
   * @param session an unguessable value of 16 to 4096 characters that identifies the person's browser:
   *   best the value of a cookie made for this, with `HttpOnly`, `Secure` and `SameSite=Lax`. Only its
   *   hash is stored.
   * @param by the person who authorizes, 1 to 200 characters, shown as `authorizedBy`.
   * @returns the URL to send the person's browser to.
   * @throws ExportError `invalid` or `not_found`
   */
  authorize(id: string, session: string, by: string): Promise<URL>;
  /**
   * Returns the connection that the `state` of an authorization response names. It proves nothing: only
   * `finishAuthorization` checks the `state`.
   */
  findByState(parameters: URLSearchParams): Promise<Connection | undefined>;
  /**
   * Returns the redirect URI to register at a provider, before a connection, an id or a secret exists.
   *
   * @returns `undefined` if an endpoint is missing or invalid.
   *
   * @example
   * connections.toRedirectUri({ preset: 'hubspot' });
   */
  toRedirectUri(settings: RedirectUriSettings): string | undefined;
  /**
   * Ends a log-in with the parameters that arrived at the redirect URI. Each `state` is accepted once,
   * whatever the result. A new authorization replaces the previous one; a failed log-in leaves it
   * unchanged, and so does one without a refresh token if the previous one has a refresh token that works. Results and errors hold no code and no token.
   *
   * @param serverId the last segment of the path at which the response arrived. A response at the redirect
   *   URI of another authorization server is `state_unknown`.
   *
   * @example
   * // GET /exports/callback/:serverId; `session` is the value of the cookie of `authorize`
   * const { pathname, searchParams } = new URL(request.url);
   * const serverId = pathname.slice(pathname.lastIndexOf('/') + 1);
   * const result = await connections.finishAuthorization(serverId, searchParams, session);
   */
  finishAuthorization(
    serverId: string,
    parameters: URLSearchParams,
    session: string,
  ): Promise<AuthorizationResult>;
  /**
   * Deletes the tokens, then revokes them at the provider (RFC 7009). If the provider cannot be reached,
   * the tokens are deleted all the same, and `onError` receives the failure.
   */
  disconnect(id: string): Promise<Connection>;
  /** Accepts no more events until `enable` is called. The authorization is kept. */
  disable(id: string): Promise<Connection>;
  /** Ends `disabled`, whether an administrator or the receiver caused it. */
  enable(id: string): Promise<Connection>;
  /**
   * Makes a new signing secret for a webhook. The old one also signs for `overlapSeconds`, from 0 to
   * 604800 (a week).
   *
   * @throws ExportError `conflict` if the destination is not a webhook.
   */
  rotateSigningSecret(id: string, overlapSeconds: number): Promise<ConfiguredConnection>;
}

/** The settings that decide a redirect URI: the authorization server, given or known by the preset. */
export type RedirectUriSettings = Pick<
  NewConnection,
  'preset' | 'authorizationEndpoint' | 'tokenEndpoint'
>;

/** A connection and, for a webhook, the secret that its receiver verifies signatures with. */
export interface ConfiguredConnection {
  readonly connection: Connection;
  readonly signingSecret: string | undefined;
}
