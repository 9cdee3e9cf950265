import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { type Claims, getClaim } from './claims.js';
import type { Principal } from './principal.js';

/**
 * A condition of an endpoint: returns `true` to allow the request, or the reason to reject it, which
 * `onDecision` receives and the caller does not. Anything else is a fault of the application, and the request
 * is not allowed.
 */
export type AllowIf<TokenClaims extends object = Claims> = (
  principal: Principal<TokenClaims>,
  request: AuthRequest,
) => MaybePromise<true | string>;

/**
 * @returns a promise only if the condition returns one.
 * @throws AuthError `condition_failed`
 * @throws TypeError if the condition returns neither `true` nor a reason.
 */
export function checkCondition(
  allowIf: AllowIf,
  principal: Principal,
  request: AuthRequest,
): MaybePromise<void> {
  const answer: unknown = allowIf(principal, request);
  return isPromise(answer) ? answer.then(checkAnswer) : checkAnswer(answer);
}

function checkAnswer(answer: unknown): void {
  if (answer === true) return;
  if (typeof answer === 'string' && answer !== '') throw new AuthError('condition_failed', answer);
  throw new TypeError('allowIf must return true or the reason to reject the request');
}

/**
 * Creates a condition: the claim must be one of the values, or a list that has one of them. Values are compared
 * with `===`.
 * @throws TypeError if the name is empty, or there is no value.
 *
 * @example
 * const endpoints: EndpointMap = {
 *   'POST /reports': { scopes: ['REPORTS'], allowIf: hasClaim('plan', 'pro', 'team') },
 * };
 */
export function hasClaim(
  name: string,
  ...values: readonly (string | number | boolean)[]
): AllowIf<object> {
  if (typeof name !== 'string' || name === '') {
    throw new TypeError('hasClaim: the claim must have a name');
  }
  if (values.length === 0 || values.some((value) => value === undefined || value === null)) {
    throw new TypeError(`hasClaim: "${name}" needs at least one value, and none may be missing`);
  }
  const accepted = new Set<unknown>(values);
  return ({ claims }) =>
    hasAccepted(getClaim(claims as Claims, name), accepted) ||
    `the claim "${name}" does not have an accepted value`;
}

function hasAccepted(claim: unknown, accepted: ReadonlySet<unknown>): boolean {
  return Array.isArray(claim) ? claim.some((one) => accepted.has(one)) : accepted.has(claim);
}
