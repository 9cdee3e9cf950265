import { randomUUID } from 'node:crypto';
import type { Permission } from '@mandate/core';
import {
  type Admin,
  type AuthorityParts,
  checkSubject,
  type IssuedToken,
  loadToken,
} from './authority-parts.js';
import { type AllowedGrants, listIssues, type NewToken } from './token/new-token.js';
import { TokenAuthorityError, type TokenIssue } from './token/token-authority-error.js';
import { type AuditEntry, getTokenStatus, type TokenRecord } from './token/token-record.js';

const MAX_OVERLAP_SECONDS = 7 * 24 * 3600;

export async function createToken(
  { store, format, hasher, allowed, now }: AuthorityParts,
  token: NewToken,
  admin: Admin,
): Promise<IssuedToken> {
  checkSubject(admin);
  const at = new Date(now());
  checkMayIssue(token.permission, admin);
  checkNewToken(listIssues(token, allowed, at));
  const secret = format.create();
  const record = toRecord(token, admin, { at, secret });
  const audit: AuditEntry = { tokenId: record.id, action: 'created', by: admin.subject, at };
  await store.insert(record, hasher.hash(secret), audit);
  return { token: record, secret };
}

interface Rotation {
  readonly id: string;
  readonly overlapSeconds: number;
  readonly admin: Admin;
}

export async function rotateToken(
  { store, format, hasher, allowed, now }: AuthorityParts,
  { id, overlapSeconds, admin }: Rotation,
): Promise<IssuedToken> {
  checkSubject(admin);
  checkOverlap(overlapSeconds);
  const record = await loadToken(store, id);
  const at = new Date(now());
  // A new secret grants as much as a new token does.
  checkMayIssue(record.permission, admin);
  checkGrants(record, allowed);
  const secret = format.create();
  const lastFour = secret.slice(-4);
  const previousExpiresAt = new Date(at.getTime() + overlapSeconds * 1000);
  const audit: AuditEntry = { tokenId: id, action: 'rotated', by: admin.subject, at };
  const replacement = { hash: hasher.hash(secret), lastFour, previousExpiresAt };
  if (!(await store.rotate(audit, replacement))) {
    const status = getTokenStatus(await loadToken(store, id), at);
    throw new TokenAuthorityError('conflict', `the token is ${status}`);
  }
  // Do not load the record again: if that failed, the new secret would be lost.
  return { token: { ...record, lastFour, previousExpiresAt }, secret };
}

function checkOverlap(overlapSeconds: number): void {
  const isValid = Number.isFinite(overlapSeconds) && overlapSeconds >= 0;
  if (isValid && overlapSeconds <= MAX_OVERLAP_SECONDS) return;
  throw new TokenAuthorityError('invalid', 'the overlap must be from 0 to 604800 seconds');
}

function toRecord(
  token: NewToken,
  admin: Admin,
  { at, secret }: { readonly at: Date; readonly secret: string },
): TokenRecord {
  return {
    id: randomUUID(),
    description: token.description,
    permission: token.permission,
    scopes: [...new Set(token.scopes)],
    groups: [...new Set(token.groups)],
    lastFour: secret.slice(-4),
    userEmail: token.userEmail,
    createdBy: admin.subject,
    createdAt: at,
    expiresAt: token.expiresAt,
    revokedAt: undefined,
    lastUsedAt: undefined,
    allowedAddresses: token.allowedAddresses ?? [],
    previousExpiresAt: undefined,
  };
}

function checkNewToken(issues: readonly TokenIssue[]): void {
  if (issues.length === 0) return;
  const message = issues.map((issue) => issue.message).join('; ');
  throw new TokenAuthorityError('invalid', message, issues);
}

/** Rejects a token with a scope or group that this authority does not issue, because a new secret grants it. */
function checkGrants(record: TokenRecord, { scopes, groups }: AllowedGrants): void {
  const scope = scopes && record.scopes.find((one) => !scopes.has(one));
  const group = record.groups.find((one) => !groups.has(one));
  if (scope === undefined && group === undefined) return;
  const what =
    scope === undefined ? `group ${JSON.stringify(group)}` : `scope ${JSON.stringify(scope)}`;
  const message = `the token has the ${what}, which this authority does not issue`;
  throw new TokenAuthorityError('forbidden', message);
}

function checkMayIssue(permission: Permission, admin: Admin): void {
  // JavaScript callers may pass any value, such as the text "false" of a header.
  if (permission === 'GLOBAL' && admin.isSuperAdmin !== true) {
    throw new TokenAuthorityError('forbidden', 'only a super admin may issue a GLOBAL token');
  }
}
