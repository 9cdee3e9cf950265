import { AuthError } from '../auth-error.js';
import { type Claims, getClaim } from '../claims.js';

/** What a token must say to be accepted. */
export interface ClaimRules {
  readonly audiences: ReadonlySet<string> | null;
  readonly clockToleranceSeconds: number;
  readonly maxTokenAgeSeconds: number | undefined;
  /** RFC 9068 §2.2: also `sub`, `client_id`, `iat` and `jti`. */
  readonly strict: boolean;
}

/**
 * From when until when a token is good, in Unix milliseconds, clock tolerance included. In the clock's
 * own unit, so that a remembered token is compared exactly as a new one is.
 */
export interface Validity {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The last second of the year 9999. A later `exp` is a mistake of units, or never expires. */
const LAST_DATE = 253_402_300_799;

/**
 * Checks everything a token says about itself except its issuer and its signature.
 * @throws AuthError `token_expired`, or `token_invalid` for any other fault.
 */
export function checkClaims(claims: Claims, rules: ClaimRules, nowMs: number): Validity {
  checkStrings(claims, rules.strict);
  checkAudience(getClaim(claims, 'aud'), rules.audiences);
  if (getClaim(claims, 'cnf') !== undefined) {
    throw invalid('the token is bound to a key (cnf) and is no plain bearer token');
  }
  const validity = readValidity(claims, rules);
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
      // An empty `sub` is left to the `subject` mapping, which may not read it at all.
      throw invalid(`"${name}" is empty`);
    }
  }
  if (strict && getClaim(claims, 'iat') === undefined) throw invalid('"iat" is missing');
}

function checkAudience(aud: unknown, accepted: ReadonlySet<string> | null): void {
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (aud !== undefined && !audiences.every((one) => typeof one === 'string')) {
    throw invalid('"aud" is not a string or a list of strings');
  }
  if (accepted !== null && !audiences.some((one) => accepted.has(one))) {
    throw invalid('the token is for another audience');
  }
}

function readValidity(claims: Claims, rules: ClaimRules): Validity {
  const exp = readDate(claims, 'exp');
  const nbf = readDate(claims, 'nbf');
  const iat = readDate(claims, 'iat');
  if (exp === undefined) throw invalid('"exp" is missing');
  let from = nbf ?? 0;
  let until = exp;
  if (rules.maxTokenAgeSeconds !== undefined) {
    // An age can only be told of a token that says when it was issued, and not in the future.
    if (iat === undefined) throw invalid('"iat" is missing');
    from = Math.max(from, iat);
    until = Math.min(until, iat + rules.maxTokenAgeSeconds);
  }
  const tolerance = rules.clockToleranceSeconds;
  return { fromMs: (from - tolerance) * 1000, untilMs: (until + tolerance) * 1000 };
}

/** A NumericDate. `1e400` parses to Infinity, which would never expire. */
function readDate(claims: Claims, name: 'exp' | 'nbf' | 'iat'): number | undefined {
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
