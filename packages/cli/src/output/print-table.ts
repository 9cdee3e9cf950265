import type { Io } from '../io.js';

/** Columns by title, and what a cell shows of a row. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string | undefined>>;

/** Prints rows below a line of titles, each column as wide as its widest cell. Nothing is cut. */
export function printTable<Row>(io: Io, rows: readonly Row[], columns: Columns<Row>): void {
  const titles = Object.keys(columns);
  const cells = rows.map((row) => Object.values(columns).map((show) => clean(show(row) ?? '-')));
  const widths = titles.map((title, index) =>
    Math.max(title.length, ...cells.map((row) => (row[index] ?? '').length)),
  );
  for (const row of [titles.map((title) => title.toUpperCase()), ...cells]) {
    const line = row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ');
    io.out(line.trimEnd());
  }
}

/** A description must not write over other lines of a terminal. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}
