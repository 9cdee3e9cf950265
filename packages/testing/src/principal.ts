import type { Actor, Claims, Permission, Principal } from '@mandate/core';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { deepFreeze } from './deep-freeze.js';
import { TEST_ISSUER } from './test-issuer-url.js';

/** What a principal of a test has. Every member has a default. */
export interface PrincipalOptions<TokenClaims extends object = Claims> {
  /** Default `'test-user'`. */
  readonly subject?: string | undefined;
  /** Who sends the request on behalf of the subject: a subject, or a chain of actors. Default: none. */
  readonly actor?: string | Actor | undefined;
  /**
   * Default `'USER'`. A `GLOBAL` principal is the holder of a token: each request must name the user to act as,
   * as it must with a real token.
   */
  readonly permission?: Permission | undefined;
  /** Default: none, so that only endpoints without scopes allow it. `'all'` has every scope. */
  readonly scopes?: readonly string[] | 'all' | undefined;
  /** Default: none. Numbers become strings. */
  readonly groups?: readonly (string | number)[] | undefined;
  /** Default `'test-token'`. */
  readonly tokenId?: string | undefined;
  /** Default `https://issuer.test.invalid/`. */
  readonly issuer?: string | undefined;
  /** Unix time in seconds, which the guard compares with its clock. Default: it does not expire. */
  readonly expiresAt?: number | undefined;
  /** Default: none. They are not derived from the other members. */
  readonly claims?: TokenClaims | undefined;
}

const OPTIONS: OptionNames<PrincipalOptions> = {
  subject: true,
  actor: true,
  permission: true,
  scopes: true,
  groups: true,
  tokenId: true,
  issuer: true,
  expiresAt: true,
  claims: true,
};

const PERMISSIONS: readonly unknown[] = ['GLOBAL', 'USER', 'ANONYMOUS'];

/**
 * Makes a principal as a verifier would return it: frozen, with all members. Use it with `createTestGuard`, and
 * for functions of your own that take a principal.
 *
 * @throws TypeError if a member is unknown or has the wrong type.
 *
 * @example
 * const reader = principal({ subject: 'ada@example.com', scopes: ['DOCUMENTS'] });
 */
export function principal<const TokenClaims extends object = Claims>(
  options: PrincipalOptions<TokenClaims> = {},
): Principal<TokenClaims> {
  checkOptions<PrincipalOptions<object>>('principal', options, OPTIONS);
  const { subject = 'test-user', permission = 'USER', scopes = [], groups = [] } = options;
  const { actor, tokenId = 'test-token', issuer = TEST_ISSUER, expiresAt, claims = {} } = options;
  checkMember('permission', PERMISSIONS.includes(permission), 'GLOBAL, USER or ANONYMOUS');
  checkMember('scopes', scopes === 'all' || isListOf(scopes, isText), "a list of strings or 'all'");
  checkMember('groups', isListOf(groups, isGroup), 'a list of non-empty strings and integers');
  for (const [name, value] of Object.entries({ subject, tokenId, issuer })) {
    checkMember(name, isText(value), 'a non-empty string');
  }
  checkMember('expiresAt', expiresAt === undefined || isUnixSeconds(expiresAt), 'Unix seconds');
  checkMember('claims', typeof claims === 'object' && claims !== null, 'an object');
  return deepFreeze({
    subject,
    actor: toActor(actor),
    permission,
    scopes: scopes === 'all' ? scopes : [...scopes],
    groups: groups.map(String),
    tokenId,
    issuer,
    expiresAt,
    claims: structuredClone(claims) as TokenClaims,
  });
}

/** @throws TypeError if the actor has no subject. */
export function toActor(actor: string | Actor | undefined): Actor | undefined {
  if (actor === undefined) return undefined;
  const { subject, actor: next } = typeof actor === 'string' ? { subject: actor } : actor;
  checkMember('actor', isText(subject), 'a subject, or an object with one');
  return { subject, actor: toActor(next) };
}

function checkMember(name: string, isRight: boolean, allowed: string): void {
  if (!isRight) throw new TypeError(`principal: ${name} must be ${allowed}`);
}

function isListOf(value: unknown, isMember: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isMember);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isGroup(value: unknown): boolean {
  return isText(value) || Number.isSafeInteger(value);
}

/** Less than the year 33658: milliseconds of today are more. */
function isUnixSeconds(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1e12;
}
