import type { Guard } from '@mandate/core';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { loadExport } from './load-module.js';

/** Loads a guard from a module of the application. @throws CliError if the export is not a guard. */
export async function loadGuard(io: Io, file: string, name = 'guard'): Promise<Guard> {
  const value = (await loadExport(io, file, name)) as Partial<Guard> | null;
  if (typeof value?.explain !== 'function' || value.endpoints === undefined) {
    throw new CliError(`${file}: the export ${name} is not the result of createGuard`);
  }
  return value as Guard;
}
