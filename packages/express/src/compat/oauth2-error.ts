import { DenialError } from '@mandate/core/adapter';

/**
 * A rejection, with the members that express-oauth2-jwt-bearer gives its errors.
 *
 * @example
 * const toStatus = (error: unknown) => (error instanceof UnauthorizedError ? error.status : 500);
 */
export class UnauthorizedError extends Error {
  override readonly name: string = 'UnauthorizedError';
  readonly status: number = 401;
  readonly statusCode: number = 401;
  readonly code: string | undefined = undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(error: DenialError) {
    super(error.message, { cause: error });
    this.headers = { 'WWW-Authenticate': error.headers['www-authenticate'] ?? 'Bearer' };
  }
}

/**
 * The request has no single, well-formed token.
 *
 * @example
 * const isInvalidRequest = (error: unknown) => error instanceof InvalidRequestError;
 */
export class InvalidRequestError extends UnauthorizedError {
  override readonly name = 'InvalidRequestError';
  override readonly status = 400;
  override readonly statusCode = 400;
  override readonly code = '';
}

/**
 * The token is invalid or expired, or a claim is not as required.
 *
 * @example
 * const isInvalidToken = (error: unknown) => error instanceof InvalidTokenError;
 */
export class InvalidTokenError extends UnauthorizedError {
  override readonly name = 'InvalidTokenError';
  override readonly code = 'invalid_token';
}

/**
 * The token lacks a scope.
 *
 * @example
 * const isInsufficientScope = (error: unknown) => error instanceof InsufficientScopeError;
 */
export class InsufficientScopeError extends UnauthorizedError {
  override readonly name = 'InsufficientScopeError';
  override readonly status = 403;
  override readonly statusCode = 403;
  override readonly code = 'insufficient_scope';
}

/**
 * Converts a rejection of the guard; returns what the SDK does not know, such as an outage, as it is.
 * @param header the `Authorization` header.
 */
export function toOAuth2Error(error: unknown, header: string | undefined): unknown {
  if (!(error instanceof DenialError)) return error;
  switch (error.code) {
    case 'credentials_missing':
      return header === undefined ? new UnauthorizedError(error) : new InvalidRequestError(error);
    case 'credentials_malformed':
      return new InvalidRequestError(error);
    case 'scope_required':
      return new InsufficientScopeError(error);
    case 'token_invalid':
    case 'token_expired':
    case 'condition_failed':
      return new InvalidTokenError(error);
    default:
      return error;
  }
}
