import { GRANT_COLUMNS, type GrantRow } from './token-row.js';

/** A token's current secret, or the one before the last rotation. */
export type HashColumn = 'hash' | 'previous_hash';

/**
 * Finds the token of a hash. What it says is one value, a JSON list: drivers describe, convert and hand
 * over each value on its own, which takes longer than finding them.
 * @param list the database's function that makes a JSON list.
 * @param placeholder how the database's driver names the first parameter.
 */
export function toFindStatement(column: HashColumn, list: string, placeholder: string): string {
  const values = `${list}(${GRANT_COLUMNS.join(', ')}, ${column})`;
  return `select cast(${values} as text) from mandate_tokens where ${column} = ${placeholder}`;
}

/** @throws Error if it answers another question: no fault of a driver or a pooler may mix tokens up. */
export function readFound(row: readonly [string] | undefined, asked: string): GrantRow | undefined {
  if (row === undefined) return undefined;
  const found = JSON.parse(row[0]) as readonly [...GrantRow, string];
  if (found[GRANT_COLUMNS.length] !== asked) {
    throw new Error('the database answered with another token');
  }
  // One value too long, but a copy of it would take longer than all that reads it.
  return found as unknown as GrantRow;
}
