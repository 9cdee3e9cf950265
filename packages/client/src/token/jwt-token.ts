import type { IssuedToken } from './token-answer.js';
import { TokenError } from './token-error.js';

/** A token as `auth.getJwtToken` answers it (Genesys, Service Client API). */
export interface JwtToken {
  /** When it expires by the server's clock: ISO 8601, UTC, milliseconds. */
  readonly expiration: string;
  readonly jwtToken: string;
}

/** @throws TokenError `service_error` if nothing says when the token expires. */
export function toJwtToken({ token, expirationMs }: IssuedToken): JwtToken {
  if (!Number.isFinite(expirationMs)) {
    throw new TokenError('service_error', 'nothing says when the token expires');
  }
  return { expiration: new Date(expirationMs).toISOString(), jwtToken: token };
}
