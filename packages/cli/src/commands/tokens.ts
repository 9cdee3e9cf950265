import {
  type AuditEntry,
  getTokenStatus,
  type NewToken,
  type RevocationResult,
  type TokenAuthority,
  type TokenRecord,
  type TokenStatus,
} from '@mandate/tokens';
import type { Command } from 'commander';
import { CliError, EXIT, type ExitCode } from '../cli-error.js';
import { withDatabase } from '../database/open-database.js';
import type { Io } from '../io.js';
import { print, printList, toText } from '../output/print.js';
import type { Columns } from '../output/print-table.js';
import { parseDate, parseNames, parseWholeNumber, parseWord } from '../parse-arguments.js';
import { addStoreCommand } from '../store-command.js';
import { collectPages, MAX_PAGE } from './collect-pages.js';
import { openAuthority, type TokenOptions, toAdmin } from './token-authority.js';

const PERMISSIONS = ['USER', 'GLOBAL', 'ANONYMOUS'] as const;
const STATUSES = ['active', 'expired', 'revoked'] as const;
const MAX_OVERLAP_SECONDS = 604_800;

export function addTokens(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const tokens = program.command('tokens').description('administer issued tokens');
  const add = (name: string, description: string) =>
    addStoreCommand(tokens, name, description)
      .option('--as <subject>', 'who makes the change, for the audit trail; default: cli:<user>')
      .option('--prefix <prefix>', 'the prefix of secrets, if your servers have one of their own');
  addCreate(add('create', 'create a token and print its secret, once'), io);
  addList(add('list', 'list tokens, newest first'), io);
  addRevoke(add('revoke [ids...]', 'revoke tokens by id, or all of a user'), io, end);
  addRotate(add('rotate <id>', 'give a token a new secret and print it, once'), io);
  addAudit(add('audit [id]', 'print the changes of a token, or of all tokens, newest first'), io);
}

interface CreateOptions extends TokenOptions, Pick<NewToken, 'description' | 'permission'> {
  readonly scopes: readonly string[];
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly expires?: Date;
  readonly addresses?: readonly string[];
}

function addCreate(command: Command, io: Io): void {
  command
    .requiredOption('--description <text>', 'what the token is for')
    .requiredOption('--scopes <names>', 'scopes, separated by commas', parseNames)
    .option('--permission <word>', PERMISSIONS.join(', '), parseWord(PERMISSIONS), 'USER')
    .option('--user <email>', 'the user of a USER token')
    .option('--groups <names>', 'groups, separated by commas', parseNames)
    .option('--expires <date>', 'when it expires: 2030-01-01T00:00:00Z', parseDate)
    .option('--addresses <networks>', 'addresses and networks, separated by commas', parseNames)
    .action((options: CreateOptions) =>
      withDatabase(io, options, async (database) => {
        const { description, permission, scopes, user, groups, expires, addresses } = options;
        const token: NewToken = {
          ...{ description, permission, scopes, groups },
          ...{ userEmail: user, expiresAt: expires, allowedAddresses: addresses },
        };
        const issued = await openAuthority(io, database, options).create(token, toAdmin(options));
        // The secret alone on standard output, so that it can go into a file or a secret manager.
        if (options.json !== true)
          io.err(`token ${issued.token.id}; the secret is shown only now:`);
        print(io, options, { value: issued, lines: [issued.secret] });
      }),
    );
}

interface ListOptions extends TokenOptions {
  readonly user?: string;
  readonly scope?: string;
  readonly status?: TokenStatus;
  readonly limit: number;
}

function addList(command: Command, io: Io): void {
  command
    .option('--user <email>', 'only those of a user')
    .option('--scope <name>', 'only those with a scope')
    .option('--status <word>', STATUSES.join(', '), parseWord(STATUSES))
    .option('--limit <number>', 'at most so many', parseWholeNumber(1, 100_000), 1000)
    .action((options: ListOptions) =>
      withDatabase(io, options, async (database) => {
        const { user, scope, status, limit } = options;
        const authority = openAuthority(io, database, options);
        const filter = { userEmail: user, scope, status };
        const rows = await collectPages(limit, (page) => authority.list(filter, page));
        printList(io, options, { rows, columns: toColumns(io.now()) });
      }),
    );
}

function toColumns(nowMs: number): Columns<TokenRecord> {
  return {
    id: ({ id }) => id,
    status: (token) => getTokenStatus(token, new Date(nowMs)),
    permission: ({ permission }) => permission,
    user: ({ userEmail }) => userEmail,
    scopes: ({ scopes }) => scopes.join(','),
    ends: ({ lastFour }) => lastFour,
    created: ({ createdAt }) => toText(createdAt),
    'last used': ({ lastUsedAt }) => toText(lastUsedAt),
    expires: ({ expiresAt }) => toText(expiresAt),
    description: ({ description }) => description,
  };
}

interface RevokeOptions extends TokenOptions {
  readonly user?: string;
}

function addRevoke(command: Command, io: Io, end: (code: ExitCode) => void): void {
  command
    .option('--user <email>', 'all tokens of a user')
    .action((ids: readonly string[], options: RevokeOptions) =>
      withDatabase(io, options, async (database) => {
        if (ids.length > 0 === (options.user !== undefined)) {
          throw new CliError('name ids, or a user with --user');
        }
        const authority = openAuthority(io, database, options);
        const results = await revoke(authority, ids, options);
        const rows = results.map(({ id, code }) => ({ id, code }));
        const columns = {
          id: (row: (typeof rows)[number]) => row.id,
          result: (row: (typeof rows)[number]) => row.code,
        };
        printList(io, options, { rows, columns });
        const isDone = results.every(({ code }) => code === 'revoked');
        end(isDone ? EXIT.ok : EXIT.failure);
      }),
    );
}

async function revoke(
  authority: TokenAuthority,
  ids: readonly string[],
  options: RevokeOptions,
): Promise<readonly RevocationResult[]> {
  const admin = toAdmin(options);
  if (options.user === undefined) return revokeIds(authority, ids, options);
  const results: RevocationResult[] = [];
  for (;;) {
    const some = await authority.revokeByUser(options.user, admin);
    results.push(...some);
    if (some.length === 0 || some.some(({ code }) => code !== 'revoked')) return results;
  }
}

async function revokeIds(
  authority: TokenAuthority,
  ids: readonly string[],
  options: RevokeOptions,
): Promise<readonly RevocationResult[]> {
  const results: RevocationResult[] = [];
  for (let start = 0; start < ids.length; start += MAX_PAGE) {
    const some = ids.slice(start, start + MAX_PAGE);
    results.push(...(await authority.revokeMany(some, toAdmin(options))));
  }
  return results;
}

interface RotateOptions extends TokenOptions {
  readonly overlap: number;
}

function addRotate(command: Command, io: Io): void {
  const parse = parseWholeNumber(0, MAX_OVERLAP_SECONDS);
  command
    .option('--overlap <seconds>', 'for how long the old secret still works', parse, 0)
    .action((id: string, options: RotateOptions) =>
      withDatabase(io, options, async (database) => {
        const authority = openAuthority(io, database, options);
        const issued = await authority.rotate(id, options.overlap, toAdmin(options));
        const until = toText(issued.token.previousExpiresAt);
        if (options.json !== true) {
          io.err(`the old secret works until ${until}; the new secret is shown only now:`);
        }
        print(io, options, { value: issued, lines: [issued.secret] });
      }),
    );
}

interface AuditOptions extends TokenOptions {
  readonly limit: number;
}

function addAudit(command: Command, io: Io): void {
  command
    .option('--limit <number>', 'at most so many', parseWholeNumber(1, 100_000), 100)
    .action((id: string | undefined, options: AuditOptions) =>
      withDatabase(io, options, async (database) => {
        const authority = openAuthority(io, database, options);
        const rows = await collectPages(options.limit, (page) => authority.audit(id, page));
        const columns: Columns<AuditEntry> = {
          at: ({ at }) => toText(at),
          action: ({ action }) => action,
          token: ({ tokenId }) => tokenId,
          by: ({ by }) => by,
        };
        printList(io, options, { rows, columns });
      }),
    );
}
