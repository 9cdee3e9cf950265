/**
 * How the user must have authenticated (RFC 9470), with at least one of the members. A token that does not say it is
 * rejected with 401 `authentication_insufficient`, and its client sends the user to the authorization server again.
 */
export interface StepUpRule {
  /**
   * The authentication context classes that are accepted, the preferred one first, such as `['phr', 'mfa']`. The claim
   * `acr` of the token must be one of them, and is compared with `===`. Omit it to accept any.
   */
  readonly acrValues?: readonly string[];
  /**
   * How many seconds ago the user may have authenticated (`auth_time`), from 1. A renewed token keeps its `auth_time`.
   * Omit it to accept any time.
   */
  readonly maxAuthAgeSeconds?: number;
}
