import type { Permission } from '@mandate/core';
import { isNetwork } from './allowed-addresses.js';
import { isDescription, isEmail, isGroup, isScope } from './fields.js';
import type { TokenIssue } from './token-authority-error.js';

/** The token to create. */
export interface NewToken {
  /** 1 to 500 characters. */
  readonly description: string;
  readonly permission: Permission;
  /** At least one scope, each of 1 to 128 characters (RFC 6749 §3.3). */
  readonly scopes: readonly string[];
  /**
   * The groups of the principal, each one of the authority's `groups`. An `ANONYMOUS` token rejects them. A token
   * that acts as a user has the groups of that user instead. Default: none.
   */
  readonly groups?: readonly string[] | undefined;
  /** The user of a `USER` token, which requires it. Every other permission rejects it. */
  readonly userEmail?: string | undefined;
  /** Default: the token does not expire. */
  readonly expiresAt?: Date | undefined;
  /** IP addresses and networks (CIDR) from which the token may be used. Default: any. */
  readonly allowedAddresses?: readonly string[] | undefined;
}

/** What tokens of an authority may grant. */
export interface AllowedGrants {
  /** `undefined` allows any scope. */
  readonly scopes: ReadonlySet<string> | undefined;
  readonly groups: ReadonlySet<string>;
}

const PERMISSIONS: readonly Permission[] = ['GLOBAL', 'USER', 'ANONYMOUS'];

/**
 * Lists every fault of a token at once. The members may have any type, because JavaScript callers are not
 * checked by the compiler.
 */
export function listIssues(
  token: NewToken,
  { scopes, groups }: AllowedGrants,
  now: Date,
): readonly TokenIssue[] {
  return [
    ...listHolderIssues(token),
    ...listScopeIssues(token, scopes),
    ...listGroupIssues(token, groups),
    ...listLimitIssues(token, now),
  ];
}

function* listHolderIssues(token: NewToken): Generator<TokenIssue> {
  const { description, permission, userEmail } = token;
  if (!isDescription(description)) {
    yield { path: 'description', message: 'the description must have 1 to 500 characters' };
  }
  if (userEmail !== undefined && !isEmail(userEmail)) {
    yield { path: 'userEmail', message: `${quote(userEmail)} is not an e-mail address` };
  }
  if (!PERMISSIONS.includes(permission)) {
    // A misspelt permission would pass the check for super admins.
    yield { path: 'permission', message: 'the permission must be GLOBAL, USER or ANONYMOUS' };
  } else if (permission === 'USER' && userEmail === undefined) {
    yield { path: 'userEmail', message: 'a USER token requires the e-mail address of its user' };
  } else if (permission !== 'USER' && userEmail !== undefined) {
    yield {
      path: 'userEmail',
      message: `a token with permission ${permission} must not have a user`,
    };
  }
}

function* listScopeIssues(
  { scopes }: NewToken,
  allowedScopes: ReadonlySet<string> | undefined,
): Generator<TokenIssue> {
  // A string would be iterated letter by letter.
  const list: readonly string[] = Array.isArray(scopes) ? scopes : [];
  if (list.length === 0) yield { path: 'scopes', message: 'a token requires at least one scope' };
  for (const [i, scope] of list.entries()) {
    if (!isScope(scope) || allowedScopes?.has(scope) === false) {
      yield { path: `scopes.${i}`, message: `${quote(scope)} is not an allowed scope` };
    }
  }
}

function* listGroupIssues(
  { groups = [], permission }: NewToken,
  allowedGroups: ReadonlySet<string>,
): Generator<TokenIssue> {
  if (!Array.isArray(groups)) {
    yield { path: 'groups', message: 'the groups must be a list' };
    return;
  }
  if (groups.length > 0 && permission === 'ANONYMOUS') {
    yield { path: 'groups', message: 'a token with permission ANONYMOUS must not have groups' };
  }
  for (const [i, group] of groups.entries()) {
    if (!isGroup(group) || !allowedGroups.has(group)) {
      yield { path: `groups.${i}`, message: `${quote(group)} is not an allowed group` };
    }
  }
}

function* listLimitIssues(
  { expiresAt, allowedAddresses = [] }: NewToken,
  now: Date,
): Generator<TokenIssue> {
  if (expiresAt !== undefined && !(expiresAt instanceof Date && expiresAt > now)) {
    yield { path: 'expiresAt', message: 'the expiry must be in the future' };
  }
  if (!Array.isArray(allowedAddresses)) {
    yield { path: 'allowedAddresses', message: 'the allowed addresses must be a list' };
    return;
  }
  for (const [i, network] of allowedAddresses.entries()) {
    if (!isNetwork(network)) {
      const message = `${quote(network)} is not an IP address or network`;
      yield { path: `allowedAddresses.${i}`, message };
    }
  }
}

/** Quotes a string. For any other value, which may be deeply nested, names only its type. */
function quote(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : `(${typeof value})`;
}
