import { type Claims, getClaim } from './claims.js';

/** A token bound to one group (`groupid`) is for that group only, whatever else it lists. */
export function readGroups(claims: Claims): unknown {
  const bound = getClaim(claims, 'groupid');
  return bound === undefined ? getClaim(claims, 'groups') : [bound];
}

// By the list of groups itself, which is empty and belongs to one token: a principal stays plain data.
const faults = new WeakMap<readonly string[], string>();

/**
 * The groups that a claim or a mapping function names, as strings. One group need not be in a list, and
 * `null` is no groups. A malformed value is no groups either, because only an endpoint with a group
 * rule may refuse the token for it; {@link explainNoGroups} has the reason.
 */
export function toGroups(value: unknown): readonly string[] {
  const listed = value === undefined || value === null ? [] : [value].flat();
  // Checked before they become strings: a missing claim would be the group "undefined".
  if (listed.every(isGroupId)) return Object.freeze(listed.map(String));
  const none: readonly string[] = Object.freeze([]);
  faults.set(none, 'the groups of the token are not a list of group ids');
  return none;
}

/** Why the list is empty, if what it was made from was malformed. */
export function explainNoGroups(groups: readonly string[]): string | undefined {
  return faults.get(groups);
}

/** A group's id: a string that is not empty, or an integer that no rounding has touched. */
export function isGroupId(value: unknown): value is string | number {
  return typeof value === 'string' ? value !== '' : Number.isSafeInteger(value);
}
