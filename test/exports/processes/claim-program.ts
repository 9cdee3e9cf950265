import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openDatabase } from '../../tokens/processes/open-database.js';

/** The lines that a worker prints. */
export type Said = { readonly claimed: string } | { readonly settled: string };

const LEASE_MS = 500;

// After the signal, claims and settles until nothing is due, and prints a line before and after.
const [place = ''] = process.argv.slice(2);
const store = createSqlExportStore(await openDatabase(place));

function say(what: Said): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

async function settle(id: string, owner: string): Promise<void> {
  say({ claimed: id });
  const isSettled = await store.settleDelivery({
    ...{ id, owner, status: 'delivered', failure: undefined, responseStatus: 204 },
    ...{ nextAttemptAtMs: undefined, countsAsAttempt: true, atMs: Date.now() },
  });
  if (isSettled) say({ settled: id });
}

process.stdout.write('"ready"\n');
process.stdin.resume();
await once(process.stdin, 'end');
for (;;) {
  const nowMs = Date.now();
  const owner = randomUUID();
  const lease = { owner, nowMs, leaseUntilMs: nowMs + LEASE_MS };
  const claimed = await store.claimDeliveries({ ...lease, limit: 5, perConnection: 5, except: [] });
  await Promise.all(claimed.map(({ id }) => settle(id, owner)));
  // Lets the pipe be written.
  await new Promise(setImmediate);
  const { items } = await store.listDeliveries({ status: 'pending' }, { limit: 1 });
  if (items.length === 0) break;
}
process.exit(0);
