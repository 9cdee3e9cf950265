/**
 * Every reason for which an authorization fails, and its HTTP status. The Glance document says only
 * that there is a reason code: this closed set is ours, the same over REST and SOAP.
 */
export const AUTHORIZATION_ERRORS = {
  /** No complete set of credentials, or more than one. */
  missing_credentials: 400,
  /** The request is malformed: no JSON object, a field of the wrong type, one named twice. */
  invalid_request: 400,
  /** The user is in several groups, and the request names none. */
  group_required: 400,
  /** Not a whole number of minutes from 1 to 120. */
  invalid_duration: 400,
  /** User, password, session or Salesforce credentials are wrong; which of them is not told. */
  invalid_credentials: 401,
  loginkey_expired: 401,
  /** The login key expires more than a day ahead. */
  loginkey_too_long: 401,
  /** No active API key of the group signed it for this user; or there is no such user. */
  loginkey_bad_signature: 401,
  not_in_group: 403,
  /** The group does not have the service, or there is no such service. */
  feature_not_enabled: 403,
  /** Too many failed attempts for the account or from the address. */
  rate_limited: 429,
  /** A fault of ours, or too much to do: trying again later may help. */
  service_error: 503,
} as const satisfies Record<string, number>;

/** One of {@link AUTHORIZATION_ERRORS}. */
export type AuthorizationFailure = keyof typeof AUTHORIZATION_ERRORS;

export interface AuthorizationErrorOptions {
  /** Whole seconds after which it is worth trying again. */
  readonly retryAfterSeconds?: number | undefined;
}

/** A refused authorization. Neither its reason nor its message holds a credential. */
export class AuthorizationError extends Error {
  override readonly name = 'AuthorizationError';
  readonly reason: AuthorizationFailure;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    reason: AuthorizationFailure,
    message: string,
    options: AuthorizationErrorOptions = {},
  ) {
    super(message);
    this.reason = reason;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return AUTHORIZATION_ERRORS[this.reason];
  }
}
