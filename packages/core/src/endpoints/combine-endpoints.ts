import type { CompiledRule, Endpoint } from './endpoint.js';

/** Returns an endpoint whose rule requires what the rules of both require. */
export function combineEndpoints(one: Endpoint, other: Endpoint): Endpoint {
  return {
    ...one,
    name: `${one.name} and ${other.name}`,
    rule: combineRules(one.rule, other.rule),
    allowEncodedSlash: one.allowEncodedSlash && other.allowEncodedSlash,
    parts: [...(one.parts ?? [one]), ...(other.parts ?? [other])],
  };
}

function combineRules(
  one: CompiledRule | 'public',
  other: CompiledRule | 'public',
): CompiledRule | 'public' {
  if (one === 'public') return other;
  if (other === 'public') return one;
  return {
    ...one,
    also: one.also === undefined ? other : (combineRules(one.also, other) as CompiledRule),
  };
}
