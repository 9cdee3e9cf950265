import type { Principal } from '@mandate/core';
import type { FoundToken } from '../store/token-store.js';
import { type AllowedAddresses, readAddresses } from '../token/allowed-addresses.js';
import type { TokenGrant } from '../token/record.js';

/** What the store said about a token when it was last asked; without a record, that there is none. */
export interface KnownToken {
  /** The credentials' field that it came in. */
  readonly field: string;
  readonly readAtMs: number;
  readonly record: TokenGrant | undefined;
  readonly principal: Principal | undefined;
  /** From when on this secret is refused as expired. */
  readonly endsAtMs: number;
  readonly addresses: AllowedAddresses | undefined;
}

/** Makes ready what every request with the token needs. `readAtMs` is when the store was asked. */
export function toKnownToken(
  field: string,
  found: FoundToken | undefined,
  readAtMs: number,
): KnownToken {
  const record = found?.record;
  const endsAtMs = found === undefined ? 0 : readEnd(found);
  return {
    field,
    readAtMs,
    record,
    principal: record && toPrincipal(record, endsAtMs),
    endsAtMs,
    addresses: record && readAllowed(record),
  };
}

function readEnd({ record, isPrevious }: FoundToken): number {
  const end = record.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return isPrevious ? Math.min(end, record.previousExpiresAt?.getTime() ?? 0) : end;
}

function readAllowed(record: TokenGrant): AllowedAddresses | undefined {
  return record.allowedAddresses.length === 0 ? undefined : readAddresses(record.allowedAddresses);
}

const NOTHING = { groups: Object.freeze([]), claims: Object.freeze({}) };

/** A `USER` token is for its user; the others are for whoever created them until they act as somebody. */
function toPrincipal(record: TokenGrant, endsAtMs: number): Principal {
  const isAnonymous = record.permission === 'ANONYMOUS';
  return Object.freeze({
    subject: record.userEmail ?? (isAnonymous ? 'anonymous' : record.createdBy),
    actor: undefined,
    permission: record.permission,
    scopes: Object.freeze([...record.scopes]),
    groups: NOTHING.groups,
    tokenId: record.id,
    issuer: undefined,
    expiresAt: endsAtMs === Number.POSITIVE_INFINITY ? undefined : toSeconds(endsAtMs),
    claims: NOTHING.claims,
  });
}

/** The last second of the year 9999, for dates beyond: the guard takes them for milliseconds. */
const LAST_SECOND = 253_402_300_799;

function toSeconds(ms: number): number {
  return Math.min(ms / 1000, LAST_SECOND);
}
