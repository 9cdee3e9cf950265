import { randomBytes } from 'node:crypto';
import {
  type Connection,
  createExports,
  type Delivery,
  type DeliveryStatus,
  type Exports,
  type ExportType,
} from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import type { Command } from 'commander';
import { CliError, EXIT, type ExitCode } from '../cli-error.js';
import { withDatabase } from '../database/open-database.js';
import type { Io } from '../io.js';
import { print, printList, toText } from '../output/print.js';
import type { Columns } from '../output/print-table.js';
import { parseDate, parseWholeNumber, parseWord } from '../parse-arguments.js';
import { addStoreCommand, type StoreOptions } from '../store-command.js';

const STATUSES = ['pending', 'delivered', 'dead'] as const satisfies readonly DeliveryStatus[];
const TYPES = [
  'engagement_start',
  'engagement',
  'engagement_transfer',
  'user_presence_update',
] as const satisfies readonly ExportType[];

/** Commands about exports: their connections and deliveries. */
export function addExports(program: Command, io: Io, end: (code: ExitCode) => void): void {
  const connections = program
    .command('connections')
    .description('administer the connections of exports');
  const deliveries = program.command('deliveries').description('administer deliveries');
  addConnections(connections, io);
  addDeliveries(deliveries, io, end);
}

/** None of these commands opens or seals a secret, so they need no key of the servers. */
const withExports = <Result>(
  io: Io,
  options: StoreOptions,
  work: (exports: Exports<unknown>) => Promise<Result>,
): Promise<Result> =>
  withDatabase(io, options, (database) =>
    work(
      createExports({
        store: createSqlExportStore(database),
        keys: [randomBytes(32)],
        callbackUrl: 'https://cli.invalid/callback',
        now: () => io.now(),
        onEvent: null,
        onError: null,
      }) as Exports<unknown>,
    ),
  );

function addConnections(connections: Command, io: Io): void {
  addStoreCommand(connections, 'list', 'list connections with what waits to be delivered').action(
    (options: StoreOptions) =>
      withExports(io, options, async (exports) => {
        const rows = [];
        for (const connection of await exports.connections.list()) {
          rows.push({ ...toShown(connection), ...(await count(exports, connection.id)) });
        }
        const columns: Columns<(typeof rows)[number]> = {
          id: ({ id }) => id,
          name: ({ name }) => name,
          status: ({ status }) => status,
          reason: ({ reason }) => reason,
          waiting: ({ waiting }) => String(waiting),
          dead: ({ dead }) => String(dead),
          'oldest waiting': ({ oldestWaitingAt }) => toText(oldestWaitingAt),
        };
        printList(io, options, { rows, columns });
      }),
  );
  for (const action of ['enable', 'disable'] as const) {
    const effect = action === 'enable' ? 'deliver again' : 'accept no more events';
    addStoreCommand(connections, `${action} <id>`, effect).action(
      (id: string, options: StoreOptions) =>
        withExports(io, options, async (exports) => {
          const connection = toShown(await exports.connections[action](id));
          print(io, options, { value: connection, lines: [`${id} is ${connection.status}`] });
        }),
    );
  }
}

/** No endpoint, client id or redirect URI: a list is read by many. */
function toShown({ id, name, siteId, status, reason, pausedUntil, failingSince }: Connection) {
  return { id, name, siteId, status, reason, pausedUntil, failingSince };
}

async function count(exports: Exports<unknown>, id: string) {
  const { waiting, dead, oldestWaitingAt } = await exports.countDeliveries(id);
  return { waiting, dead, oldestWaitingAt };
}

interface ListOptions extends StoreOptions {
  readonly connection?: string;
  readonly status?: DeliveryStatus;
  readonly limit: number;
}

interface ReplayOptions extends StoreOptions {
  readonly connection?: string;
  readonly type?: ExportType;
  readonly from?: Date;
  readonly before?: Date;
  readonly all?: boolean;
}

const MAX_LIST = 200;
const MAX_REPLAYS = 1000;

function addDeliveries(deliveries: Command, io: Io, end: (code: ExitCode) => void): void {
  addStoreCommand(deliveries, 'list', 'list deliveries, newest first')
    .option('--connection <id>', 'only those of a connection')
    .option('--status <word>', STATUSES.join(', '), parseWord(STATUSES))
    .option('--limit <number>', 'at most so many', parseWholeNumber(1, MAX_LIST), 50)
    .action((options: ListOptions) =>
      withExports(io, options, async (exports) => {
        const { connection: connectionId, status, limit } = options;
        const { items } = await exports.listDeliveries({ connectionId, status }, { limit });
        printList(io, options, { rows: items, columns: COLUMNS });
      }),
    );
  addStoreCommand(deliveries, 'replay [ids...]', 'send dead deliveries again')
    .option('--connection <id>', 'those of a connection')
    .option('--type <word>', TYPES.join(', '), parseWord(TYPES))
    .option('--from <date>', 'enqueued at this time or later', parseDate)
    .option('--before <date>', 'enqueued before this time', parseDate)
    .option('--all', 'every dead delivery')
    .action((ids: readonly string[], options: ReplayOptions) =>
      withExports(io, options, async (exports) => {
        checkSelection(ids, options);
        const replayed =
          ids.length > 0 ? await replayIds(exports, ids) : await replay(exports, options);
        const lines = [`${replayed} replayed; a running worker sends them`];
        print(io, options, { value: { replayed }, lines });
        end(replayed > 0 ? EXIT.ok : EXIT.negative);
      }),
    );
}

const COLUMNS: Columns<Delivery> = {
  id: ({ id }) => id,
  engagement: ({ engagementId }) => engagementId,
  type: ({ exportType }) => exportType,
  status: ({ status }) => status,
  failure: ({ failure }) => failure,
  answer: ({ responseStatus }) => responseStatus?.toString(),
  attempts: ({ attempts }) => String(attempts),
  created: ({ createdAt }) => toText(createdAt),
  'next attempt': ({ nextAttemptAt }) => toText(nextAttemptAt),
};

/** A replay of everything must be meant. */
function checkSelection(ids: readonly string[], options: ReplayOptions): void {
  const { connection, type, from, before, all } = options;
  const hasFilter = [connection, type, from, before].some((one) => one !== undefined);
  const given = [ids.length > 0, hasFilter, all === true].filter(Boolean).length;
  if (given !== 1) throw new CliError('name ids, or filters, or --all');
}

async function replayIds(exports: Exports<unknown>, ids: readonly string[]): Promise<number> {
  for (const id of ids) await exports.replay(id);
  return ids.length;
}

async function replay(exports: Exports<unknown>, options: ReplayOptions): Promise<number> {
  const { connection: connectionId, type: exportType, from, before } = options;
  const filter = { connectionId, exportType, createdFrom: from, createdBefore: before };
  let replayed = 0;
  for (;;) {
    const some = await exports.replayDead(filter, MAX_REPLAYS);
    replayed += some;
    if (some < MAX_REPLAYS) return replayed;
  }
}
