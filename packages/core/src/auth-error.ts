import type { StepUpRule } from './step-up-rule.js';

/** The `error` attribute of a challenge (RFC 6750 §3.1, RFC 9470 §3), for refusals that have one. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication';

interface ErrorRow {
  readonly status: number;
  readonly oauthError?: OAuthErrorCode;
  /** Sent to the caller. It never depends on the content of the token. */
  readonly detail: string;
}

/**
 * Every refusal: code → status → RFC 6750 `error` → the text for the caller. An error that is not in this
 * table is not a refusal, and goes to the host's own error handling.
 */
export const AUTH_ERRORS = {
  credentials_missing: {
    status: 401,
    detail: 'The request has no bearer token.',
  },
  credentials_malformed: {
    status: 400,
    oauthError: 'invalid_request',
    detail: 'The request must carry exactly one well-formed bearer token.',
  },
  path_ambiguous: {
    status: 400,
    oauthError: 'invalid_request',
    detail: 'The path can be read in more than one way.',
  },
  token_invalid: {
    status: 401,
    oauthError: 'invalid_token',
    detail: 'The access token is not valid here.',
  },
  token_expired: {
    status: 401,
    oauthError: 'invalid_token',
    detail: 'The access token has expired.',
  },
  token_revoked: {
    status: 401,
    oauthError: 'invalid_token',
    detail: 'The access token has been revoked.',
  },
  act_as_required: {
    status: 400,
    oauthError: 'invalid_request',
    detail: 'This token must name the user it acts as.',
  },
  act_as_malformed: {
    status: 400,
    oauthError: 'invalid_request',
    detail: 'The user to act as must be one e-mail address.',
  },
  act_as_forbidden: {
    status: 400,
    oauthError: 'invalid_request',
    detail: 'This token must not name a user to act as.',
  },
  act_as_unknown: {
    status: 401,
    detail: 'The user to act as is not known.',
  },
  group_missing: {
    status: 400,
    oauthError: 'invalid_request',
    detail: 'The request does not name its group.',
  },
  group_conflict: {
    status: 400,
    oauthError: 'invalid_request',
    detail: 'The request names more than one group.',
  },
  group_mismatch: {
    status: 403,
    detail: 'The token is not for this group.',
  },
  scope_required: {
    status: 403,
    oauthError: 'insufficient_scope',
    detail: 'The token lacks a scope that this endpoint requires.',
  },
  authentication_insufficient: {
    status: 401,
    oauthError: 'insufficient_user_authentication',
    detail: 'This endpoint requires a stronger or more recent authentication.',
  },
  endpoint_unmapped: {
    status: 403,
    detail: 'No rule allows this endpoint.',
  },
  anonymous_not_allowed: {
    status: 403,
    detail: 'This endpoint does not serve anonymous tokens.',
  },
  condition_failed: {
    status: 403,
    detail: 'The request does not meet a condition of this endpoint.',
  },
  cross_site: {
    status: 403,
    detail: 'A page of another site must not send this request.',
  },
  address_not_allowed: {
    status: 403,
    detail: 'The token may not be used from this address.',
  },
  verifier_unavailable: {
    status: 503,
    detail: 'The token cannot be verified right now.',
  },
} as const satisfies Record<string, ErrorRow>;

/** The code of a row in the error table. */
export type AuthErrorCode = keyof typeof AUTH_ERRORS;

/** Each HTTP status in the error table. */
export type AuthErrorStatus = (typeof AUTH_ERRORS)[AuthErrorCode]['status'];

/** Names and values for an operator. No value may be a token, a key or a secret. */
export type RefusalDetails = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Properties that only some refusals have. */
export interface AuthErrorOptions {
  /** The scopes the endpoint requires (`scope_required`); sent as the challenge's `scope` attribute. */
  readonly requiredScopes?: readonly string[] | undefined;
  /** How the user must authenticate (`authentication_insufficient`); sent as `acr_values` and `max_age`. */
  readonly stepUp?: StepUpRule | undefined;
  /** Seconds after which the client should retry (`verifier_unavailable`); sent as `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined;
  /**
   * What an operator needs in addition to the reason, such as the audience that was expected. It is never sent.
   */
  readonly details?: RefusalDetails | undefined;
  /** The underlying error, for logs. It is never sent. */
  readonly cause?: unknown;
}

/** Registered globally, so that two copies of this package recognize each other's refusals. */
const AUTH_ERROR = Symbol.for('mandate.auth-error');

/** Whether a value is a refusal, from this copy of the package or from another one. */
export function isAuthError(value: unknown): value is AuthError {
  return typeof value === 'object' && value !== null && AUTH_ERROR in value;
}

/**
 * A refusal. Misuse of the API is a `TypeError` instead, and every other error that is thrown while deciding
 * goes to the host's own error handling.
 *
 * `message` is the reason, for logs. It never contains a token, a key or the value of a claim, and it is never
 * sent: the caller receives the `detail` of the code's row.
 *
 * @example
 * const verifier: TokenVerifier = {
 *   accepts: ({ token }) => token.startsWith('legacy-'),
 *   verify() {
 *     throw new AuthError('token_revoked', 'legacy tokens are no longer accepted');
 *   },
 * };
 */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;
  /** The HTTP status of the refusal. */
  readonly status: AuthErrorStatus;
  /** The RFC 6750 `error` code; `undefined` if the RFC requires a bare challenge or no challenge. */
  readonly oauthError: OAuthErrorCode | undefined;
  /** Sent to the caller. */
  readonly detail: string;
  readonly requiredScopes: readonly string[] | undefined;
  readonly stepUp: StepUpRule | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** For logs, and never sent. */
  readonly details: RefusalDetails | undefined;

  constructor(code: AuthErrorCode, reason?: string, options: AuthErrorOptions = {}) {
    const row: ErrorRow & { readonly status: AuthErrorStatus } = AUTH_ERRORS[code];
    super(reason ?? row.detail, options.cause === undefined ? undefined : { cause: options.cause });
    Object.defineProperty(this, AUTH_ERROR, { value: true });
    this.code = code;
    this.status = row.status;
    this.oauthError = row.oauthError;
    this.detail = row.detail;
    this.requiredScopes = options.requiredScopes;
    this.stepUp = options.stepUp;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.details = options.details;
  }
}
