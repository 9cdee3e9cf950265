import type { CompiledRule } from './endpoint.js';

/** One set of scopes that satisfies a rule: its first alternative, and that of each rule that must also allow. */
export function getSufficientScopes(rule: CompiledRule | 'public' | undefined): readonly string[] {
  if (rule === undefined || rule === 'public') return [];
  const [first = []] = rule.scopes;
  return rule.also === undefined
    ? first
    : [...new Set([...first, ...getSufficientScopes(rule.also)])];
}
