import type { NoClaims, Principal } from '@mandate/core';
import type { FoundToken } from '../store/token-store.js';
import { type AllowedAddresses, parseAllowedAddresses } from '../token/allowed-addresses.js';
import type { TokenGrant } from '../token/token-record.js';

/** The result of one look-up. Without a record, the store has no such token. */
export interface CachedToken {
  /** The value of the request's field that holds the token; the key of the cache. */
  readonly field: string;
  /** When the look-up began. */
  readonly readAtMs: number;
  readonly record: TokenGrant | undefined;
  readonly principal: Principal<NoClaims> | undefined;
  /** When this secret expires. */
  readonly endsAtMs: number;
  readonly addresses: AllowedAddresses | undefined;
}

/** Prepares what each request with the token needs. */
export function toCachedToken(
  field: string,
  found: FoundToken | undefined,
  readAtMs: number,
): CachedToken {
  const record = found?.record;
  const endsAtMs = found === undefined ? 0 : getEndMs(found);
  return {
    field,
    readAtMs,
    record,
    principal: record && toPrincipal(record, endsAtMs),
    endsAtMs,
    addresses: record && toAllowedAddresses(record),
  };
}

function getEndMs({ record, isPrevious }: FoundToken): number {
  const end = record.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return isPrevious ? Math.min(end, record.previousExpiresAt?.getTime() ?? 0) : end;
}

function toAllowedAddresses({ allowedAddresses }: TokenGrant): AllowedAddresses | undefined {
  return allowedAddresses.length === 0 ? undefined : parseAllowedAddresses(allowedAddresses);
}

const NO_CLAIMS = Object.freeze({});

/** A `USER` token stands for its user. A `GLOBAL` token stands for its creator until it acts as a user. */
function toPrincipal(record: TokenGrant, endsAtMs: number): Principal<NoClaims> {
  const isAnonymous = record.permission === 'ANONYMOUS';
  return Object.freeze({
    subject: record.userEmail ?? (isAnonymous ? 'anonymous' : record.createdBy),
    actor: undefined,
    permission: record.permission,
    scopes: Object.freeze([...record.scopes]),
    groups: Object.freeze([...record.groups]),
    tokenId: record.id,
    issuer: undefined,
    expiresAt: endsAtMs === Number.POSITIVE_INFINITY ? undefined : toSeconds(endsAtMs),
    claims: NO_CLAIMS,
  });
}

/** The last second of the year 9999. The guard would take a larger number for milliseconds. */
const LAST_SECOND = 253_402_300_799;

function toSeconds(ms: number): number {
  return Math.min(ms / 1000, LAST_SECOND);
}
