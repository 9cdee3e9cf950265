import type { ClaimValue, JwtClaims } from '../claims.js';
import { toScopeList } from './claim-values.js';

/**
 * The scopes of a delegated token, and the app roles of an app-only one. The roles of a delegated token
 * belong to the user, and would give a client more than was consented to.
 */
export function toEntraScopes({ scp, roles }: JwtClaims): ClaimValue {
  return scp === undefined ? toScopeList(roles) : toScopeList(scp);
}

/** Rejects ID tokens, whose `aud` may be the same as that of access tokens, and tokens of two kinds at once. */
export function rejectEntraToken({ azp, appid, idtyp, scp }: JwtClaims): string | undefined {
  if (azp === undefined && appid === undefined) {
    return 'the token names no client (azp, appid), so it is an ID token';
  }
  if (idtyp === 'app' && scp !== undefined) return 'an app-only token has "scp"';
  if (idtyp === 'user' && scp === undefined) return 'the token of a user has no "scp"';
  return undefined;
}
