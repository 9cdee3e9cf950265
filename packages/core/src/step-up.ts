import { checkNumber } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import { AuthError } from './auth-error.js';
import { getClaim } from './claims.js';
import type { Principal } from './principal.js';
import { SCOPE } from './scopes.js';
import type { StepUpRule } from './step-up-rule.js';

/** How far `auth_time` may be in the future. A date in milliseconds, which would never be too old, is far beyond it. */
const MAX_CLOCK_DIFFERENCE_SECONDS = 60;

/** @throws TypeError if the rule requires nothing, or what no challenge could ask for. */
export function compileStepUp(rule: StepUpRule): StepUpRule {
  checkOptions<StepUpRule>('stepUp', rule, { acrValues: true, maxAuthAgeSeconds: true });
  const { acrValues, maxAuthAgeSeconds } = rule;
  const names = Object.keys(rule);
  if (names.length === 0) throw new TypeError('stepUp must have acrValues or maxAuthAgeSeconds');
  // An unset variable is not an omitted member, because it must not open the endpoint.
  if (names.includes('acrValues')) checkAcrValues(acrValues);
  if (names.includes('maxAuthAgeSeconds')) {
    checkNumber('stepUp: maxAuthAgeSeconds', maxAuthAgeSeconds, { min: 1, isInteger: true });
  }
  return { ...rule, ...(acrValues && { acrValues: [...acrValues] }) };
}

function checkAcrValues(values: unknown): void {
  const isAcr = (value: unknown) => typeof value === 'string' && SCOPE.test(value);
  if (Array.isArray(values) && values.length > 0 && values.every(isAcr)) return;
  throw new TypeError(
    'stepUp: acrValues must be a list of strings without spaces, quotes or backslashes',
  );
}

/**
 * Checks how and when the user authenticated (RFC 9470 §5).
 * @throws AuthError `authentication_insufficient`
 */
export function checkStepUp(principal: Principal, stepUp: StepUpRule, nowMs: number): void {
  const reason = findFault(principal, stepUp, nowMs / 1000);
  if (reason !== undefined) throw new AuthError('authentication_insufficient', reason, { stepUp });
}

function findFault(
  { claims }: Principal,
  { acrValues, maxAuthAgeSeconds }: StepUpRule,
  nowSeconds: number,
): string | undefined {
  const acr = getClaim(claims, 'acr');
  if (acrValues !== undefined && !acrValues.includes(acr as string)) {
    return acr === undefined ? 'the token has no acr' : 'the token has another acr';
  }
  if (maxAuthAgeSeconds === undefined) return undefined;
  const authTime = getClaim(claims, 'auth_time');
  if (typeof authTime !== 'number') return 'the token has no auth_time';
  const ageSeconds = nowSeconds - authTime;
  if (ageSeconds < -MAX_CLOCK_DIFFERENCE_SECONDS) return 'the auth_time is in the future';
  return ageSeconds <= maxAuthAgeSeconds ? undefined : 'the user authenticated too long ago';
}
