import { createSigningKeys, type SigningAlgorithm, type SigningKeys } from '@mandate/issuer';
import { createSqlSigningKeyStore } from '@mandate/sql/issuer';
import type { Command } from 'commander';
import { CliError, EXIT } from '../cli-error.js';
import { withDatabase } from '../database/open-database.js';
import type { Io } from '../io.js';
import { type PrintOptions, printList } from '../output/print.js';
import { parseWord } from '../parse-arguments.js';
import { getKeys } from '../parse-keys.js';
import { addStoreCommand, type StoreOptions } from '../store-command.js';
import { KEY_ENCRYPTION_KEYS } from './with-directory.js';

const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'] as const satisfies readonly SigningAlgorithm[];

interface Options extends StoreOptions {
  readonly algorithm: SigningAlgorithm;
}

/** The keys that sign the tokens of the authorization service. */
export function addSigningKeys(program: Command, io: Io): void {
  const keys = program.command('signing-keys').description('administer the keys that sign tokens');
  const help = `that of your servers: ${ALGORITHMS.join(', ')}`;
  const add = (usage: string, description: string) =>
    addStoreCommand(keys, usage, description).option(
      '--algorithm <name>',
      help,
      parseWord(ALGORITHMS),
      'ES256',
    );
  const run = (options: Options, change: (signingKeys: SigningKeys) => Promise<void>) =>
    withKeys(io, options, async (signingKeys) => {
      await change(signingKeys);
      await printKeys(io, options, signingKeys);
    });
  add('list', 'list the published keys').action((options: Options) => run(options, async () => {}));
  add('rotate', 'create the next key now; it signs after publishAheadSeconds').action(
    (options: Options) => run(options, (signingKeys) => signingKeys.rotate()),
  );
  add('withdraw <kid>', 'drop a leaked key at once: its tokens are rejected').action(
    (kid: string, options: Options) => run(options, (signingKeys) => withdraw(signingKeys, kid)),
  );
}

function withKeys(
  io: Io,
  options: Options,
  work: (signingKeys: SigningKeys) => Promise<void>,
): Promise<void> {
  return withDatabase(io, options, (database) =>
    work(
      createSigningKeys({
        store: createSqlSigningKeyStore(database),
        keyEncryptionKeys: getKeys(io, KEY_ENCRYPTION_KEYS),
        algorithm: options.algorithm,
        now: () => io.now(),
        onError: null,
      }),
    ),
  );
}

async function withdraw(signingKeys: SigningKeys, kid: string): Promise<void> {
  const { keys } = await signingKeys.jwks();
  if (!keys.some((key) => key['kid'] === kid)) {
    throw new CliError(`no published key has the kid ${kid}`, EXIT.negative);
  }
  await signingKeys.withdraw(kid);
}

interface PublishedKey {
  readonly kid: string;
  readonly alg: string;
}

async function printKeys(io: Io, options: PrintOptions, signingKeys: SigningKeys): Promise<void> {
  const { keys } = await signingKeys.jwks();
  const rows = keys.map(({ kid, alg }): PublishedKey => ({ kid: String(kid), alg: String(alg) }));
  const columns = {
    kid: ({ kid }: PublishedKey) => kid,
    alg: ({ alg }: PublishedKey) => alg,
  };
  printList(io, options, { rows, columns });
}
