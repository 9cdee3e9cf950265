import type { CompiledRule, Endpoint, Principal } from '@mandate/core';
import { principal } from '../principal.js';

/** Who is compared, by name. `null` is a caller without a token. */
export type PolicyIdentities = Readonly<Record<string, Principal | null>>;

/**
 * The callers that the rules of two policies tell apart: without a token, with each scope alone, with all of them, and,
 * where rules ask for it, without groups or with an `ANONYMOUS` token.
 */
export function deriveIdentities(endpoints: readonly Endpoint[]): PolicyIdentities {
  const rules = endpoints.flatMap(({ rule }) => flattenRule(rule));
  const scopes = [...new Set(rules.flatMap((rule) => rule.scopes.flat()))].sort();
  const groups = [...new Set(rules.flatMap(({ group }) => toMembers(group)))].sort();
  const member = groups.length === 0 ? ['any-group'] : groups;
  const hasGroups = rules.some(({ group }) => group !== undefined);
  const hasAnonymous = rules.some(({ anonymous }) => anonymous);
  return {
    'no token': null,
    'no scope': principal({ groups: member }),
    ...Object.fromEntries(
      scopes.map((scope) => [`scope ${scope}`, principal({ scopes: [scope], groups: member })]),
    ),
    'every scope': principal({ scopes, groups: member }),
    ...(hasGroups && { 'every scope, no group': principal({ scopes }) }),
    ...(hasAnonymous && {
      'every scope, ANONYMOUS': principal({ permission: 'ANONYMOUS', scopes, groups: member }),
    }),
  };
}

function toMembers(group: CompiledRule['group']): readonly string[] {
  return group !== undefined && 'members' in group ? group.members : [];
}

/** A rule with those that must allow the request, too. */
export function flattenRule(rule: CompiledRule | 'public' | undefined): readonly CompiledRule[] {
  return rule === undefined || rule === 'public' ? [] : [rule, ...flattenRule(rule.also)];
}
