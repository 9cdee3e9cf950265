/**
 * What an endpoint answers to an identity: `'allowed'`, the code of a rejection, a status without a code such as
 * `'404'`, or `'unguarded 404'` if the guard was not asked.
 */
export type Access = string;

/** What one endpoint answers. */
export interface AccessRow {
  readonly endpoint: string;
  /** By the name of the identity. */
  readonly answers: Readonly<Record<string, Access>>;
}

/**
 * Who may call what. `toString()` is the table.
 *
 * @example
 * const matrix: AccessMatrix = await describeAccess(app, { guard, identities: { stranger: null } });
 * const open = matrix.rows.filter(({ answers }) => answers['stranger'] === 'allowed');
 */
export class AccessMatrix {
  readonly identities: readonly string[];
  /** By path and then by method. */
  readonly rows: readonly AccessRow[];

  constructor(identities: readonly string[], rows: readonly AccessRow[]) {
    this.identities = identities;
    this.rows = rows;
  }

  /**
   * Returns what an endpoint answers, for the matchers.
   * @throws TypeError if the matrix does not have the endpoint.
   */
  at(endpoint: string): AccessRow {
    const row = this.rows.find((one) => one.endpoint === endpoint);
    if (row !== undefined) return row;
    const known = this.rows.map((one) => one.endpoint).join(', ');
    throw new TypeError(`the matrix has no endpoint "${endpoint}"; it has ${known}`);
  }

  /**
   * The table as text, one line an endpoint. The width of a column is rounded up to a multiple of 8, so that most
   * changes touch one line.
   */
  toString(): string {
    const header = ['endpoint', ...this.identities];
    const lines = this.rows.map(({ endpoint, answers }) => [
      endpoint,
      ...this.identities.map((name) => answers[name] ?? ''),
    ]);
    const table = [header, ...lines];
    const widths = header.map((_, column) => toWidth(table.map((line) => line[column] ?? '')));
    return table.map((line) => `${toLine(line, widths)}\n`).join('');
  }
}

const STEP = 8;
const GAP = 2;

function toWidth(cells: readonly string[]): number {
  const longest = Math.max(...cells.map((cell) => cell.length));
  return Math.ceil((longest + GAP) / STEP) * STEP;
}

function toLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('')
    .trimEnd();
}
