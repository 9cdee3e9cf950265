/**
 * The codes of {@link TokenError}: every way in which getting a token can fail. The Glance document
 * says only that there is a reason code. This closed set is Mandate's, and its authorization
 * service answers with the same codes.
 */
export const TOKEN_ERROR_CODES = [
  /** Not exactly one complete set of credentials, or nothing to get a token with. */
  'missing_credentials',
  /** The service cannot parse the request; for example, a member is too long. */
  'invalid_request',
  /** The user, password, session or key is wrong. The answer does not reveal which. */
  'invalid_credentials',
  'loginkey_expired',
  /** The login key is valid for longer than the service accepts. */
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
  /** The service is unreachable, or its CORS rules exclude this page. */
  'network',
  'timeout',
  /** The service failed, or its answer holds no usable token. */
  'service_error',
] as const;

/** One of {@link TOKEN_ERROR_CODES}. */
export type TokenErrorCode = (typeof TOKEN_ERROR_CODES)[number];

export function isTokenErrorCode(value: unknown): value is TokenErrorCode {
  return TOKEN_ERROR_CODES.includes(value as TokenErrorCode);
}

/** Details that some failures have. */
export interface TokenErrorOptions {
  /** Seconds to wait before a retry (`rate_limited`), if the service states them. */
  readonly retryAfterSeconds?: number | undefined;
  /** The underlying error. It may quote a request or an answer, so do not log it. */
  readonly cause?: unknown;
}

/**
 * Getting a token failed. `message` never holds a token, a credential or text that the service
 * wrote.
 *
 * @example
 * const isTransient = (error: unknown) => error instanceof TokenError && error.transient;
 */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: TokenErrorCode, message?: string, options: TokenErrorOptions = {}) {
    super(message ?? `no token: ${code}`, options);
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** Whether the same request may succeed later. */
  get transient(): boolean {
    return TRANSIENT.includes(this.code);
  }
}

const TRANSIENT: readonly TokenErrorCode[] = [
  'rate_limited',
  'network',
  'timeout',
  'service_error',
];

/** Converts any error of a `fetchToken` to the one error of this package. */
export function toTokenError(error: unknown): TokenError {
  if (error instanceof TokenError) return error;
  return new TokenError('service_error', undefined, { cause: error });
}
