import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExports } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { Agent, request } from 'undici';
import { startChild } from '../support/child.mjs';
import { interleave, median, ratio } from '../support/interleave.mjs';
import { startPostgres } from '../support/postgres.mjs';
import { atLeast, compared } from '../support/table.mjs';

const DELIVERIES = 2000;
const TURNS = 5;
const SITES = 4;
/** As many at once as one worker sends by default. */
const CONCURRENCY = 32;
const SESSION = 'a-session-of-the-bench';
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
  const costs = await interleave(
    {
      posts: () => time(receiver, () => post(agent, origin)),
      sqlite: () => deliver(sqlite, receiver, 1),
      one: () => deliver(postgres, receiver, 1),
      two: () => deliver(postgres, receiver, 2),
      four: () => deliver(postgres, receiver, 4),
    },
    TURNS,
  );
  await Promise.all([agent.close(), sqlite.close(), postgres.close(), receiver.stop()]);
  await server.stop();
  rmSync(directory, { recursive: true });

  const against = 'rate against the same posts with no outbox';
  const rates = (name) =>
    `${[costs[name], costs.posts].map((all) => Math.round(DELIVERIES / median(all))).join(' / ')} per second`;
  return [
    atLeast(
      `deliveries by 1 worker on PostgreSQL; ${against}`,
      ratio(costs.posts, costs.one),
      0.05,
      rates('one'),
    ),
    compared('the same by 2 workers', ratio(costs.posts, costs.two), rates('two')),
    compared('the same by 4 workers', ratio(costs.posts, costs.four), rates('four')),
    compared('the same by 1 worker on SQLite', ratio(costs.posts, costs.sqlite), rates('sqlite')),
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
    const { connection } = await exported.connections.create({
      ...{ preset: 'generic', name: `site ${site}`, siteId: `site-${site}` },
      authorizationEndpoint: `${origin}/authorize`,
      tokenEndpoint: `${origin}/token`,
      ...{ clientId: 'bench', clientSecret: 'bench' },
      destination: { kind: 'webhook', url: `${origin}/events` },
    });
    const { searchParams } = await exported.connections.authorize(connection.id, SESSION, 'bench');
    const answer = new URLSearchParams({ code: 'code', state: searchParams.get('state') });
    const result = await exported.connections.finishAuthorization(connection.id, answer, SESSION);
    if (result !== 'authorized') throw new Error(result);
  }
  let taken = 0;
  return {
    place,
    async fill() {
      const events = Array.from({ length: DELIVERIES }, () => toEvent(taken++));
      while (events.length > 0) {
        await Promise.all(events.splice(0, 16).map((event) => exported.enqueue(event)));
      }
    },
    close: () => database.close(),
  };
}

function toEvent(i) {
  return {
    ...{ version: 'v1', export_type: 'engagement_start', site_id: `site-${i % SITES}` },
    engagement_id: `engagement-${i}`,
    operator: { id: 'operator-1', name: 'Jordan', email: 'jordan@example.com' },
    visitor: { id: 'visitor-1', name: 'John', email: 'john@example.com' },
    ...{ queues: [], source: 'button_embed', queue_wait_time: 3.5, platform: 'omnicore' },
  };
}

/** Seconds until everything has arrived. Processes start before, and end after. */
async function deliver(outbox, receiver, workers) {
  await outbox.fill();
  const children = Array.from({ length: workers }, (_, i) =>
    startChild('exports-worker.mjs', [], i % cpus().length),
  );
  const askAll = (message) => Promise.all(children.map((child) => child.ask(message)));
  await askAll({ open: { place: outbox.place, options: OPTIONS } });
  const seconds = await time(receiver, () => askAll({ start: true }));
  await askAll({ stop: true });
  await Promise.all(children.map((child) => child.stop()));
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
      const body = JSON.stringify(toEvent(sent++));
      const options = { method: 'POST', headers, body, dispatcher };
      const answer = await request(`${origin}/events`, options);
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, run));
}
