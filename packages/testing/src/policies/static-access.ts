import {
  type AuthRequest,
  type CompiledRule,
  type Endpoint,
  type Guard,
  type Principal,
  PUBLIC_PRINCIPAL,
} from '@mandate/core';
import { isPromise } from '@mandate/internal/maybe-promise';
import { flattenRule } from './policy-identities.js';

/**
 * What a policy answers to an identity, as far as that does not depend on a request: `'allowed'`, the code of the
 * rejection, or `'conditional'` where a condition, the way a user authenticated, or the group that a request names, decides.
 */
export type StaticAccess = string;

/**
 * Lets the guard decide about a rule without its conditions. A group that a request names is taken to be the
 * principal's own.
 */
export function getStaticAccess(
  guard: Guard,
  endpoint: Endpoint | undefined,
  identity: Principal | null,
): StaticAccess {
  if (endpoint === undefined) return 'endpoint_unmapped';
  const { rule } = endpoint;
  if (rule === 'public') return 'allowed';
  const principal = identity ?? PUBLIC_PRINCIPAL;
  const decision = guard.authorize(principal, REQUEST, withoutConditions(rule, principal));
  if (isPromise(decision))
    throw new TypeError('diffPolicies: the guard must decide without waiting');
  if (!decision.allowed) return decision.error.code;
  return flattenRule(rule).some((one) => isConditional(one, principal)) ? 'conditional' : 'allowed';
}

const REQUEST: AuthRequest = { method: 'GET', path: '/', header: () => undefined };

function withoutConditions(rule: CompiledRule, principal: Principal): CompiledRule {
  const { group, also } = rule;
  return {
    ...rule,
    allowIf: undefined,
    stepUp: undefined,
    group: group !== undefined && 'binding' in group ? { members: principal.groups } : group,
    also: also && withoutConditions(also, principal),
  };
}

function isConditional(rule: CompiledRule, principal: Principal): boolean {
  const { allowIf, stepUp, group, optional } = rule;
  if (allowIf !== undefined) return true;
  // Without a token, an optional rule asks neither for the group nor for the authentication.
  if (optional && principal === PUBLIC_PRINCIPAL) return false;
  if (stepUp !== undefined) return true;
  return group !== undefined && 'binding' in group;
}
