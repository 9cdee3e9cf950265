import { AuthError } from './auth-error.js';
import type { Claims } from './claims.js';

/**
 * On whose behalf a token may be used: any user that the request names (`GLOBAL`), the token's own user
 * (`USER`; every OAuth/SSO token), or no user (`ANONYMOUS`).
 */
export type Permission = 'GLOBAL' | 'USER' | 'ANONYMOUS';

export function isPermission(value: unknown): value is Permission {
  return value === 'GLOBAL' || value === 'USER' || value === 'ANONYMOUS';
}

/** The party that sends the request on behalf of the subject (RFC 8693 §4.1). */
export interface Actor {
  readonly subject: string;
  /** The actor before this one in the chain of delegation, nested as in RFC 8693. */
  readonly actor?: Actor | undefined;
}

/**
 * The year 33658 in Unix seconds. A larger value is in milliseconds, which exceed this for every date since
 * 2001.
 */
const MAX_SECONDS = 1e12;

/**
 * Who is calling and what they may do. Frozen, and shared between the requests of one token. `TokenClaims` is
 * the type of its claims, which a guard infers from its verifiers.
 */
export interface Principal<TokenClaims extends object = Claims> {
  /** The person or client the request is for. After act-as: the person acted for. */
  readonly subject: string;
  /** The holder of the token, if the holder is not the subject. */
  readonly actor: Actor | undefined;
  readonly permission: Permission;
  /** What the token was granted; `'all'` for identity providers that issue no scopes. */
  readonly scopes: readonly string[] | 'all';
  /** The groups of the subject, as strings (`12345` and `"12345"` are one group). */
  readonly groups: readonly string[];
  /**
   * `jti`, or the id of the record of a token of `@mandate/tokens`, to find it in an audit trail. Never the
   * token.
   */
  readonly tokenId: string | undefined;
  readonly issuer: string | undefined;
  /**
   * Unix time in seconds from which the token is rejected, clock tolerance included; `undefined` if it does
   * not expire. The guard enforces it for every verifier.
   */
  readonly expiresAt: number | undefined;
  /**
   * All claims of the token, verified and frozen; empty for an opaque token, and for `PUBLIC_PRINCIPAL`,
   * whatever their type says.
   */
  readonly claims: TokenClaims;
}

/**
 * The principal of a request to a `'public'` endpoint. It has no scopes and no groups, and a token in the
 * request is ignored.
 */
export const PUBLIC_PRINCIPAL: Principal = Object.freeze({
  subject: 'anonymous',
  actor: undefined,
  permission: 'ANONYMOUS',
  scopes: Object.freeze([]),
  groups: Object.freeze([]),
  tokenId: undefined,
  issuer: undefined,
  expiresAt: undefined,
  claims: Object.freeze({}),
});

/**
 * Checks the properties of a verifier's result that the guard uses. A string instead of a list of scopes or
 * groups would grant each of its substrings.
 * @throws AuthError `token_invalid` for `undefined` and `null`, which mean that the token is unknown.
 * @throws TypeError if the result is not a principal.
 */
export function checkPrincipal(value: Principal<object>): void {
  if (value === undefined || value === null) {
    throw new AuthError('token_invalid', 'the verifier does not know the token');
  }
  const { subject, permission, scopes, groups, expiresAt } = value;
  if (typeof subject !== 'string' || subject === '')
    throw malformed('subject', 'a non-empty string');
  if (!isPermission(permission)) throw malformed('permission', 'GLOBAL, USER or ANONYMOUS');
  if (scopes !== 'all' && !Array.isArray(scopes)) throw malformed('scopes', "a list or 'all'");
  if (!Array.isArray(groups)) throw malformed('groups', 'a list');
  if (expiresAt !== undefined && !isDate(expiresAt)) {
    throw malformed('expiresAt', 'Unix time in seconds, or undefined');
  }
}

/**
 * Checked for every verifier, so that a verifier that remembers principals cannot admit an expired one.
 * @throws AuthError `token_expired`; `token_invalid` without an expiry, if one is required.
 */
export function checkExpiry(
  expiresAt: number | undefined,
  nowMs: number,
  isRequired: boolean,
): void {
  if (expiresAt !== undefined) {
    if (nowMs < expiresAt * 1000) return;
    throw new AuthError('token_expired', 'the token has expired');
  }
  if (isRequired) throw new AuthError('token_invalid', 'the token does not expire (requireExpiry)');
}

function isDate(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_SECONDS;
}

function malformed(member: string, allowed: string): TypeError {
  return new TypeError(`a verifier returned a malformed principal: ${member} must be ${allowed}`);
}
