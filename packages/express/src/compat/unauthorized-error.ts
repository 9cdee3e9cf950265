import { DenialError } from '@mandate/core/adapter';

/**
 * A rejection, with the name, codes and messages of express-jwt.
 *
 * @example
 * const isExpired = (error: unknown) =>
 *   error instanceof UnauthorizedError && error.inner.name === 'TokenExpiredError';
 */
export class UnauthorizedError extends Error {
  override readonly name = 'UnauthorizedError';
  readonly code: string;
  readonly status = 401;
  /** `name` is `'TokenExpiredError'` for an expired token. */
  readonly inner: { readonly name: string; readonly message: string };

  constructor(code: string, inner: { readonly name?: string; readonly message: string }) {
    super(inner.message);
    this.code = code;
    this.inner = { name: 'JsonWebTokenError', ...inner };
  }
}

const FORMAT = 'Format is Authorization: Bearer [token]';

/**
 * Converts a rejection of the guard; returns what express-jwt does not know, such as an outage, as it is.
 * @param header the `Authorization` header, if the token is looked for in it.
 */
export function toUnauthorizedError(error: unknown, header: string | undefined): unknown {
  if (!(error instanceof DenialError)) return error;
  switch (error.code) {
    case 'credentials_missing':
      return toMissing(header);
    case 'credentials_malformed':
      return new UnauthorizedError('credentials_bad_format', { message: FORMAT });
    case 'token_expired':
      return new UnauthorizedError('invalid_token', {
        name: 'TokenExpiredError',
        message: 'jwt expired',
      });
    case 'token_invalid':
      return new UnauthorizedError('invalid_token', { message: 'invalid token' });
    default:
      return error;
  }
}

function toMissing(header: string | undefined): UnauthorizedError {
  if (header === undefined || header === '') {
    const message = 'No authorization token was found';
    return new UnauthorizedError('credentials_required', { message });
  }
  const isPair = header.split(' ').length === 2;
  const code = isPair ? 'credentials_bad_scheme' : 'credentials_bad_format';
  return new UnauthorizedError(code, { message: FORMAT });
}
