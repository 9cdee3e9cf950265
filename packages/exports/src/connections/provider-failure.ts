/** What was asked of a provider: `authorize` is the browser's part, the others are this server's. */
export type ProviderOperation = 'authorize' | 'exchange' | 'refresh' | 'revoke';

/**
 * How a provider failed.
 *
 * | code | meaning |
 * |---|---|
 * | `unavailable` | no answer, 5xx, 429, or an answer that is no error of RFC 6749 §5.2 |
 * | `busy` | another request with this token is being answered |
 * | `address_rejected` | this server's IP address may not ask |
 * | `client_rejected` | the client's id, secret or registration |
 * | `grant_rejected` | the code or the refresh token |
 * | `response_invalid` | 200 with something else than RFC 6749 §5.1 says |
 * | `authorization_rejected` | the authorization endpoint sent the browser back with an error |
 */
export type ProviderFailureCode =
  | 'unavailable'
  | 'busy'
  | 'address_rejected'
  | 'client_rejected'
  | 'grant_rejected'
  | 'response_invalid'
  | 'authorization_rejected';

/** What came back, by what can be shown of it. */
export interface ProviderSignal {
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined;
  /** `error` of RFC 6749 §5.2, if it is one in form: words of letters of one case, 64 characters at most. */
  readonly error: string | undefined;
}

/** For the application's log: what a provider refused, in codes. It holds no token, no secret and no text of the provider's. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  readonly connectionId: string;
  readonly operation: ProviderOperation;
  readonly code: ProviderFailureCode;
  readonly status: number | undefined;
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

export interface ProviderProblem extends ProviderSignal {
  readonly code: ProviderFailureCode;
  /** Whether the provider may have done what it was asked, and the answer was lost. */
  readonly mayHaveWorked: boolean;
}

/** `error` and what its description holds → what that means. The first that fits counts. */
const ERRORS: readonly (readonly [string, RegExp, ProviderFailureCode])[] = [
  ['invalid_grant', /already being processed/, 'busy'],
  ['invalid_grant', /\bip\b/, 'address_rejected'],
  ['invalid_grant', /(?:)/, 'grant_rejected'],
  // Salesforce: the person or the organization is locked out.
  ['inactive_user', /(?:)/, 'grant_rejected'],
  ['inactive_org', /(?:)/, 'grant_rejected'],
  ['invalid_client', /(?:)/, 'client_rejected'],
  ['invalid_client_id', /(?:)/, 'client_rejected'],
  ['invalid_client_credentials', /(?:)/, 'client_rejected'],
  ['unauthorized_client', /(?:)/, 'client_rejected'],
  ['unsupported_grant_type', /(?:)/, 'client_rejected'],
];

/** When Salesforce first refused a second refresh at the same time, it said this about the first. */
const REFRESH_ERRORS: typeof ERRORS = [
  ['invalid_grant', /expired authorization code/, 'busy'],
  // What is asked does not depend on the person: it is the registration that does not allow it.
  ['invalid_request', /(?:)/, 'client_rejected'],
  ['invalid_scope', /(?:)/, 'client_rejected'],
];

/** Of an exchange everything else is about the code and what came with it. */
const EXCHANGE_ERRORS: typeof ERRORS = [
  ['invalid_request', /(?:)/, 'grant_rejected'],
  ['invalid_scope', /(?:)/, 'grant_rejected'],
  ['redirect_uri_mismatch', /(?:)/, 'grant_rejected'],
];

/** Reads an answer that is not 200. */
export function readProviderProblem(
  operation: ProviderOperation,
  status: number,
  text: string,
): ProviderProblem {
  const { error, description } = readError(text);
  const table = [...(operation === 'refresh' ? REFRESH_ERRORS : EXCHANGE_ERRORS), ...ERRORS];
  const isRefusal = status >= 400 && status < 500 && status !== 429;
  const row = table.find(([code, pattern]) => code === error && pattern.test(description));
  return {
    code: (isRefusal && row?.[2]) || 'unavailable',
    // A second request that came too early says that the first one is at work.
    mayHaveWorked: status >= 500 || row?.[2] === 'busy',
    status,
    error,
  };
}

/** Words of letters of one case, as codes are and what is made by chance is not: `invalid_grant`. */
const ERROR_CODE = /^(?=.{1,64}$)(?:[a-z]+(?:[_.-][a-z]+)*|[A-Z]+(?:[_.-][A-Z]+)*)$/;

/** An error code that can be shown: what is none in form may be anything, a token that was sent as well. */
export function readErrorCode(error: string): string | undefined {
  return ERROR_CODE.test(error) ? error : undefined;
}

/** RFC 6749 §5.2. Salesforce's REST API sends an array instead, which is none. */
function readError(text: string): { error: string | undefined; description: string } {
  try {
    const { error, error_description } = JSON.parse(text) ?? {};
    return {
      error: typeof error === 'string' ? readErrorCode(error) : undefined,
      description: typeof error_description === 'string' ? error_description.toLowerCase() : '',
    };
  } catch {
    return { error: undefined, description: '' };
  }
}
