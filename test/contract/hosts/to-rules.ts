import type { AllowIf, EndpointRule, GroupRule, StepUpRule } from '@mandate/core';

/** The rules of an adapter, each of which returns a middleware of its host. */
export interface HostRules<Middleware> {
  requireScopes(...scopes: string[]): Middleware;
  requireAnyScope(...scopes: string[]): Middleware;
  requireGroup(rule: GroupRule): Middleware;
  requireStepUp(stepUp: StepUpRule): Middleware;
  allowIf(condition: AllowIf): Middleware;
  allowAnonymous(): Middleware;
  optionalAuth(...scopes: string[]): Middleware;
}

/** The rule of an endpoint as the middleware of one route. */
export function toRules<Middleware>(
  rules: HostRules<Middleware>,
  rule: EndpointRule,
): Middleware[] {
  const { scopes, group, stepUp, anonymous, optional, allowIf } = rule;
  if (optional) return [rules.optionalAuth(...(scopes as readonly string[]))];
  return [
    ...(anonymous ? [rules.allowAnonymous()] : []),
    ...(group ? [rules.requireGroup(group)] : []),
    'anyOf' in scopes
      ? rules.requireAnyScope(...scopes.anyOf.flat())
      : rules.requireScopes(...scopes),
    ...(stepUp ? [rules.requireStepUp(stepUp)] : []),
    ...(allowIf ? [rules.allowIf(allowIf)] : []),
  ];
}
