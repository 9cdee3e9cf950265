import { createConnection } from 'node:net';
import { createLocalKeySet } from '@mandate/core';
import { startChild } from '../support/child.mjs';
import { createHostileRequests } from '../support/hostile.mjs';
import { median } from '../support/interleave.mjs';
import { startKeyServer } from '../support/key-server.mjs';
import { createBenchGuard } from '../support/policy.mjs';
import { row } from '../support/table.mjs';
import { AUDIENCE, ISSUER, jwks } from '../support/tokens.mjs';

const MAX_MS = 20;
const REPEATS = 50;
/** Far more than hosts let through, for those that were told to. */
const HUGE_HEADER = 256_000;
/** Node refuses requests whose headers are longer than 16 KiB in all. */
const NODE_HEADER = 12_000;
/** The event loop is also late when the machine is busy with others; what we do happens each time. */
const RUNS = 3;

/** How long hostile requests keep the event loop, alone and in a real server. */
export async function measure() {
  const worst = await findSlowest(await createHostileRequests(HUGE_HEADER));
  const rows = [
    row(
      'longest synchronous part of `guard.decide`, hostile requests with up to 256 KB of headers',
      `${worst.ms.toFixed(1)} ms`,
      `< ${MAX_MS} ms`,
      worst.ms < MAX_MS,
      `${worst.name}; once, on a busy machine, ${worst.longestMs.toFixed(1)} ms`,
    ),
  ];
  const requests = await createHostileRequests(NODE_HEADER);
  for (const host of ['express', 'koa', 'hono']) {
    const bare = await measureHost(host, 'bare', requests);
    const guarded = await measureHost(host, 'mandate', requests);
    rows.push(
      row(
        `${host}: longest delay of the event loop under the same requests as far as Node lets them in`,
        `${guarded.toFixed(1)} ms`,
        `< ${MAX_MS} ms`,
        guarded < MAX_MS,
        `without a guard ${bare.toFixed(1)} ms`,
      ),
    );
  }
  return rows;
}

/** The request that takes longest, by the median of many times, and the longest single time of all. */
async function findSlowest(requests) {
  const guard = createBenchGuard(createLocalKeySet(jwks));
  let worst = { ms: 0 };
  let longestMs = 0;
  for (const [name, target, headers] of requests) {
    const request = toRequest(target, headers);
    const times = [];
    for (let i = 0; i < REPEATS; i++) {
      const startedAt = performance.now();
      const decision = guard.decide(request);
      times.push(performance.now() - startedAt);
      await decision;
    }
    const ms = median(times);
    if (ms > worst.ms) worst = { name, ms };
    longestMs = Math.max(longestMs, ...times);
  }
  return { ...worst, longestMs };
}

function toRequest(target, headers) {
  const path = target.split('?')[0];
  return { method: 'GET', path, target: path, header: (name) => headers[name] };
}

/** The smallest of several runs, each of them the longest delay of its own. */
async function measureHost(host, variant, requests) {
  const server = startChild('server.mjs', [host, variant], 0);
  const jwksUri = await startKeyServer();
  const { port } = await server.ask({
    start: { jwksUri, jwks, issuer: ISSUER, audience: AUDIENCE },
  });
  // The first requests load and compile.
  await sendAll(port, requests);
  const delays = [];
  for (let run = 0; run < RUNS; run++) {
    await server.ask({ watch: 'begin' });
    await sendAll(port, requests);
    delays.push((await server.ask({ watch: 'end' })).maxDelayMs);
  }
  await server.stop();
  return Math.min(...delays);
}

async function sendAll(port, requests) {
  for (const [, target, headers] of requests) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    await send(
      port,
      `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines.join('')}\r\n`,
    );
  }
}

/** Whatever the answer is: what counts is that one comes. */
function send(port, text) {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => (answer === '' ? reject(new Error('no answer')) : resolve()));
  });
}
