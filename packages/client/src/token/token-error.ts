/**
 * Every way in which getting a token can fail: what `onfail` and `failed` are told. The Glance document
 * says only that there is a reason code; this closed set is ours, and the authorization service of
 * Mandate answers with the same codes.
 */
export const FAILURE_REASONS = [
  /** No complete set of credentials, or more than one; or there is nothing to get a token with. */
  'missing_credentials',
  /** The service cannot read the request: a member is too long, say. */
  'invalid_request',
  /** The user, the password, the session or the key is wrong; which of them is not told. */
  'invalid_credentials',
  'loginkey_expired',
  /** The login key would be valid for longer than the service accepts. */
  'loginkey_too_long',
  'loginkey_bad_signature',
  /** The user belongs to several groups, and `groupid` names none of them. */
  'group_required',
  'not_in_group',
  /** The group does not have this service. */
  'feature_not_enabled',
  /** Not a whole number of minutes from 1 to 120. */
  'invalid_duration',
  'rate_limited',
  /** The service could not be reached, or a page of another origin may not call it (CORS). */
  'network',
  'timeout',
  /** It answered, but with a fault of its own or with something that is no token. */
  'service_error',
] as const;

/** One of {@link FAILURE_REASONS}. */
export type FailureReason = (typeof FAILURE_REASONS)[number];

export function isFailureReason(value: unknown): value is FailureReason {
  return FAILURE_REASONS.includes(value as FailureReason);
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
    super(message ?? `no token: ${reason}`, options);
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
