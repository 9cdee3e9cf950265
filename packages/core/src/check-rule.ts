import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { checkCondition } from './allow-if.js';
import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import type { CompiledRule } from './endpoints/endpoint.js';
import { getSufficientScopes } from './endpoints/sufficient-scopes.js';
import { checkGroup } from './groups.js';
import type { Note, Policy } from './policy.js';
import { type Principal, PUBLIC_PRINCIPAL } from './principal.js';
import { hasScopes } from './scopes.js';
import { checkStepUp } from './step-up.js';

/** The parts of a decision that the stages after act-as use. */
export interface RuleCheck {
  readonly request: AuthRequest;
  readonly policy: Pick<Policy, 'normalizeScope' | 'now'>;
  readonly note: Note | undefined;
  /** The whole rule of the endpoint, of which the checked one may be a part. */
  readonly rule: CompiledRule | 'public' | undefined;
}

/**
 * Runs the stages after act-as: whether the principal may do what the rule describes. Without a rule, it may
 * not.
 * @returns a promise only if a stage has to wait.
 * @throws AuthError if a stage rejects the request.
 */
export function checkRule(
  principal: Principal,
  rule: CompiledRule | undefined,
  check: RuleCheck,
): MaybePromise<void> {
  if (rule === undefined) throw new AuthError('endpoint_unmapped', 'no rule maps the endpoint');
  if (principal === PUBLIC_PRINCIPAL) {
    if (rule.optional) return checkRest(principal, rule, check);
    throw new AuthError('credentials_missing', 'no bearer token');
  }
  if (principal.permission === 'ANONYMOUS' && !rule.anonymous) {
    throw new AuthError('anonymous_not_allowed', 'the endpoint does not serve ANONYMOUS tokens');
  }
  if (rule.group !== undefined) {
    const checked = checkGroup(principal, check.request, rule.group);
    if (checked !== undefined) return continueWith(checkGrants, checked, [principal, rule, check]);
  }
  return checkGrants(principal, rule, check);
}

function checkGrants(
  principal: Principal,
  rule: CompiledRule,
  check: RuleCheck,
): MaybePromise<void> {
  if (rule.group !== undefined) check.note?.('group', 'the principal is in the group');
  if (!hasScopes(principal, rule.scopes, check.policy.normalizeScope)) {
    // A client may ask for exactly these, so they must satisfy every part of the rule.
    const requiredScopes = getSufficientScopes(check.rule);
    throw new AuthError('scope_required', 'the token lacks a scope', { requiredScopes });
  }
  check.note?.('scopes', 'the token has the required scopes');
  if (rule.stepUp !== undefined) {
    checkStepUp(principal, rule.stepUp, check.policy.now());
    check.note?.('authentication', 'the user has authenticated as required');
  }
  return checkRest(principal, rule, check);
}

/** Checks the condition, and then the second rule if two entries of the map match. */
function checkRest(principal: Principal, rule: CompiledRule, check: RuleCheck): MaybePromise<void> {
  if (rule.allowIf !== undefined) {
    const checked = checkCondition(rule.allowIf, principal, check.request);
    if (checked !== undefined) return continueWith(checkNext, checked, [principal, rule, check]);
  }
  return checkNext(principal, rule, check);
}

function checkNext(principal: Principal, rule: CompiledRule, check: RuleCheck): MaybePromise<void> {
  if (rule.allowIf !== undefined) check.note?.('condition', 'the condition holds');
  return rule.also === undefined ? undefined : checkRule(principal, rule.also, check);
}

type Arguments = readonly [principal: Principal, rule: CompiledRule, check: RuleCheck];

/** A function of its own: a closure in a stage would cost an allocation for every request. */
function continueWith(
  stage: (...args: Arguments) => MaybePromise<void>,
  checked: Promise<void>,
  args: Arguments,
): Promise<void> {
  return checked.then(() => stage(...args));
}
