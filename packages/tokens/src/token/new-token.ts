import type { Permission } from '@mandate/core';
import { isNetwork } from './allowed-addresses.js';
import type { TokenIssue } from './authority-error.js';
import { isDescription, isEmail, isScope } from './fields.js';

/** What a new token is to be. */
export interface NewToken {
  readonly description: string;
  readonly permission: Permission;
  /** At least one. */
  readonly scopes: readonly string[];
  /** Required for `USER`, and only for it. */
  readonly userEmail?: string | undefined;
  /** Default: never. */
  readonly expiresAt?: Date | undefined;
  /** Addresses in CIDR notation it may be used from. Default: any. */
  readonly allowedAddresses?: readonly string[] | undefined;
}

const PERMISSIONS: readonly Permission[] = ['GLOBAL', 'USER', 'ANONYMOUS'];

/**
 * Everything that is wrong with a token, so that nobody finds one fault after the other. In plain
 * JavaScript its members may be anything.
 */
export function listIssues(
  token: NewToken,
  knownScopes: ReadonlySet<string> | undefined,
  now: Date,
): readonly TokenIssue[] {
  return [
    ...listHolderIssues(token),
    ...listScopeIssues(token, knownScopes),
    ...listLimitIssues(token, now),
  ];
}

function* listHolderIssues(token: NewToken): Generator<TokenIssue> {
  const { description, permission, userEmail } = token;
  if (!isDescription(description)) {
    yield { path: 'description', message: 'the description must have 1 to 500 characters' };
  }
  if (userEmail !== undefined && !isEmail(userEmail)) {
    yield { path: 'userEmail', message: `${quote(userEmail)} is no e-mail address` };
  }
  if (!PERMISSIONS.includes(permission)) {
    // Under any other name a token would be good for more than its admin may issue.
    yield { path: 'permission', message: 'the permission must be GLOBAL, USER or ANONYMOUS' };
  } else if (permission === 'USER' && userEmail === undefined) {
    yield { path: 'userEmail', message: 'a USER token needs the e-mail address of its user' };
  } else if (permission !== 'USER' && userEmail !== undefined) {
    yield { path: 'userEmail', message: `${permission} tokens have no user` };
  }
}

function* listScopeIssues(
  { scopes }: NewToken,
  knownScopes: ReadonlySet<string> | undefined,
): Generator<TokenIssue> {
  // A string would be taken for a list of its letters.
  const list: readonly string[] = Array.isArray(scopes) ? scopes : [];
  if (list.length === 0) yield { path: 'scopes', message: 'a token needs at least one scope' };
  for (const [i, scope] of list.entries()) {
    if (!isScope(scope) || knownScopes?.has(scope) === false) {
      yield { path: `scopes.${i}`, message: `there is no scope ${quote(scope)}` };
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
      const message = `${quote(network)} is no address or network`;
      yield { path: `allowedAddresses.${i}`, message };
    }
  }
}

/** A text as it was sent; of anything else, which may be too deep to be shown, what it is. */
function quote(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : `(${typeof value})`;
}
