import type { Io } from '../io.js';
import { type Columns, clean, printTable } from './print-table.js';

/** What every command can print in two forms. */
export interface PrintOptions {
  readonly json?: boolean | undefined;
}

/** Prints a value as JSON, or as the lines that a person reads. */
export function print(
  io: Io,
  { json }: PrintOptions,
  { value, lines }: { readonly value: unknown; readonly lines: readonly string[] },
): void {
  if (json === true) io.out(JSON.stringify(value, undefined, 2));
  else for (const line of lines) io.out(clean(line));
}

/** Prints a list as a JSON array, or as a table. */
export function printList<Row>(
  io: Io,
  { json }: PrintOptions,
  { rows, columns }: { readonly rows: readonly Row[]; readonly columns: Columns<Row> },
): void {
  if (json === true) io.out(JSON.stringify(rows, undefined, 2));
  else if (rows.length === 0) io.err('nothing found');
  else printTable(io, rows, columns);
}

/** `2030-01-01 00:00:00Z` */
export function toText(date: Date | undefined): string | undefined {
  return date
    ?.toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
