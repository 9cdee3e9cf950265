import type { DirectoryUser } from '@mandate/issuer';
import type { Command } from 'commander';
import type { Io } from '../io.js';
import { print, printList } from '../output/print.js';
import type { Columns } from '../output/print-table.js';
import { parseNames } from '../parse-arguments.js';
import { readSecret } from '../read-secret.js';
import { addStoreCommand, type StoreOptions } from '../store-command.js';
import { withDirectory } from './with-directory.js';

/** The users of the authorization service. */
export function addUsers(program: Command, io: Io): void {
  const users = program
    .command('users')
    .description('administer the users of the authorization service');
  addList(addStoreCommand(users, 'list', 'list users'), io);
  addPut(addStoreCommand(users, 'put <id> <username>', 'add a user, or replace its name'), io);
  addJoin(addStoreCommand(users, 'join <id> <group>', 'add a user to a group'), io);
  addStoreCommand(
    users,
    'remove <id>',
    'remove a user; tokens stay valid until they expire',
  ).action((id: string, options: StoreOptions) =>
    withDirectory(io, options, async (directory) => {
      await directory.removeUser(id);
      print(io, options, { value: { id }, lines: [`user ${id} is removed`] });
    }),
  );
}

interface ListOptions extends StoreOptions {
  readonly group?: string;
}

function addList(command: Command, io: Io): void {
  command.option('--group <id>', 'only the members of a group').action((options: ListOptions) =>
    withDirectory(io, options, async (directory) => {
      const { group: groupId } = options;
      const rows = await listAll((page) => directory.listUsers({ ...page, groupId }));
      printList(io, options, { rows, columns: COLUMNS });
    }),
  );
}

const COLUMNS: Columns<DirectoryUser> = {
  id: ({ id }) => id,
  username: ({ username }) => username,
  groups: ({ memberships }) => memberships.map(({ groupId }) => groupId).join(',') || undefined,
};

interface PutOptions extends StoreOptions {
  readonly password?: boolean;
}

function addPut(command: Command, io: Io): void {
  command
    .option('--password', 'read a password from MANDATE_PASSWORD or standard input')
    .action((id: string, username: string, options: PutOptions) =>
      withDirectory(io, options, async (directory) => {
        const password = options.password
          ? await readSecret(io, 'MANDATE_PASSWORD', 'password')
          : undefined;
        await directory.putUser({ id, username, password });
        print(io, options, { value: { id, username }, lines: [`user ${id} is stored`] });
      }),
    );
}

interface JoinOptions extends StoreOptions {
  readonly scopes: readonly string[];
}

function addJoin(command: Command, io: Io): void {
  command
    .option('--scopes <names>', 'scopes there, separated by commas', parseNames, [])
    .action((userId: string, groupId: string, options: JoinOptions) =>
      withDirectory(io, options, async (directory) => {
        const membership = { userId, groupId, scopes: options.scopes };
        await directory.putMembership(membership);
        print(io, options, { value: membership, lines: [`${userId} is a member of ${groupId}`] });
      }),
    );
}

const PAGE_SIZE = 1000;

interface UserPage {
  readonly limit: number;
  readonly after?: string;
}

async function listAll(
  load: (page: UserPage) => Promise<readonly DirectoryUser[]>,
): Promise<readonly DirectoryUser[]> {
  const users: DirectoryUser[] = [];
  for (;;) {
    const after = users.at(-1)?.id;
    const page = await load({ limit: PAGE_SIZE, ...(after !== undefined && { after }) });
    users.push(...page);
    if (page.length < PAGE_SIZE) return users;
  }
}
