/** A request to a provider. The browser sends `authorize`; this server sends the others. */
export type ProviderOperation =
  | 'authorize'
  | 'exchange'
  | 'refresh'
  | 'client_credentials'
  | 'revoke';

/**
 * Why a request to a provider failed.
 *
 * | code | meaning |
 * |---|---|
 * | `unavailable` | no answer, 5xx, 429, too many log-ins, or an error that is not known |
 * | `busy` | the provider is still processing another request with this token |
 * | `address_rejected` | the provider rejects this server's IP address |
 * | `client_rejected` | the provider rejects the client's id, secret or registration |
 * | `grant_rejected` | the provider rejects the code or the refresh token, or a person must log in or consent |
 * | `response_invalid` | the answer is 2xx, but has no usable bearer token (RFC 6749 §5.1) |
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
 *
 * @example
 * const onError = (error: unknown) => {
 *   if (error instanceof ProviderFailure) console.warn(error.connectionId, error.code);
 * };
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
  /** The provider asked not to send another request before this time, in Unix milliseconds. */
  readonly notBeforeMs?: number | undefined;
}

/** Words of letters of one case, like `invalid_grant`. Tokens and other random text do not look so. */
const ERROR_CODE = /^(?=.{1,64}$)(?:[a-z]+(?:[_.-][a-z]+)*|[A-Z]+(?:[_.-][A-Z]+)*)$/;

/** Returns an error code if it is safe to log. Any other text may repeat a token that was sent. */
export function toSafeErrorCode(error: string): string | undefined {
  return ERROR_CODE.test(error) ? error : undefined;
}
