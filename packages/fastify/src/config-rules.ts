import type { CompiledRule, EndpointRule } from '@mandate/core';
import { compileRule } from '@mandate/core/adapter';

/** The rule in the `config` of a route, compiled. */
export interface ConfigRule {
  readonly compiled: CompiledRule;
  readonly allowEncodedSlash: boolean;
  readonly readsBody: boolean;
}

const known = new WeakMap<object, ConfigRule | 'public' | undefined>();

/**
 * Gets the rule of a route, which has one object `config` for all its requests. Compiled at the first request, because a
 * route may be registered before the guard.
 * @throws TypeError if the rule is invalid.
 */
export function getConfigRule(config: object): ConfigRule | 'public' | undefined {
  const found = known.get(config);
  if (found !== undefined || known.has(config)) return found;
  const rule = compileConfigRule((config as { readonly auth?: unknown }).auth, config);
  known.set(config, rule);
  return rule;
}

/** @throws TypeError if the rule is invalid. An undefined one is, so that a misspelt constant opens nothing. */
export function compileConfigRule(
  auth: unknown,
  config: object,
): ConfigRule | 'public' | undefined {
  if (!Object.hasOwn(config, 'auth')) return undefined;
  if (auth === 'public') return auth;
  const rule = auth as EndpointRule;
  const compiled = compileRule(rule);
  return {
    compiled,
    allowEncodedSlash: rule.allowEncodedSlash ?? false,
    readsBody: readsBody(compiled),
  };
}

/** Whether a rule takes the group from the body. */
export function readsBody({ group, also }: CompiledRule): boolean {
  if (also !== undefined && readsBody(also)) return true;
  return group !== undefined && 'binding' in group && group.binding.body !== undefined;
}

/**
 * Checks the rule of a route when it is registered.
 * @throws TypeError if the rule is invalid, or if the map decides, which would ignore it.
 */
export function checkConfig(config: object | undefined, endpoints: 'by-map' | 'by-route'): void {
  if (config === undefined || !Object.hasOwn(config, 'auth')) return;
  if (endpoints === 'by-map') {
    throw new TypeError(
      "config.auth needs endpoints: 'by-route'; otherwise the endpoint map decides",
    );
  }
  compileConfigRule((config as { readonly auth?: unknown }).auth, config);
}
