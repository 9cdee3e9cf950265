import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CliError, EXIT } from '../cli-error.js';
import type { Io } from '../io.js';

/**
 * Imports a module of the application and returns one of its exports.
 * @throws CliError if the file or the export does not exist, or the module fails.
 */
export async function loadExport(io: Io, file: string, name: string): Promise<unknown> {
  const path = resolve(io.directory, file);
  if (!existsSync(path)) throw new CliError(`${file} does not exist`);
  const module = await importModule(path, file);
  if (module[name] !== undefined) return module[name];
  const names = Object.keys(module).filter((one) => one !== 'default');
  throw new CliError(
    `${file} has no export ${name}; it exports ${names.join(', ') || 'nothing'}. Choose one with --export`,
  );
}

async function importModule(path: string, file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message?: string };
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
      throw new CliError(
        `this Node.js does not run TypeScript: use Node.js 22.18 or later, or NODE_OPTIONS="--import tsx"`,
      );
    }
    throw new CliError(`${file} cannot be imported: ${message ?? code}`, EXIT.failure);
  }
}
