import { startChild } from '../support/child.mjs';
import { addRequests, createSlices } from '../support/host.mjs';
import { interleave, median, ratio } from '../support/interleave.mjs';
import { startKeyServer } from '../support/key-server.mjs';
import { atMost, microseconds } from '../support/table.mjs';
import { AUDIENCE, ISSUER, jwks } from '../support/tokens.mjs';

const HOSTS = ['express', 'koa', 'hono', 'fastify', 'nest', 'fetch'];
const LOAD = { pool: 'hot', count: 1000 };
const TOKENS = 100;
const WARM_UP = 40_000;
const TURNS = 61;

/**
 * The guard against a middleware that does nothing, in turns in one process, so that both have the same heap,
 * the same compiled code of the host and the same moment of the machine.
 */
export async function measure() {
  const options = { jwksUri: await startKeyServer(), jwks, issuer: ISSUER, audience: AUDIENCE };
  const client = startChild('client.mjs', [], 1);
  await addRequests(client, LOAD.pool, TOKENS);
  const rows = [];
  for (const host of HOSTS) rows.push(await measurePair(host, client, options));
  await client.stop();
  return rows;
}

async function measurePair(host, client, options) {
  const server = startChild('pair-server.mjs', [host], 0);
  const ports = await server.ask({ start: options });
  const slices = {};
  for (const name of ['idle', 'mandate']) {
    const load = { ...LOAD, port: ports[name] };
    await client.ask({ ...load, first: 0, count: WARM_UP });
    slices[name] = createSlices(server, client, load, 0);
  }
  const costs = await interleave(slices, TURNS);
  await server.stop();
  return atMost(
    `${host}: CPU per request with the guard, against a middleware that does nothing in the same process`,
    ratio(costs.mandate, costs.idle),
    1.05,
    microseconds(median(costs.idle), median(costs.mandate)),
  );
}
