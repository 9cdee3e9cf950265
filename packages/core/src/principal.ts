import { AuthError } from './auth-error.js';
import type { Claims } from './claims.js';

/**
 * On whose behalf a token may be used: any user that the request names (`GLOBAL`), its own user
 * (`USER`; every OAuth/SSO token), or nobody in particular (`ANONYMOUS`).
 */
export type Permission = 'GLOBAL' | 'USER' | 'ANONYMOUS';

export function isPermission(value: unknown): value is Permission {
  return value === 'GLOBAL' || value === 'USER' || value === 'ANONYMOUS';
}

/** Who really sends the request when the subject is somebody else (RFC 8693 §4.1). */
export interface Actor {
  readonly subject: string;
  /** Who acts for this actor in turn, outermost first, as RFC 8693 nests `act` claims. */
  readonly actor?: Actor | undefined;
}

/** Seconds until the year 33658. Every date since 2001 is more in milliseconds. */
const MAX_SECONDS = 1e12;

/** Who is calling and what they may do. Frozen, and shared between the requests of one token. */
export interface Principal {
  /** The person or client the request is for. After act-as: the person acted for. */
  readonly subject: string;
  /** The token's holder, when that is not the subject. */
  readonly actor: Actor | undefined;
  readonly permission: Permission;
  /** What the token was granted; `'all'` for identity providers that issue no scopes. */
  readonly scopes: readonly string[] | 'all';
  /** The groups of the subject, as strings (`12345` and `"12345"` are one group). */
  readonly groups: readonly string[];
  /** `jti` or the record's id; what to look for in an audit trail. Never the token. */
  readonly tokenId: string | undefined;
  readonly issuer: string | undefined;
  /**
   * Unix time in seconds from which on the token is refused, clock tolerance included; absent if it does
   * not expire. The guard enforces it, whichever verifier made the principal.
   */
  readonly expiresAt: number | undefined;
  /** Everything the token says, verified and frozen; empty for a token that says nothing. */
  readonly claims: Claims;
}

/**
 * The principal of a request that needed no token: the endpoint is `'public'`. It has no scope and no
 * group, and any token the request carried was not looked at.
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
 * Checks what a verifier returned as far as the guard decides by it. A text instead of a list of scopes or
 * groups would grant every part of it.
 * @throws AuthError `token_invalid` for `undefined` and `null`, a verifier's way of not knowing the token.
 * @throws TypeError if it is not a principal.
 */
export function checkPrincipal(value: Principal): void {
  if (value === undefined || value === null) {
    throw new AuthError('token_invalid', 'the verifier knows no principal of the token');
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

function isDate(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_SECONDS;
}

function malformed(member: string, allowed: string): TypeError {
  return new TypeError(`a verifier returned a malformed principal: ${member} must be ${allowed}`);
}
