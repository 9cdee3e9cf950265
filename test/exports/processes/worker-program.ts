import { once } from 'node:events';
import { inspect } from 'node:util';
import { createExports } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openDatabase } from '../../tokens/processes/open-database.js';
import { readClock } from './clock.js';
import type { WorkerSetup } from './start-worker.js';

// After the signal, delivers until it is killed, and prints every event and error.
const { place, key, clock, options } = JSON.parse(process.argv[2] ?? '') as WorkerSetup;

function say(what: unknown): void {
  process.stdout.write(
    `${inspect(what, { depth: 9, breakLength: Number.POSITIVE_INFINITY, compact: 9 })}\n`,
  );
}

const { worker } = createExports({
  store: createSqlExportStore(await openDatabase(place)),
  keys: [Buffer.from(key, 'hex')],
  callbackUrl: 'https://app.example.com/exports/callback',
  allowLoopback: true,
  now: () => readClock(clock),
  onEvent: say,
  onError: say,
  ...options,
});

say('ready');
await once(process.stdin, 'data');
worker.start();
// The parent process is gone.
process.stdin.once('end', () => process.exit());
