import { AuthError } from '../auth-error.js';
import { type Claims, getClaim } from '../claims.js';
import type { TenantIssuer } from './tenant-issuer.js';

/** The rules for the claims of a token. */
export interface ClaimRules {
  readonly audiences: ReadonlySet<string> | null;
  readonly clientIds: ReadonlySet<string> | undefined;
  readonly tenant: TenantIssuer | undefined;
  readonly clockToleranceSeconds: number;
  readonly maxTokenAgeSeconds: number | undefined;
  readonly maxFutureIatSeconds: number | undefined;
  /** RFC 9068 §2.2: also `sub`, `client_id`, `iat` and `jti`. */
  readonly strict: boolean;
}

/**
 * The period in which a token is valid, in Unix milliseconds, clock tolerance included. The unit is that of
 * the clock, so that a remembered token is compared exactly like a new one.
 */
export interface Validity {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The last second of the year 9999. A later `exp` has the wrong unit, or never expires. */
const LAST_DATE = 253_402_300_799;

/**
 * Checks all registered claims of a token except its issuer.
 * @throws AuthError `token_expired`, or `token_invalid` for any other fault.
 */
export function checkClaims(claims: Claims, rules: ClaimRules, nowMs: number): Validity {
  checkStrings(claims, rules.strict);
  rules.tenant?.checkTenant(claims);
  checkAudience(getClaim(claims, 'aud'), rules.audiences);
  if (rules.clientIds !== undefined) checkClient(claims, rules.clientIds);
  if (getClaim(claims, 'cnf') !== undefined) {
    throw invalid('the token is bound to a key (cnf), so it is not a plain bearer token');
  }
  const validity = toValidity(claims, rules);
  if (nowMs >= validity.untilMs) throw new AuthError('token_expired', 'the token has expired');
  if (nowMs < validity.fromMs) throw invalid('the token is not valid yet');
  return validity;
}

const STRING_CLAIMS = ['iss', 'sub', 'jti', 'client_id'] as const;

function checkStrings(claims: Claims, strict: boolean): void {
  for (const name of STRING_CLAIMS) {
    const value = getClaim(claims, name);
    if (value === undefined) {
      if (strict) throw invalid(`"${name}" is missing`);
    } else if (typeof value !== 'string') {
      throw invalid(`"${name}" is not a string`);
    } else if (value === '' && (strict || name !== 'sub')) {
      // The `subject` mapping decides about an empty `sub`, because it may use another claim.
      throw invalid(`"${name}" is empty`);
    }
  }
  if (strict && getClaim(claims, 'iat') === undefined) throw invalid('"iat" is missing');
}

/** @throws AuthError `token_invalid` if `aud` has none of the accepted audiences. */
export function checkAudience(aud: unknown, accepted: ReadonlySet<string> | null): void {
  if (typeof aud === 'string' && accepted?.has(aud)) return;
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (aud !== undefined && !audiences.every((one) => typeof one === 'string')) {
    throw invalid('"aud" is not a string or a list of strings');
  }
  if (accepted !== null && !audiences.some((one) => accepted.has(one))) {
    throw new AuthError('token_invalid', 'the token is for another audience', {
      details: { expectedAudience: [...accepted] },
    });
  }
}

const CLIENT_CLAIMS = ['azp', 'client_id', 'cid', 'appid'] as const;

/** All that name a client are checked, because no standard says which of them counts. */
function checkClient(claims: Claims, accepted: ReadonlySet<unknown>): void {
  const clients = CLIENT_CLAIMS.map((name) => getClaim(claims, name)).filter(
    (client) => client !== undefined,
  );
  if (clients.length === 0)
    throw invalid(`the token names no client (${CLIENT_CLAIMS.join(', ')})`);
  if (clients.every((client) => accepted.has(client))) return;
  throw invalid('the token was issued to another client');
}

function toValidity(claims: Claims, rules: ClaimRules): Validity {
  const exp = getDate(claims, 'exp');
  const nbf = getDate(claims, 'nbf');
  const iat = getDate(claims, 'iat');
  if (exp === undefined) throw invalid('"exp" is missing');
  let from = nbf ?? 0;
  let until = exp;
  if (rules.maxTokenAgeSeconds !== undefined) {
    // The age is known only if `iat` is present, and valid only if `iat` is not in the future.
    if (iat === undefined) throw invalid('"iat" is missing');
    from = Math.max(from, iat);
    until = Math.min(until, iat + rules.maxTokenAgeSeconds);
  }
  if (rules.maxFutureIatSeconds !== undefined && iat !== undefined) {
    from = Math.max(from, iat - rules.maxFutureIatSeconds);
  }
  const tolerance = rules.clockToleranceSeconds;
  return { fromMs: (from - tolerance) * 1000, untilMs: (until + tolerance) * 1000 };
}

/** A NumericDate. `1e400` parses to Infinity, which would never expire. */
export function getDate(claims: Claims, name: 'exp' | 'nbf' | 'iat'): number | undefined {
  const value = getClaim(claims, name);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= LAST_DATE) {
    return value;
  }
  throw invalid(`"${name}" is not a date`);
}

function invalid(reason: string): AuthError {
  return new AuthError('token_invalid', reason);
}
