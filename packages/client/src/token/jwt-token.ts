import type { TimedToken } from './token-answer.js';
import { TokenError } from './token-error.js';

/** A token as `auth.getJwtToken` returns it (Genesys, Service Client API). */
export interface JwtToken {
  /** When the token expires by the server's clock: ISO 8601, UTC, milliseconds. */
  readonly expiration: string;
  readonly jwtToken: string;
}

/** @throws TokenError `service_error` if the expiration is unknown. */
export function toJwtToken({ token, expirationMs }: TimedToken): JwtToken {
  if (!Number.isFinite(expirationMs)) {
    throw new TokenError('service_error', 'the expiration is unknown');
  }
  return { expiration: new Date(expirationMs).toISOString(), jwtToken: token };
}
