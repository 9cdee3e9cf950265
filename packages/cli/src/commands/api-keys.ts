import type { Command } from 'commander';
import type { Io } from '../io.js';
import { print } from '../output/print.js';
import { readSecret } from '../read-secret.js';
import { addStoreCommand, type StoreOptions } from '../store-command.js';
import { withDirectory } from './with-directory.js';

const REMOVE = 'remove an API key, read from MANDATE_API_KEY or standard input';

/** The API keys with which groups create login keys. */
export function addApiKeys(program: Command, io: Io): void {
  const keys = program
    .command('api-keys')
    .description('administer the API keys that create login keys');
  addStoreCommand(keys, 'add <group>', 'add an API key to a group and print it, once').action(
    (groupId: string, options: StoreOptions) =>
      withDirectory(io, options, async (directory) => {
        const apiKey = await directory.addApiKey(groupId);
        print(io, options, { value: { groupId, apiKey }, lines: [apiKey] });
      }),
  );
  addStoreCommand(keys, 'remove <group>', REMOVE).action((groupId: string, options: StoreOptions) =>
    withDirectory(io, options, async (directory) => {
      await directory.removeApiKey(groupId, await readSecret(io, 'MANDATE_API_KEY', 'API key'));
      print(io, options, { value: { groupId }, lines: [`the API key of ${groupId} is removed`] });
    }),
  );
}
