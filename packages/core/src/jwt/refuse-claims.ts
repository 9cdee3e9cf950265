import { isPromise } from '@mandate/internal/maybe-promise';
import { AuthError } from '../auth-error.js';
import type { Claims, JwtClaims } from '../claims.js';
import type { JwtIssuer } from './jwt-issuer.js';

/**
 * Returns a check that throws AuthError `token_invalid` with the reason that `refuseClaims` returns.
 * It throws TypeError for anything but a reason or `undefined`: `false` could mean both.
 */
export function createRefusal(
  refuseClaims: JwtIssuer['refuseClaims'],
): ((claims: Claims) => void) | undefined {
  if (refuseClaims === undefined) return undefined;
  return (claims) => {
    const reason: unknown = refuseClaims(claims as JwtClaims);
    if (reason === undefined) return;
    if (typeof reason === 'string' && reason !== '') throw new AuthError('token_invalid', reason);
    // Otherwise its rejection would end the process.
    if (isPromise(reason)) reason.then(undefined, () => {});
    throw new TypeError('JwtIssuer: refuseClaims must return a reason or undefined');
  };
}
