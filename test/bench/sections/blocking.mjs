import { createConnection } from 'node:net';
import { createLocalKeySet } from '@mandate/core/jwt';
import { startChild } from '../support/child.mjs';
import { createHostileRequests } from '../support/hostile.mjs';
import { median } from '../support/interleave.mjs';
import { startKeyServer } from '../support/key-server.mjs';
import { createBenchGuard } from '../support/policy.mjs';
import { row } from '../support/table.mjs';
import { AUDIENCE, ISSUER, jwks } from '../support/tokens.mjs';

const MAX_MS = 20;
const REPEATS = 50;
/** Far more than hosts accept by default; these are configured to accept it. */
const HUGE_HEADER = 256_000;
/** Node rejects requests whose headers are longer than 16 KiB in all. */
const NODE_HEADER = 12_000;
/** The worst of all runs is judged; where the best is far below it, the machine was busy with others. */
const RUNS = 3;

/** How long hostile requests keep the event loop, alone and in a real server. */
export async function measure() {
  const requests = await createHostileRequests(NODE_HEADER);
  const rows = [
    await rateDecide('headers as long as Node lets in', requests),
    await rateDecide('256 KB of headers', await createHostileRequests(HUGE_HEADER)),
  ];
  for (const host of ['express', 'koa', 'hono']) {
    const bare = await measureHost(host, 'bare', requests);
    const guarded = await measureHost(host, 'mandate', requests);
    rows.push(
      row(
        `${host}: longest delay of the event loop under hostile requests as long as Node lets in, worst of ${RUNS} runs`,
        `${guarded.worst.toFixed(1)} ms`,
        `< ${MAX_MS} ms`,
        guarded.worst < MAX_MS,
        `best run ${guarded.best.toFixed(1)} ms; without a guard ${bare.best.toFixed(1)} to ${bare.worst.toFixed(1)} ms`,
      ),
    );
  }
  return rows;
}

async function rateDecide(size, requests) {
  const { longest, slowest } = await findSlowest(requests);
  return row(
    `longest single synchronous \`guard.decide\` of hostile requests, ${size}, CPU time of the process`,
    `${longest.ms.toFixed(1)} ms`,
    `< ${MAX_MS} ms`,
    longest.ms < MAX_MS,
    `${longest.name}; highest median of ${REPEATS}: ${slowest.ms.toFixed(1)} ms, ${slowest.name}`,
  );
}

/** The longest call of all, and the request whose calls take longest by their median. */
async function findSlowest(requests) {
  const guard = createBenchGuard(createLocalKeySet(jwks));
  let longest = { ms: 0 };
  let slowest = { ms: 0 };
  for (const [name, target, headers] of requests) {
    const request = toRequest(target, headers);
    const times = [];
    for (let i = 0; i < REPEATS; i++) {
      const before = process.cpuUsage();
      const decision = guard.decide(request);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
      await decision;
    }
    const max = Math.max(...times);
    if (max > longest.ms) longest = { name, ms: max };
    if (median(times) > slowest.ms) slowest = { name, ms: median(times) };
  }
  return { longest, slowest };
}

function toRequest(target, headers) {
  const path = target.split('?')[0];
  return { method: 'GET', path, target: path, header: (name) => headers[name] };
}

/** The longest delay of each run: the best and the worst of them. */
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
  return { best: Math.min(...delays), worst: Math.max(...delays) };
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
