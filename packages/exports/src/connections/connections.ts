import type { Connection, ConnectionChanges, NewConnection } from '../model/connection.js';

/**
 * How a log-in at the provider ended: a closed set.
 *
 * | result | meaning |
 * |---|---|
 * | `authorized` | tokens were received and stored |
 * | `denied` | the person said no (`access_denied`) |
 * | `state_unknown` | the `state` is unknown, used before, older than 10 minutes, or of another connection |
 * | `session_mismatch` | the response came to another browser than the one the log-in began in |
 * | `issuer_mismatch` | `iss` names another provider, or is missing where it was announced (RFC 9207) |
 * | `provider_error` | the authorization endpoint answered with an error |
 * | `client_rejected` | the token endpoint refuses this client: check id and secret |
 * | `code_rejected` | the token endpoint refuses the code |
 * | `address_rejected` | the token endpoint refuses this server's IP address |
 * | `provider_unavailable` | the token endpoint does not answer, or with 5xx |
 * | `response_invalid` | the token endpoint's answer is not as RFC 6749 §5.1 says |
 */
export type AuthorizationResult =
  | 'authorized'
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

/** Configured exports and their authorization. Refusals are {@link ExportError}s; a store's faults are thrown on. */
export interface Connections {
  /**
   * Stores a new connection, unauthorized. `signingSecret` (webhooks only, `whsec_…`) is the secret
   * by which its receiver checks signatures: the only time that anybody sees it.
   */
  create(connection: NewConnection): Promise<ConfiguredConnection>;
  /**
   * Changes a connection; a member given as `undefined` goes back to its default. Another authorization
   * or token endpoint, client id, host to revoke at, kind or host of the destination ends its
   * authorization: the tokens were meant for those, and are revoked. A new client secret does not, and
   * puts an end to `client_rejected`; it has to be given with another host of the token or revocation
   * endpoint, to which it would be sent.
   */
  update(id: string, changes: ConnectionChanges): Promise<Connection>;
  get(id: string): Promise<Connection>;
  /** All of them, by name. */
  list(): Promise<readonly Connection[]>;
  /**
   * Begins a log-in (RFC 6749 §4.1, PKCE S256, RFC 7636). Several may be under way at once.
   *
   * @param session what identifies the person's browser, unguessable, at least 16 characters: best the
   *   value of a cookie with `HttpOnly`, `Secure`, `SameSite=Lax` made for this. Only its hash is stored.
   * @param by who authorizes, for `authorizedBy`.
   * @returns the address to send the person's browser to.
   */
  authorize(id: string, session: string, by: string): Promise<URL>;
  /**
   * Ends a log-in with the parameters that came to the redirect URI. A `state` counts once, whatever
   * comes of it. An authorization that is there already is replaced by a new one and outlives a log-in
   * that fails. Nothing it returns or throws holds a code or a token.
   */
  finishAuthorization(
    id: string,
    parameters: URLSearchParams,
    session: string,
  ): Promise<AuthorizationResult>;
  /**
   * Forgets the tokens, and then revokes them at the provider (RFC 7009). That it cannot be reached
   * keeps nothing here; `onError` is told.
   */
  disconnect(id: string): Promise<Connection>;
  /** Takes no more events. `enable` undoes it; the authorization stays. */
  disable(id: string): Promise<Connection>;
  enable(id: string): Promise<Connection>;
  /** Makes a new signing secret; the old one signs as well for `overlapSeconds`, 0 to 604800 (a week). */
  rotateSigningSecret(id: string, overlapSeconds: number): Promise<ConfiguredConnection>;
}

/** A connection and the secret that its receiver checks signatures with, if it is a webhook. */
export interface ConfiguredConnection {
  readonly connection: Connection;
  readonly signingSecret: string | undefined;
}
