import { checkOptions } from '@mandate/internal/check-options';
import type { Principal } from './principal.js';

/**
 * The scopes that an endpoint requires. A list requires all its scopes. `{ anyOf }` requires one of several
 * alternatives, each of them a scope or a list. `[]` requires a token and no scope.
 */
export type ScopeRequirement<Scope extends string = string> = readonly Scope[] | AnyOf<Scope>;

interface AnyOf<Scope extends string = string> {
  readonly anyOf: readonly (Scope | readonly Scope[])[];
}

/** A compiled {@link ScopeRequirement}: all scopes of one of these lists must be granted. */
export type ScopeAlternatives = readonly (readonly string[])[];

/** Maps equivalent spellings of a scope to one. By default each spelling is another scope (RFC 6749 §3.3). */
export type NormalizeScope = (scope: string) => string;

/** @throws TypeError if no token could satisfy the requirement. */
export function compileScopes(requirement: ScopeRequirement): ScopeAlternatives {
  if (Array.isArray(requirement)) return [checkScopeNames(requirement)];
  if (typeof requirement !== 'object' || requirement === null) throw noRequirement();
  const { anyOf } = checkAnyOf(requirement as AnyOf);
  const alternatives = anyOf.map((one) => checkScopeNames([one].flat()));
  if (alternatives.length === 0) throw new TypeError('scopes: anyOf must have at least one scope');
  return alternatives;
}

function checkAnyOf(requirement: AnyOf): AnyOf {
  checkOptions<AnyOf>('scopes', requirement, { anyOf: true });
  if (!Array.isArray(requirement.anyOf)) throw noRequirement();
  return requirement;
}

function noRequirement(): TypeError {
  return new TypeError(
    "scopes must be a list, such as ['SEARCH'], or { anyOf: ['PEOPLE', 'ENTITIES'] }",
  );
}

/** The characters of a scope (RFC 6749 §3.3). A space or a quote would break out of the challenge. */
export const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** @throws TypeError if one of them is not a scope (RFC 6749 §3.3). */
export function checkScopeNames(scopes: readonly string[]): readonly string[] {
  for (const scope of scopes) {
    if (typeof scope === 'string' && SCOPE.test(scope)) continue;
    throw new TypeError(
      `scopes: ${JSON.stringify(scope)} is not a scope; a scope is a string without spaces, quotes or backslashes`,
    );
  }
  return [...scopes];
}

/** Whether all scopes of one of the alternatives are granted. */
export function hasScopes(
  principal: Principal,
  required: ScopeAlternatives,
  normalize: NormalizeScope | undefined,
): boolean {
  const { scopes } = principal;
  if (scopes === 'all') return true;
  for (const alternative of required) {
    const isGranted =
      normalize === undefined
        ? includesAll(scopes, alternative)
        : hasAllNormalized(scopes, alternative, normalize);
    if (isGranted) return true;
  }
  return false;
}

function includesAll(granted: readonly string[], required: readonly string[]): boolean {
  for (const scope of required) if (!granted.includes(scope)) return false;
  return true;
}

function hasAllNormalized(
  granted: readonly string[],
  required: readonly string[],
  normalize: NormalizeScope,
): boolean {
  const scopes = toNormalizedSet(granted, normalize);
  return required.every((scope) => scopes.has(normalize(scope)));
}

// A remembered token has one frozen list of scopes, so that list is the key.
const normalized = new WeakMap<
  readonly string[],
  { readonly by: NormalizeScope; readonly scopes: ReadonlySet<string> }
>();

function toNormalizedSet(scopes: readonly string[], by: NormalizeScope): ReadonlySet<string> {
  const known = normalized.get(scopes);
  if (known?.by === by) return known.scopes;
  const made = new Set(scopes.map((scope) => by(scope)));
  normalized.set(scopes, { by, scopes: made });
  return made;
}
