import { cpus } from 'node:os';
import { startChild } from '../support/child.mjs';
import { startPostgres } from '../support/postgres.mjs';
import { row } from '../support/table.mjs';

const REVOCATIONS = 1000;
const AT_ONCE = 4;

/** How long a token still works in other processes after one has revoked it, with all of them busy. */
export async function measure() {
  const server = await startPostgres();
  const children = [];
  const apis = [];
  for (let i = 0; i < 3; i++) {
    children.push(startChild('api.mjs', [server.connectionString], i % cpus().length));
    // One after the other: the first makes the tables.
    const { origin, path } = await children[i].ask({});
    apis.push(createClient(origin, path));
  }
  const { tokens } = await children[0].ask({ create: REVOCATIONS + 1 });
  const delaysMs = await revokeAll(apis, tokens);
  await Promise.all(children.map((child) => child.stop()));
  await server.stop();
  return toRows(delaysMs.sort((a, b) => a - b));
}

function createClient(origin, path) {
  return {
    async isServed(secret) {
      const headers = { authorization: `Bearer ${secret}` };
      const response = await fetch(`${origin}${path}`, { headers });
      await response.arrayBuffer();
      return response.ok;
    },
    async revoke(id) {
      const response = await fetch(`${origin}/revoke/${id}`, { method: 'POST' });
      if (!response.ok) throw new Error(await response.text());
    },
  };
}

/** Milliseconds from when the revocation was acknowledged until each of the others rejects the token. */
async function revokeAll([here, ...others], [busy, ...tokens]) {
  for (const { secret } of tokens) {
    for (const api of others) if (!(await api.isServed(secret))) throw new Error('not served');
  }
  let isDone = false;
  const load = [here, ...others].map(async (api) => {
    while (!isDone) await api.isServed(busy.secret);
  });
  const delaysMs = [];
  const left = [...tokens];
  const work = async () => {
    for (let token = left.pop(); token !== undefined; token = left.pop()) {
      const { id, secret } = token;
      await here.revoke(id);
      const startedAt = performance.now();
      if (await here.isServed(secret)) throw new Error('served where it was revoked');
      const told = others.map(async (api) => {
        while (await api.isServed(secret));
        delaysMs.push(performance.now() - startedAt);
      });
      await Promise.all(told);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  isDone = true;
  await Promise.all(load);
  return delaysMs;
}

function toRows(sortedMs) {
  const at = (share) => sortedMs[Math.ceil(share * sortedMs.length) - 1];
  const show = (ms) => `${ms.toFixed(1)} ms`;
  const what = `${REVOCATIONS} revocations, seen by two other busy processes on PostgreSQL`;
  const numbers = `median ${show(at(0.5))}`;
  return [
    row(`${what}: 99 of 100 within`, show(at(0.99)), '< 100 ms', at(0.99) < 100, numbers),
    row(`${what}: the slowest`, show(at(1)), '< 1000 ms', at(1) < 1000, numbers),
  ];
}
