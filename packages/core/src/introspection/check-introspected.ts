import { AuthError } from '../auth-error.js';
import { type Claims, getClaim } from '../claims.js';
import { checkAudience, getDate } from '../jwt/check-claims.js';

export interface IntrospectionRules {
  readonly issuer: string;
  readonly audiences: ReadonlySet<string> | null;
}

/**
 * Checks the answer of the server about an active token.
 * @returns when the token expires, in Unix seconds; `undefined` if the answer has no `exp`.
 * @throws AuthError `token_expired`, or `token_invalid` for any other fault.
 */
export function checkIntrospected(
  claims: Claims,
  rules: IntrospectionRules,
  nowMs: number,
): number | undefined {
  const iss = getClaim(claims, 'iss');
  if (iss !== undefined && iss !== rules.issuer) throw invalid('the issuer is not accepted');
  checkAudience(getClaim(claims, 'aud'), rules.audiences);
  const type = getClaim(claims, 'token_type');
  const isBearer = type === undefined || (typeof type === 'string' && /^bearer$/i.test(type));
  // Some servers name the kind of OAuth token here.
  const isAccessToken = type === 'access_token';
  if (!isBearer && !isAccessToken) throw invalid('the token is not a bearer access token');
  if (getClaim(claims, 'cnf') !== undefined) {
    throw invalid('the token is bound to a key (cnf), so it is not a plain bearer token');
  }
  const expiresAt = getDate(claims, 'exp');
  const notBefore = getDate(claims, 'nbf') ?? 0;
  if (expiresAt !== undefined && nowMs >= expiresAt * 1000) {
    throw new AuthError('token_expired', 'the token has expired');
  }
  if (nowMs < notBefore * 1000) throw invalid('the token is not valid yet');
  return expiresAt;
}

function invalid(reason: string): AuthError {
  return new AuthError('token_invalid', reason);
}
