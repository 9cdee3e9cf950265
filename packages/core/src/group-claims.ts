import { type Claims, getClaim } from './claims.js';

/** Returns the groups of a token. A token bound to one group (`groupid`) ignores `groups`. */
export function getGroups(claims: Claims): unknown {
  const bound = getClaim(claims, 'groupid');
  return bound === undefined ? getClaim(claims, 'groups') : [bound];
}

const NO_GROUPS: readonly string[] = Object.freeze([]);

// The key is the empty list of one token, so the principal itself stays plain data.
const faults = new WeakMap<readonly string[], string>();

/**
 * Converts a claim, or the result of a mapping function, to groups. A single group need not be in a list, and
 * `null` means no groups. A malformed value also becomes no groups, because only an endpoint with a group rule
 * may reject the token for it; {@link explainNoGroups} returns the reason.
 */
export function toGroups(value: unknown): readonly string[] {
  if (value === undefined || value === null) return NO_GROUPS;
  const listed: readonly unknown[] = Array.isArray(value) ? value : [value];
  // Check before the conversion, because a missing member would become the group "undefined".
  if (listed.every(isGroupId)) return Object.freeze(listed.map(String));
  const none: readonly string[] = Object.freeze([]);
  faults.set(none, 'the groups of the token are not a list of group ids');
  return none;
}

/** Why the list is empty, if it comes from a malformed value. */
export function explainNoGroups(groups: readonly string[]): string | undefined {
  return faults.get(groups);
}

/** Whether a value is the id of a group: a non-empty string, or an integer that was not rounded. */
export function isGroupId(value: unknown): value is string | number {
  return typeof value === 'string' ? value !== '' : Number.isSafeInteger(value);
}
