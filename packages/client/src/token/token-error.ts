/**
 * Every way in which getting a token can fail: what `onfail` and `failed` are told. The Glance document
 * says only that there is a reason code; this closed set is ours, and the authorization service of
 * Mandate answers with the same codes.
 */
export const FAILURE_REASONS = {
  /** No complete set of credentials, or more than one; or there is nothing to get a token with. */
  missing_credentials: 'There is not exactly one complete set of credentials.',
  /** The user, the password, the session or the key is wrong; which of them is not told. */
  invalid_credentials: 'The credentials are not valid.',
  loginkey_expired: 'The login key has expired.',
  loginkey_too_long: 'The login key is valid for too long.',
  loginkey_bad_signature: 'The login key is not signed with the key of the group.',
  /** The user belongs to several groups, and `groupid` names none of them. */
  group_required: 'The group must be named.',
  not_in_group: 'The user is not a member of the group.',
  feature_not_enabled: 'The group does not have this service.',
  /** Not a whole number of minutes from 1 to 120. */
  invalid_duration: 'The duration must be from 1 to 120 minutes.',
  rate_limited: 'There were too many attempts.',
  /** The service could not be reached, or a page of another origin may not call it (CORS). */
  network: 'The authorization service could not be reached.',
  timeout: 'The authorization service did not answer in time.',
  /** It answered, but with a fault of its own or with something that is no token. */
  service_error: 'The authorization service gave no usable answer.',
} as const satisfies Record<string, string>;

/** One of {@link FAILURE_REASONS}. */
export type FailureReason = keyof typeof FAILURE_REASONS;

export function isFailureReason(value: unknown): value is FailureReason {
  return typeof value === 'string' && Object.hasOwn(FAILURE_REASONS, value);
}

/** What some failures carry beyond their reason. */
export interface TokenErrorOptions {
  /** Seconds until it is worth trying again (`rate_limited`), where the service said so. */
  readonly retryAfterSeconds?: number | undefined;
  /** What made it fail. It may quote a request or an answer: for a debugger, not for a log. */
  readonly cause?: unknown;
}

/** There is no token. `message` never holds a token, a credential or anything the service wrote. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly reason: FailureReason;
  readonly retryAfterSeconds: number | undefined;

  constructor(reason: FailureReason, message?: string, options: TokenErrorOptions = {}) {
    super(
      message ?? FAILURE_REASONS[reason],
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.reason = reason;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** Whether the same request may well succeed a little later. */
  get transient(): boolean {
    return TRANSIENT.includes(this.reason);
  }
}

const TRANSIENT: readonly FailureReason[] = ['rate_limited', 'network', 'timeout', 'service_error'];

/** Whatever a `fetchToken` of yours threw, as the one error of this package. */
export function toTokenError(error: unknown): TokenError {
  if (error instanceof TokenError) return error;
  return new TokenError('service_error', undefined, { cause: error });
}
