import type { AccessRow } from '../access/access-matrix.js';

/**
 * The answers to identities.
 * @throws TypeError if it is not a row of a matrix, or the matrix does not have the identity.
 */
export function getAnswers(
  owner: string,
  row: unknown,
  identities: readonly string[],
): readonly string[] {
  if (!isRow(row))
    throw new TypeError(`${owner}: pass a row of a matrix: matrix.at('GET /health')`);
  if (identities.length === 0) throw new TypeError(`${owner}: name at least one identity`);
  return identities.map((name) => {
    if (Object.hasOwn(row.answers, name)) return row.answers[name] ?? '';
    const known = Object.keys(row.answers).join(', ');
    throw new TypeError(`${owner}: the matrix has no identity "${name}"; it has ${known}`);
  });
}

function isRow(row: unknown): row is AccessRow {
  return typeof row === 'object' && row !== null && 'answers' in row && 'endpoint' in row;
}

/** Says what each identity got. */
export function describeAnswers(
  { endpoint }: AccessRow,
  identities: readonly string[],
  answers: readonly string[],
): string {
  const got = identities.map((name, i) => `${name} gets ${answers[i]}`).join(', ');
  return `${endpoint}: ${got}`;
}
