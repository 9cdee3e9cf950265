/**
 * Returns the same text for the same JSON value, whatever the order of the members of its objects.
 *
 * @throws RangeError if the value is nested too deeply.
 */
export function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : Number(a > b))))
      : member,
  );
}
