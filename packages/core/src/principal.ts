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
  /** Unix time in seconds after which the token is refused; absent if it does not expire. */
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
