/**
 * Every code of {@link AuthorizationError} and its HTTP status. The Glance document says only that
 * there is a reason code. This closed set is Mandate's, and the same over REST and SOAP.
 */
export const AUTHORIZATION_ERRORS = {
  /** Not exactly one complete set of credentials. */
  missing_credentials: 400,
  /**
   * The request is malformed: not a JSON object, a field of the wrong type, or a duplicate field.
   */
  invalid_request: 400,
  /** The user is in several groups, and the request names none. */
  group_required: 400,
  /** Not a whole number of minutes from 1 to 120. */
  invalid_duration: 400,
  /**
   * User, password, session or Salesforce credentials are wrong. The answer does not reveal which.
   */
  invalid_credentials: 401,
  loginkey_expired: 401,
  /** The login key expires more than a day ahead. */
  loginkey_too_long: 401,
  /** No active API key of the group signed the login key for this user, or the user is unknown. */
  loginkey_bad_signature: 401,
  not_in_group: 403,
  /** The group does not have the service, or the service is unknown. */
  feature_not_enabled: 403,
  /** Too many failed attempts for the account or from the address. */
  rate_limited: 429,
  /** The service failed or is overloaded. A retry may succeed. */
  service_error: 503,
} as const satisfies Record<string, number>;

/** One of {@link AUTHORIZATION_ERRORS}. */
export type AuthorizationErrorCode = keyof typeof AUTHORIZATION_ERRORS;

export interface AuthorizationErrorOptions {
  /** Whole seconds to wait before a retry. */
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * A rejected authorization. Neither its code nor its message holds a credential.
 *
 * @example
 * const getCode = (error: unknown) =>
 *   error instanceof AuthorizationError ? error.code : undefined;
 */
export class AuthorizationError extends Error {
  override readonly name = 'AuthorizationError';
  readonly code: AuthorizationErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: AuthorizationErrorCode,
    message: string,
    options: AuthorizationErrorOptions = {},
  ) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return AUTHORIZATION_ERRORS[this.code];
  }
}
