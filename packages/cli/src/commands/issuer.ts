import { createSigningKeys, type DirectoryUser, type SigningAlgorithm } from '@mandate/issuer';
import { createSqlDirectory, createSqlSigningKeyStore } from '@mandate/sql/issuer';
import type { Command } from 'commander';
import { CliError, EXIT, type ExitCode } from '../cli-error.js';
import { type DatabaseOptions, withDatabase } from '../database/open-database.js';
import type { Io } from '../io.js';
import { type PrintOptions, print, printList } from '../output/print.js';
import { parseNames, parseWord } from '../parse-arguments.js';
import { getKeys } from '../parse-keys.js';
import { readSecret } from '../read-secret.js';

const KEYS = 'MANDATE_KEY_ENCRYPTION_KEYS';
const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'] as const satisfies readonly SigningAlgorithm[];

interface Options extends DatabaseOptions, PrintOptions {}

/** Commands about the authorization service: its users, API keys and signing keys. */
export function addIssuer(program: Command, io: Io, end: (code: ExitCode) => void): void {
  addUsers(
    program.command('users').description('administer the users of the authorization service'),
    io,
  );
  addApiKeys(
    program.command('api-keys').description('administer the API keys that create login keys'),
    io,
  );
  addSigningKeys(
    program.command('signing-keys').description('administer the keys that sign tokens'),
    io,
    end,
  );
}

const addCommand = (parent: Command, usage: string, description: string): Command =>
  parent
    .command(usage)
    .description(description)
    .option('-d, --database <file>', 'the SQLite file; default: MANDATE_DATABASE')
    .option('--json', 'print JSON');

const withDirectory = <Result>(
  io: Io,
  options: Options,
  work: (directory: ReturnType<typeof createSqlDirectory>) => Promise<Result>,
): Promise<Result> =>
  withDatabase(io, options, (database) =>
    work(createSqlDirectory(database, { keyEncryptionKeys: getKeys(io, KEYS) })),
  );

function addUsers(users: Command, io: Io): void {
  addCommand(users, 'list', 'list users')
    .option('--group <id>', 'only the members of a group')
    .action((options: Options & { readonly group?: string }) =>
      withDirectory(io, options, async (directory) => {
        const rows = await listAll((page) =>
          directory.listUsers({ ...page, groupId: options.group }),
        );
        const columns = {
          id: ({ id }: DirectoryUser) => id,
          username: ({ username }: DirectoryUser) => username,
          groups: ({ memberships }: DirectoryUser) =>
            memberships.map(({ groupId }) => groupId).join(',') || undefined,
        };
        printList(io, options, { rows, columns });
      }),
    );
  addCommand(users, 'put <id> <username>', 'add a user, or replace name and password')
    .option('--password', 'read a password from MANDATE_PASSWORD or standard input')
    .action((id: string, username: string, options: Options & { readonly password?: boolean }) =>
      withDirectory(io, options, async (directory) => {
        const password = options.password
          ? await readSecret(io, 'MANDATE_PASSWORD', 'password')
          : undefined;
        await directory.putUser({ id, username, password });
        print(io, options, { value: { id, username }, lines: [`user ${id} is stored`] });
      }),
    );
  addCommand(users, 'join <id> <group>', 'add a user to a group, or replace the scopes there')
    .option('--scopes <names>', 'scopes, separated by commas', parseNames, [])
    .action(
      (
        userId: string,
        groupId: string,
        options: Options & { readonly scopes: readonly string[] },
      ) =>
        withDirectory(io, options, async (directory) => {
          const membership = { userId, groupId, scopes: options.scopes };
          await directory.putMembership(membership);
          print(io, options, { value: membership, lines: [`${userId} is a member of ${groupId}`] });
        }),
    );
  addCommand(users, 'remove <id>', 'remove a user; tokens stay valid until they expire').action(
    (id: string, options: Options) =>
      withDirectory(io, options, async (directory) => {
        await directory.removeUser(id);
        print(io, options, { value: { id }, lines: [`user ${id} is removed`] });
      }),
  );
}

const PAGE_SIZE = 1000;

/** @param load returns the items after a cursor. */
async function listAll(
  load: (page: {
    readonly limit: number;
    readonly after?: string;
  }) => Promise<readonly DirectoryUser[]>,
): Promise<readonly DirectoryUser[]> {
  const users: DirectoryUser[] = [];
  for (;;) {
    const after = users.at(-1)?.id;
    const page = await load({ limit: PAGE_SIZE, ...(after !== undefined && { after }) });
    users.push(...page);
    if (page.length < PAGE_SIZE) return users;
  }
}

function addApiKeys(keys: Command, io: Io): void {
  addCommand(keys, 'add <group>', 'add an API key to a group and print it, once').action(
    (groupId: string, options: Options) =>
      withDirectory(io, options, async (directory) => {
        const apiKey = await directory.addApiKey(groupId);
        print(io, options, { value: { groupId, apiKey }, lines: [apiKey] });
      }),
  );
  addCommand(
    keys,
    'remove <group>',
    'remove an API key, read from MANDATE_API_KEY or standard input',
  ).action((groupId: string, options: Options) =>
    withDirectory(io, options, async (directory) => {
      await directory.removeApiKey(groupId, await readSecret(io, 'MANDATE_API_KEY', 'API key'));
      print(io, options, { value: { groupId }, lines: [`the API key of ${groupId} is removed`] });
    }),
  );
}

interface SigningKeyOptions extends Options {
  readonly algorithm: SigningAlgorithm;
}

function addSigningKeys(keys: Command, io: Io, end: (code: ExitCode) => void): void {
  const add = (usage: string, description: string) =>
    addCommand(keys, usage, description).option(
      '--algorithm <name>',
      `that of your servers: ${ALGORITHMS.join(', ')}`,
      parseWord(ALGORITHMS),
      'ES256',
    );
  const withKeys = (
    options: SigningKeyOptions,
    work: (keys: ReturnType<typeof createSigningKeys>) => Promise<void>,
  ) =>
    withDatabase(io, options, (database) =>
      work(
        createSigningKeys({
          store: createSqlSigningKeyStore(database),
          keyEncryptionKeys: getKeys(io, KEYS),
          algorithm: options.algorithm,
          now: () => io.now(),
          onError: null,
        }),
      ),
    );
  const printKids = async (signingKeys: ReturnType<typeof createSigningKeys>, options: Options) => {
    const { keys: published } = await signingKeys.jwks();
    const rows = published.map(({ kid, alg }) => ({ kid: String(kid), alg: String(alg) }));
    const columns = {
      kid: (row: { readonly kid: string }) => row.kid,
      alg: (row: { readonly alg: string }) => row.alg,
    };
    printList(io, options, { rows, columns });
  };
  add('list', 'list the published keys').action((options: SigningKeyOptions) =>
    withKeys(options, (signingKeys) => printKids(signingKeys, options)),
  );
  add('rotate', 'create the next key now; it signs after publishAheadSeconds').action(
    (options: SigningKeyOptions) =>
      withKeys(options, async (signingKeys) => {
        await signingKeys.rotate();
        await printKids(signingKeys, options);
      }),
  );
  add('withdraw <kid>', 'drop a leaked key at once: its tokens are rejected').action(
    (kid: string, options: SigningKeyOptions) =>
      withKeys(options, async (signingKeys) => {
        const { keys: before } = await signingKeys.jwks();
        if (!before.some((key) => key['kid'] === kid)) {
          throw new CliError(`no published key has the kid ${kid}`, EXIT.negative);
        }
        await signingKeys.withdraw(kid);
        await printKids(signingKeys, options);
        end(EXIT.ok);
      }),
  );
}
