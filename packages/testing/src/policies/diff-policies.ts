import type { Endpoint, EndpointMap, Guard, Principal } from '@mandate/core';
import { checkOptions } from '@mandate/internal/check-options';
import { listEndpoints, sortEndpoints, toGuard } from '../access/listed-endpoint.js';
import { describeRule, listFunctions } from './describe-rule.js';
import { type EndpointChange, type IdentityChange, PolicyDiff } from './policy-diff.js';
import { deriveIdentities, type PolicyIdentities } from './policy-identities.js';
import { getStaticAccess } from './static-access.js';

export interface DiffPoliciesOptions {
  /**
   * The callers to compare, as handlers see them: after act-as. `null` is a caller without a token. Default: those that
   * the rules tell apart, such as one with each scope alone.
   */
  readonly identities?: PolicyIdentities | undefined;
}

/**
 * Compares two policies: which rules differ, and who gains or loses what. Each is an endpoint map or a guard; the
 * observer of a guard sees the decisions. An endpoint is compared by what each policy answers to its path, so a new
 * entry that takes paths from a wider one shows what changes for them.
 *
 * Conditions do not run: an endpoint with one is `conditional`.
 *
 * @throws TypeError if a policy, an option or an identity is invalid.
 *
 * @example
 * const before: EndpointMap = { 'GET /documents/:id': { scopes: ['DOCUMENTS'] } };
 * const after: EndpointMap = { 'GET /documents/:id': { scopes: ['DOCUMENTS', 'ADMIN'] } };
 * const diff = diffPolicies(before, after, {
 *   identities: { stranger: null, reader: principal({ scopes: ['DOCUMENTS'] }) },
 * });
 * console.log(diff.toString());
 */
export function diffPolicies(
  before: Guard | EndpointMap,
  after: Guard | EndpointMap,
  options: DiffPoliciesOptions = {},
): PolicyDiff {
  checkOptions<DiffPoliciesOptions>('diffPolicies', options, { identities: true });
  const guards: Guards = { before: toGuard(before), after: toGuard(after) };
  const endpoints = [...guards.before.endpoints.endpoints, ...guards.after.endpoints.endpoints];
  const identities = options.identities ?? deriveIdentities(endpoints);
  checkIdentities(identities);
  const value = findUnusedValue(endpoints);
  const listed = [...listEndpoints(guards.before), ...listEndpoints(guards.after)];
  const compared = sortEndpoints(listed).map(({ name, method, sample }) => {
    const path = sample(() => value) ?? '/';
    return compareEndpoint({ name, method, path, guards, identities });
  });
  return new PolicyDiff(
    compared.flatMap(({ change }) => (change === undefined ? [] : [change])),
    compared.filter(({ isUncertain }) => isUncertain).map(({ name }) => name),
  );
}

interface Guards {
  readonly before: Guard;
  readonly after: Guard;
}

function checkIdentities(identities: PolicyIdentities): void {
  for (const [name, identity] of Object.entries(identities ?? {})) {
    if (identity === null || (typeof identity === 'object' && Array.isArray(identity.groups)))
      continue;
    throw new TypeError(`diffPolicies: the identity "${name}" must be null or a principal`);
  }
}

/** A value for parameters that is not a literal of either policy. */
function findUnusedValue(endpoints: readonly Endpoint[]): string {
  const used = new Set(endpoints.flatMap(({ segments }) => segments));
  let value = 'any';
  while (used.has(value)) value += '-';
  return value;
}

interface Comparison {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly guards: Guards;
  readonly identities: PolicyIdentities;
}

interface Compared {
  readonly name: string;
  readonly change: EndpointChange | undefined;
  readonly isUncertain: boolean;
}

function compareEndpoint({ name, method, path, guards, identities }: Comparison): Compared {
  const match = (guard: Guard) => guard.endpoints.match({ method, path, header: () => undefined });
  const [old, now] = [match(guards.before), match(guards.after)];
  const changed = Object.entries(identities).flatMap(([identity, principal]) =>
    compareAccess(identity, principal, { guards, old, now }),
  );
  const [before, after] = [describe(old, name), describe(now, name)];
  const [theirs, ours] = [listFunctions(old?.rule), listFunctions(now?.rule)];
  const isSame = before === after && changed.length === 0;
  return {
    name,
    change: isSame ? undefined : { endpoint: name, before, after, identities: changed },
    isUncertain: theirs.length > 0 && ours.length > 0 && theirs.some((one, i) => one !== ours[i]),
  };
}

/** The rule, and the entry that it comes from if that is another one. */
function describe(endpoint: Endpoint | undefined, name: string): string | undefined {
  if (endpoint === undefined) return undefined;
  const rule = describeRule(endpoint);
  return endpoint.name === name ? rule : `${rule} (${endpoint.name})`;
}

interface Entries {
  readonly guards: Guards;
  readonly old: Endpoint | undefined;
  readonly now: Endpoint | undefined;
}

function compareAccess(
  identity: string,
  principal: Principal | null,
  { guards, old, now }: Entries,
): readonly IdentityChange[] {
  const before = getStaticAccess(guards.before, old, principal);
  const after = getStaticAccess(guards.after, now, principal);
  const difference = rank(after) - rank(before);
  if (difference === 0) return [];
  return [{ identity, before, after, change: difference > 0 ? 'gains' : 'loses' }];
}

function rank(access: string): number {
  if (access === 'allowed') return 2;
  return access === 'conditional' ? 1 : 0;
}
