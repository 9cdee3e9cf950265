import { equal } from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import type { AccessMatrix } from './access-matrix.js';

/**
 * Compares a matrix with the table in a file that is committed, for runners without file snapshots.
 * `UPDATE_ACCESS=1` writes the file instead.
 *
 * @throws AssertionError that shows the difference; an error of the file system if the file cannot be read.
 *
 * @example
 * const matrix = await describeAccess(app, { guard, identities: { stranger: null } });
 * await assertAccessFile(matrix, 'test/access.txt');
 */
export async function assertAccessFile(matrix: AccessMatrix, file: string | URL): Promise<void> {
  if (process.env['UPDATE_ACCESS'] === '1') {
    await writeFile(file, matrix.toString());
    return;
  }
  const committed = await readFile(file, 'utf8');
  // A checkout on Windows may have other line ends.
  equal(matrix.toString(), committed.replaceAll('\r\n', '\n'));
}
