import type { ClaimValue } from '../claims.js';

/** Converts a claim to scopes: a string separated by spaces, a list, or no scope if the claim is missing. */
export function toScopeList(claim: ClaimValue): ClaimValue {
  if (typeof claim === 'string') return claim.split(' ').filter((scope) => scope !== '');
  return claim ?? [];
}

/** Returns an own member of an object; `undefined` if the value is not an object or does not have it. */
export function getMember(value: ClaimValue, name: string): ClaimValue {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as { readonly [member: string]: ClaimValue })[name];
}
