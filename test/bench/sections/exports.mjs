import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExports } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { Agent, request } from 'undici';
import { startChild } from '../support/child.mjs';
import { authorizeWebhook, toEvent } from '../support/exports.mjs';
import { interleave, median, ratio } from '../support/interleave.mjs';
import { startPostgres } from '../support/postgres.mjs';
import { atLeast, compared } from '../support/table.mjs';

const DELIVERIES = 4000;
const TURNS = 5;
const SITES = 4;
/** As many at once as one worker sends by default. */
const CONCURRENCY = 32;
const KEY = Buffer.alloc(32, 7).toString('hex');
const OPTIONS = {
  callbackUrl: 'http://127.0.0.1/callback',
  keys: [KEY],
  allowLoopback: true,
  pollIntervalMs: 20,
};

/** Deliveries from the outbox against the same posts made by hand and written down nowhere. */
export async function measure() {
  const receiver = startChild('exports-receiver.mjs', [], 0);
  const { origin } = await receiver.ask({});
  const server = await startPostgres();
  const directory = mkdtempSync(join(tmpdir(), 'mandate-bench-'));
  const postgres = await openOutbox(server.connectionString, origin);
  const sqlite = await openOutbox(join(directory, 'exports.db'), origin);
  const agent = new Agent({ connections: CONCURRENCY });
  // They live as long as the process that posts, so none is measured while its code is compiled.
  const sharing = await startWorkers(postgres, 4);
  const alone = await startWorkers(sqlite, 1);
  const costs = await interleave(
    {
      posts: () => time(receiver, () => post(agent, origin)),
      sqlite: () => deliver(sqlite, receiver, alone),
      one: () => deliver(postgres, receiver, sharing.slice(0, 1)),
      two: () => deliver(postgres, receiver, sharing.slice(0, 2)),
      four: () => deliver(postgres, receiver, sharing),
    },
    TURNS,
  );
  for (const worker of [...sharing, ...alone]) {
    await worker.ask({ close: true });
    await worker.stop();
  }
  await Promise.all([agent.close(), sqlite.close(), postgres.close(), receiver.stop()]);
  await server.stop();
  rmSync(directory, { recursive: true });

  const against = 'rate against the same posts with no outbox';
  const rates = (name) =>
    `${[costs[name], costs.posts].map((all) => Math.round(DELIVERIES / median(all))).join(' / ')} per second`;
  return [
    atLeast(
      `deliveries by 4 workers on PostgreSQL; ${against}`,
      ratio(costs.posts, costs.four),
      0.5,
      rates('four'),
    ),
    compared('the same by 2 workers', ratio(costs.posts, costs.two), rates('two')),
    compared('the same by 1 worker', ratio(costs.posts, costs.one), rates('one')),
    atLeast(
      'the same by 1 worker on SQLite',
      ratio(costs.posts, costs.sqlite),
      0.3,
      rates('sqlite'),
    ),
  ];
}

/** An outbox whose connections a person has authorized. */
async function openOutbox(place, origin) {
  const database = place.startsWith('postgres')
    ? await openPostgres({ connectionString: place })
    : await openSqlite({ file: place });
  const keys = [Buffer.from(KEY, 'hex')];
  const store = createSqlExportStore(database);
  const exported = createExports({ ...OPTIONS, keys, store });
  for (let site = 0; site < SITES; site++) {
    await authorizeWebhook(exported, { origin, site: `site-${site}`, path: '/events' });
  }
  let taken = 0;
  return {
    place,
    async fill() {
      const events = Array.from({ length: DELIVERIES }, () => toNext(taken++));
      while (events.length > 0) {
        await Promise.all(events.splice(0, 16).map((event) => exported.enqueue(event)));
      }
    },
    close: () => database.close(),
  };
}

const toNext = (i) => toEvent(`site-${i % SITES}`, `engagement-${i}`);

function startWorkers({ place }, count) {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const child = startChild('exports-worker.mjs', [], i % cpus().length);
      await child.ask({ open: { place, options: OPTIONS } });
      return child;
    }),
  );
}

/** Seconds until everything has arrived. */
async function deliver(outbox, receiver, workers) {
  await outbox.fill();
  const askAll = (message) => Promise.all(workers.map((worker) => worker.ask(message)));
  const seconds = await time(receiver, () => askAll({ start: true }));
  await askAll({ stop: true });
  return seconds;
}

async function time(receiver, begin) {
  const startedAt = performance.now();
  await Promise.all([receiver.ask({ waitFor: DELIVERIES }), begin()]);
  return (performance.now() - startedAt) / 1000;
}

/** As many at once as a worker, with what it would send. */
async function post(dispatcher, origin) {
  let sent = 0;
  const headers = {
    'content-type': 'application/json',
    authorization: 'Bearer access',
    ...{ 'webhook-id': 'id', 'webhook-timestamp': '1', 'webhook-signature': 'v1,signature' },
  };
  const run = async () => {
    while (sent < DELIVERIES) {
      const body = JSON.stringify(toNext(sent++));
      const options = { method: 'POST', headers, body, dispatcher };
      const answer = await request(`${origin}/events`, options);
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, run));
}
