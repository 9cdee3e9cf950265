import { deepEqual } from 'node:assert/strict';

/**
 * Compares deeply. A member that is `undefined` equals a missing one, and prototypes do not count,
 * because drivers of databases differ in both.
 *
 * @throws AssertionError that shows the difference.
 */
export function assertStored(actual: unknown, expected: unknown): void {
  deepEqual(toPlain(actual), toPlain(expected));
}

/**
 * Compares the members that `expected` has.
 *
 * @throws AssertionError that shows the difference, also if there is no object.
 */
export function assertMembers(actual: object | undefined, expected: object): void {
  const names = Object.keys(expected);
  const members = Object.entries(actual ?? {}).filter(([name]) => names.includes(name));
  assertStored(actual && Object.fromEntries(members), expected);
}

function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, toPlain(member)]));
}
