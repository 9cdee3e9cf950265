import { createServer } from 'node:http';
import { cpus } from 'node:os';
import { createExports } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import { startChild } from '../support/child.mjs';
import { authorizeWebhook, toEvent } from '../support/exports.mjs';
import { median } from '../support/interleave.mjs';
import { startPostgres } from '../support/postgres.mjs';
import { row } from '../support/table.mjs';

const KEY = Buffer.alloc(32, 7).toString('hex');
const OPTIONS = {
  callbackUrl: 'http://127.0.0.1/callback',
  keys: [KEY],
  allowLoopback: true,
};
const SLOW = 4;
const SLOW_ANSWER_MS = 3000;
const BACKLOG = 500;
const OTHERS = 1000;
const SINGLE_EVENTS = 200;

/** How soon a worker in another process sends an event: alone, and beside slow receivers with backlogs. */
export async function measure() {
  const server = await startPostgres();
  const arrivals = new Map();
  const receiver = await startReceiver(arrivals);
  const { origin } = receiver;
  const database = await openPostgres({ connectionString: server.connectionString });
  const store = createSqlExportStore(database);
  const exported = createExports({ ...OPTIONS, keys: [Buffer.from(KEY, 'hex')], store });
  await authorizeWebhook(exported, { origin, site: 'single', path: '/quick' });
  const worker = startChild('exports-worker.mjs', [], cpus().length - 1);
  await worker.ask({ open: { place: server.connectionString, options: OPTIONS } });
  await worker.ask({ start: true });

  const delays = [];
  for (let i = 0; i < SINGLE_EVENTS; i++) {
    const sinceMs = performance.now();
    await exported.enqueue(toEvent('single', `single-${i}`));
    delays.push(await waitFor(arrivals, `single-${i}`, sinceMs));
  }

  for (let i = 0; i < SLOW; i++) {
    await authorizeWebhook(exported, { origin, site: `slow-${i}`, path: '/slow' });
    for (let event = 0; event < BACKLOG; event += 50) {
      const ids = Array.from({ length: 50 }, (_, index) => `slow-${i}-${event + index}`);
      await Promise.all(ids.map((id) => exported.enqueue(toEvent(`slow-${i}`, id))));
    }
  }
  for (let i = 0; i < OTHERS; i++) {
    await authorizeWebhook(exported, { origin, site: `other-${i}`, path: '/quick' });
  }
  const waits = [];
  for (let start = 0; start < OTHERS; start += 20) {
    const ids = Array.from({ length: 20 }, (_, index) => start + index);
    await Promise.all(
      ids.map(async (i) => {
        const sinceMs = performance.now();
        await exported.enqueue(toEvent(`other-${i}`, `other-${i}`));
        waits.push(await waitFor(arrivals, `other-${i}`, sinceMs));
      }),
    );
  }
  // The slow receivers would take minutes to answer what is on its way.
  worker.stop();
  receiver.close();
  await database.close();
  await server.stop();
  waits.sort((a, b) => a - b);
  const p99 = waits[Math.floor(waits.length * 0.99)];
  const p50 = median(delays);
  return [
    row(
      'an event, until a worker in another process has sent it: half of the events',
      `${p50.toFixed(1)} ms`,
      '< 50 ms',
      p50 < 50,
    ),
    row(
      `${OTHERS} connections beside ${SLOW} slow ones with full backlogs: 99 of 100 events`,
      `${Math.round(p99)} ms`,
      '< 5 s',
      p99 < 5000,
      `median ${Math.round(median(waits))} ms`,
    ),
  ];
}

/** Milliseconds from `sinceMs` until the event has arrived. */
function waitFor(arrivals, engagement, sinceMs) {
  return new Promise((resolve) => {
    const arrivedMs = arrivals.get(engagement);
    if (typeof arrivedMs === 'number') resolve(arrivedMs - sinceMs);
    else arrivals.set(engagement, (ms) => resolve(ms - sinceMs));
  });
}

/** Answers `/slow` after seconds, and everything else at once. */
async function startReceiver(arrivals) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/token') {
        const tokens = { access_token: 'access', refresh_token: 'refresh', token_type: 'Bearer' };
        response.setHeader('content-type', 'application/json');
        return response.end(JSON.stringify(tokens));
      }
      const answer = () => response.writeHead(204).end();
      if (request.url === '/slow') return setTimeout(answer, SLOW_ANSWER_MS);
      const { engagement_id } = JSON.parse(Buffer.concat(chunks).toString());
      const now = performance.now();
      const listener = arrivals.get(engagement_id);
      arrivals.set(engagement_id, now);
      if (typeof listener === 'function') listener(now);
      answer();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
