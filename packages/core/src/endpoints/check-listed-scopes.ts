import type { NormalizeScope } from '../scopes.js';
import type { Endpoint } from './endpoint.js';

/** @throws TypeError if an endpoint requires a scope that is not in the list. */
export function checkListedScopes(
  listed: readonly string[],
  endpoints: readonly Endpoint[],
  normalize: NormalizeScope = (scope) => scope,
): void {
  if (!Array.isArray(listed)) throw new TypeError('createGuard: scopes must be a list');
  const known = new Set(listed.map((scope) => normalize(scope)));
  for (const { name, rule } of endpoints) {
    const required = rule === 'public' ? [] : rule.scopes.flat();
    const unknown = required.find((scope) => !known.has(normalize(scope)));
    if (unknown === undefined) continue;
    throw new TypeError(`endpoint "${name}": the scope "${unknown}" is not in the list "scopes"`);
  }
}
