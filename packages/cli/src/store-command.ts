import type { Command } from 'commander';
import type { DatabaseOptions } from './database/open-database.js';
import type { PrintOptions } from './output/print.js';

/** What every command on a database takes. */
export interface StoreOptions extends DatabaseOptions, PrintOptions {}

/** Adds a command on a database. */
export function addStoreCommand(parent: Command, usage: string, description: string): Command {
  return parent
    .command(usage)
    .description(description)
    .option('-d, --database <file>', 'the SQLite file; default: MANDATE_DATABASE')
    .option('--json', 'print JSON');
}
