import type { ConnectionReason } from '../model/connection.js';
import type { Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/stored-connection.js';

/** A token for attempts. It is loaded from the store again and again, because another process may refresh it. */
export interface AccessToken {
  readonly token: string;
  /** The origin of the API for this grant (Salesforce's `instance_url`). */
  readonly instanceUrl: string | undefined;
}

export function toAccessToken({ accessToken, instanceUrl }: Tokens): AccessToken {
  return { token: accessToken, instanceUrl };
}

/**
 * The access tokens of connections. Every method stores what it finds out (status, reason, new tokens)
 * before it returns or throws {@link TokenUnavailable}.
 */
export interface AccessTokens {
  /**
   * Returns the token of a connection that was just loaded, without loading it again.
   *
   * @returns `undefined` if the token must be refreshed, or is being refreshed in this process: call `get`.
   * @throws TokenUnavailable
   */
  open(connection: StoredConnection): Promise<AccessToken | undefined>;
  /**
   * Returns the stored token, and refreshes it first if it expires within a minute.
   *
   * @throws TokenUnavailable
   */
  get(connectionId: string): Promise<AccessToken>;
  /**
   * Returns another token than the one that the receiver rejected: the stored one if it has changed,
   * otherwise a new one. However many processes call this, the provider gets one request.
   *
   * @throws TokenUnavailable
   */
  renew(connectionId: string, rejectedToken: string): Promise<AccessToken>;
  /**
   * Refreshes the grants that were not refreshed for `olderThanMs`, because providers drop unused grants
   * (Salesforce after 30 days). A failure is stored with its connection, and the next grant follows.
   *
   * @param shouldContinue called before each grant; `false` ends the run. Default: always `true`.
   */
  renewIdle(olderThanMs: number, shouldContinue?: () => boolean): Promise<void>;
}

/** There is no access token, either for now or until a person authorizes the connection again. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';
  readonly code: ConnectionReason;
  /** Whether a later attempt can succeed without a person. */
  readonly isTransient: boolean;
  /** The provider asked not to be sent another request before this time, in Unix milliseconds. */
  readonly notBeforeMs: number | undefined;

  constructor(code: ConnectionReason, isTransient: boolean, notBeforeMs?: number) {
    super(`no access token: ${code}`);
    this.code = code;
    this.isTransient = isTransient;
    this.notBeforeMs = notBeforeMs;
  }
}
