import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The part of an open database that is used here. */
interface Source {
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Creates the database if there is no such file. It gets its name when its tables are complete, so a process that is
 * killed meanwhile leaves no file without tables. Of several processes, the first one wins.
 * @param create opens and migrates a database.
 */
export async function createDatabaseFile(
  file: string,
  create: (file: string) => Promise<Source>,
): Promise<void> {
  if (existsSync(file)) return;
  const [draft, complete] = [`${file}.${randomUUID()}`, `${file}.${randomUUID()}`];
  try {
    createNewFile(draft);
    const database = await create(draft);
    // A copy, because the driver closes a file some time after `close`, and SQLite locks files, not names.
    await database.backup(complete);
    await database.close();
    link(complete, file);
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(`${draft}${end}`, { force: true });
    rmSync(complete, { force: true });
  }
  syncFolder(dirname(file));
}

/** Unlike a renamed file, a link never replaces a file. Some file systems have no links. */
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    if (!existsSync(to)) renameSync(from, to);
  }
}

/** The driver would say only that it cannot open the file. */
export function checkWritable(file: string): void {
  if (existsSync(file)) closeSync(openSync(file, 'r+'));
}

/** SQLite gives its journal files the mode of the database file. */
export function createEmptyFile(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
}

/**
 * Writes a copy to a new file and waits until it is on the disk.
 * @throws Error if the file exists. What was written of a failed copy is removed.
 */
export async function backUp(
  file: string,
  write: (target: string) => Promise<unknown>,
): Promise<void> {
  const target = resolve(file);
  createNewFile(target);
  try {
    await write(target);
    syncFile(target);
    syncFolder(dirname(target));
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  }
}

function createNewFile(file: string): void {
  closeSync(openSync(file, 'wx', 0o600));
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the new name durable. Windows cannot open a folder, and needs no such step. */
function syncFolder(path: string): void {
  if (process.platform !== 'win32') syncFile(path);
}
