/** A request to a provider. The browser sends `authorize`; this server sends the others. */
export type ProviderOperation = 'authorize' | 'exchange' | 'refresh' | 'revoke';

/**
 * Why a request to a provider failed.
 *
 * | code | meaning |
 * |---|---|
 * | `unavailable` | no answer, 5xx, 429, or an answer that is not an error of RFC 6749 §5.2 |
 * | `busy` | the provider is still processing another request with this token |
 * | `address_rejected` | the provider rejects this server's IP address |
 * | `client_rejected` | the provider rejects the client's id, secret or registration |
 * | `grant_rejected` | the provider rejects the code or the refresh token |
 * | `response_invalid` | the answer is 200, but does not follow RFC 6749 §5.1 |
 * | `authorization_rejected` | the authorization endpoint answered the browser with an error |
 */
export type ProviderFailureCode =
  | 'unavailable'
  | 'busy'
  | 'address_rejected'
  | 'client_rejected'
  | 'grant_rejected'
  | 'response_invalid'
  | 'authorization_rejected';

/** The parts of an answer that are safe to log. */
export interface ProviderAnswer {
  /** HTTP status; `undefined` if there was no answer. */
  readonly status: number | undefined;
  /** `error` of RFC 6749 §5.2, if it looks like a code: words of letters of one case, at most 64 characters. */
  readonly error: string | undefined;
}

/**
 * A failed request to a provider, for the application's log. It holds codes only: no token, no secret
 * and no other text from the provider, which may repeat what it was sent.
 */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  readonly connectionId: string;
  readonly operation: ProviderOperation;
  readonly code: ProviderFailureCode;
  /** HTTP status; `undefined` if there was no answer. */
  readonly status: number | undefined;
  /** The provider's `error` (RFC 6749 §5.2), if it looks like a code. */
  readonly error: string | undefined;

  constructor(connectionId: string, operation: ProviderOperation, problem: ProviderProblem) {
    const { code, status, error } = problem;
    const shown = [code, status && `status ${status}`, error && `error ${error}`];
    super(`connection ${connectionId}: ${operation}: ${shown.filter(Boolean).join(', ')}`);
    this.connectionId = connectionId;
    this.operation = operation;
    this.code = code;
    this.status = status;
    this.error = error;
  }
}

export interface ProviderProblem extends ProviderAnswer {
  readonly code: ProviderFailureCode;
  /** Whether the provider may have carried out the request although no usable answer arrived. */
  readonly mayHaveWorked: boolean;
}

/** `error` and a pattern of its description → code. The first match counts. */
const ERRORS: readonly (readonly [string, RegExp, ProviderFailureCode])[] = [
  ['invalid_grant', /already being processed/, 'busy'],
  ['invalid_grant', /\bip\b/, 'address_rejected'],
  ['invalid_grant', /(?:)/, 'grant_rejected'],
  // Salesforce: the user or the organization is deactivated.
  ['inactive_user', /(?:)/, 'grant_rejected'],
  ['inactive_org', /(?:)/, 'grant_rejected'],
  ['invalid_client', /(?:)/, 'client_rejected'],
  ['invalid_client_id', /(?:)/, 'client_rejected'],
  ['invalid_client_credentials', /(?:)/, 'client_rejected'],
  ['unauthorized_client', /(?:)/, 'client_rejected'],
  ['unsupported_grant_type', /(?:)/, 'client_rejected'],
];

/** Salesforce answers a second, concurrent refresh with this description. */
const REFRESH_ERRORS: typeof ERRORS = [
  ['invalid_grant', /expired authorization code/, 'busy'],
  // A refresh request is the same for every user, so the client's registration must be at fault.
  ['invalid_request', /(?:)/, 'client_rejected'],
  ['invalid_scope', /(?:)/, 'client_rejected'],
];

/** In an exchange, these errors concern the code and its redirect URI. */
const EXCHANGE_ERRORS: typeof ERRORS = [
  ['invalid_request', /(?:)/, 'grant_rejected'],
  ['invalid_scope', /(?:)/, 'grant_rejected'],
  ['redirect_uri_mismatch', /(?:)/, 'grant_rejected'],
];

/** Maps an answer other than 200 to a problem. */
export function toProviderProblem(
  operation: ProviderOperation,
  status: number,
  text: string,
): ProviderProblem {
  const { error, description } = parseErrorBody(text);
  const table = [...(operation === 'refresh' ? REFRESH_ERRORS : EXCHANGE_ERRORS), ...ERRORS];
  const isClientError = status >= 400 && status < 500 && status !== 429;
  const row = table.find(([code, pattern]) => code === error && pattern.test(description));
  return {
    code: (isClientError && row?.[2]) || 'unavailable',
    // `busy` means that the provider is processing an earlier request.
    mayHaveWorked: status >= 500 || row?.[2] === 'busy',
    status,
    error,
  };
}

/** Words of letters of one case, like `invalid_grant`. Tokens and other random text do not look so. */
const ERROR_CODE = /^(?=.{1,64}$)(?:[a-z]+(?:[_.-][a-z]+)*|[A-Z]+(?:[_.-][A-Z]+)*)$/;

/** Returns an error code if it is safe to log. Any other text may repeat a token that was sent. */
export function toSafeErrorCode(error: string): string | undefined {
  return ERROR_CODE.test(error) ? error : undefined;
}

/** Parses an error response (RFC 6749 §5.2). Any other body yields no error code. */
function parseErrorBody(text: string): { error: string | undefined; description: string } {
  try {
    const { error, error_description } = JSON.parse(text) ?? {};
    return {
      error: typeof error === 'string' ? toSafeErrorCode(error) : undefined,
      description: typeof error_description === 'string' ? error_description.toLowerCase() : '',
    };
  } catch {
    return { error: undefined, description: '' };
  }
}
