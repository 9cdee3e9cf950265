import type { CompiledRule, Endpoint, StepUpRule } from '@mandate/core';

/** The rule of an endpoint in words: `scopes A, B; group of path "groupid"; conditional`. */
export function describeRule({ rule, allowEncodedSlash }: Endpoint): string {
  const text = rule === 'public' ? 'public' : describeCompiled(rule);
  return allowEncodedSlash ? `${text}; encoded slashes` : text;
}

function describeCompiled(rule: CompiledRule): string {
  const parts = [
    describeScopes(rule.scopes),
    ...(rule.group === undefined ? [] : [describeGroup(rule.group)]),
    ...(rule.stepUp === undefined ? [] : [describeStepUp(rule.stepUp)]),
    ...(rule.anonymous ? ['anonymous tokens'] : []),
    ...(rule.optional ? ['no token needed'] : []),
    ...(rule.allowIf === undefined ? [] : ['conditional']),
  ].join('; ');
  return rule.also === undefined ? parts : `${parts}; and ${describeCompiled(rule.also)}`;
}

function describeScopes(alternatives: CompiledRule['scopes']): string {
  const [first = [], ...others] = alternatives.map((scopes) => scopes.join(' and '));
  if (others.length > 0) return `scopes ${[first, ...others].join(' or ')}`;
  return first === '' ? 'any token' : `scopes ${first}`;
}

function describeGroup(group: NonNullable<CompiledRule['group']>): string {
  if ('members' in group) return `group ${group.members.join(' or ')}`;
  const { path, query, header, body } = group.binding;
  const places = Object.entries({ path, query, header })
    .filter(([, name]) => name !== undefined)
    .map(([place, name]) => `${place} "${name}"`);
  return `group of ${[...places, ...(body === undefined ? [] : ['body'])].join(', ')}`;
}

function describeStepUp({ acrValues, maxAuthAgeSeconds }: StepUpRule): string {
  const ways = acrValues === undefined ? '' : ` by ${acrValues.join(' or ')}`;
  const age = maxAuthAgeSeconds === undefined ? '' : ` within ${maxAuthAgeSeconds} s`;
  return `authenticated${ways}${age}`;
}

/** The functions of a rule, whose effect only a request can show. */
export function listFunctions(rule: CompiledRule | 'public' | undefined): readonly unknown[] {
  if (rule === undefined || rule === 'public') return [];
  const { allowIf, group, also } = rule;
  const body = group !== undefined && 'binding' in group ? group.binding.body : undefined;
  return [allowIf, body, ...listFunctions(also)].filter((one) => one !== undefined);
}
