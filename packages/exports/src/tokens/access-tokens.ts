import type { ConnectionReason } from '../model/connection.js';
import type { Tokens } from '../secrets/tokens.js';

/** A token to send, read from the store for this one attempt: no process keeps one. */
export interface AccessToken {
  readonly token: string;
  /** Where the provider says its API is for this grant (Salesforce's `instance_url`). */
  readonly instanceUrl: string | undefined;
}

export function toAccessToken({ accessToken, instanceUrl }: Tokens): AccessToken {
  return { token: accessToken, instanceUrl };
}

/**
 * The access tokens of connections. Both methods write what they learn (status, reason, new tokens) to
 * the store before they return or throw {@link TokenUnavailable}.
 */
export interface AccessTokens {
  /** The stored token; renewed first if it is known to end within the next minute. */
  read(connectionId: string): Promise<AccessToken>;
  /**
   * Another token than the one that the receiver refused: the stored one if it changed since, else a
   * new one. However many processes ask, the provider is asked once.
   */
  renew(connectionId: string, refused: string): Promise<AccessToken>;
  /**
   * Renews what nobody renewed for so long: a provider forgets a grant that is not used (Salesforce
   * after 30 days). What fails is written to its connection, and the others go on.
   *
   * @param goesOn asked before each; as soon as it says no, no other is begun. Default: it always does.
   */
  renewIdle(olderThanMs: number, goesOn?: () => boolean): Promise<void>;
}

/** There is no token to send with, now or until a person authorizes the connection again. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';
  readonly reason: ConnectionReason;
  /** Whether trying later, without a person, can help. */
  readonly isTransient: boolean;

  constructor(reason: ConnectionReason, isTransient: boolean) {
    super(`no access token: ${reason}`);
    this.reason = reason;
    this.isTransient = isTransient;
  }
}
