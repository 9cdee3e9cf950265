import { GRANT_COLUMNS, type GrantRow } from './token-row.js';

/** The hash of the current secret, or of the secret before the last rotation. */
export type HashColumn = 'hash' | 'previous_hash';

/**
 * Builds the statement that finds the token of a hash. The result is one value, a JSON list, because drivers
 * describe and convert each value separately, which takes longer than the search itself.
 * @param list the function of the database that makes a JSON list.
 * @param placeholder the first parameter in the driver's syntax.
 */
export function buildFindStatement(column: HashColumn, list: string, placeholder: string): string {
  const values = `${list}(${GRANT_COLUMNS.join(', ')}, ${column})`;
  return `select cast(${values} as text) from mandate_tokens where ${column} = ${placeholder}`;
}

/**
 * @param hash the hash that was searched for.
 * @throws Error if the row has another hash, so that no fault of a driver or pooler can mix tokens up.
 */
export function parseFound(row: readonly [string] | undefined, hash: string): GrantRow | undefined {
  if (row === undefined) return undefined;
  const found = JSON.parse(row[0]) as readonly [...GrantRow, string];
  if (found[GRANT_COLUMNS.length] !== hash) {
    throw new Error('the database returned another token than the requested one');
  }
  // The list has one value more than the type says. A copy would cost more than every use of the list.
  return found as unknown as GrantRow;
}
