import { startChild } from './child.mjs';
import { interleave, median, ratio } from './interleave.mjs';
import { startKeyServer } from './key-server.mjs';
import { PATH } from './policy.mjs';
import { atLeast, compared, microseconds, row } from './table.mjs';
import { AUDIENCE, ISSUER, jwks, signTokens } from './tokens.mjs';

const TARGETS = { express: 0.95, koa: 0.92, hono: 0.88, fastify: 0.88 };
/** Where the floor costs more than the target leaves: how much more than the floor a guard may cost. */
const ABOVE_FLOOR = 1.03;

/** How well V8 compiles a server differs by a few per cent from one start to the next: several starts. */
const STARTS = 2;
/**
 * Warmed up until V8 has compiled what a server goes on running: a program for hours, not for seconds.
 * It still compiles a guard anew, on this core, after 20,000 hot requests and after 4,000 cold ones.
 */
const HOT = { turns: 21, requests: 1000, tokens: 100, warmUp: 40_000 };
const COLD = { turns: 15, requests: 250, warmUp: 12_000 };

/** CPU time of a server per request, from the same load, with different guards before one route. */
export async function measureHost(host) {
  const options = { jwksUri: await startKeyServer(), jwks, issuer: ISSUER, audience: AUDIENCE };
  const client = startChild('client.mjs', [], 1);
  await addRequests(client, 'hot', HOT.tokens);
  await addRequests(client, 'cold', COLD.warmUp + COLD.requests * COLD.turns);

  const names = Object.keys((await import(`../hosts/${host}.mjs`)).variants);
  const hot = Object.fromEntries(names.map((name) => [name, []]));
  const cold = Object.fromEntries(names.map((name) => [name, []]));
  for (let start = 0; start < STARTS; start++) {
    const costs = await measureStart(host, names, client, options);
    for (const name of names) {
      hot[name].push(...costs.hot[name]);
      cold[name].push(...costs.cold[name]);
    }
  }
  await client.stop();

  const peers = names.filter((name) => !['bare', 'floor', 'mandate'].includes(name));
  return [
    ...rateAgainstBare(host, hot),
    ...rateAgainstPeers(`${host}, hot`, hot, peers),
    ...rateAgainstPeers(`${host}, cold`, cold, peers),
  ];
}

export async function addRequests(client, pool, count) {
  const tokens = await signTokens(count);
  await client.ask({ pool, requests: tokens.map(writeRequest) });
}

function writeRequest(token) {
  return [
    `GET ${PATH} HTTP/1.1`,
    'Host: api.example.com',
    'Accept: application/json, text/plain, */*',
    'Accept-Encoding: gzip, deflate, br',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',
    `Authorization: Bearer ${token}`,
    'X-Request-Id: 0b9c7f7e-6d5c-4b3a-9e21-8f0f6a1d2c3b',
    '\r\n',
  ].join('\r\n');
}

/** The costs of all variants, each in a new server of its own. */
async function measureStart(host, names, client, options) {
  const servers = names.map((name) => startChild('server.mjs', [host, name], 0));
  const hot = {};
  const cold = {};
  for (const [i, server] of servers.entries()) {
    const { port } = await server.ask({ start: options });
    await client.ask({ pool: 'hot', port, first: 0, count: HOT.warmUp });
    await client.ask({ pool: 'cold', port, first: 0, count: COLD.warmUp });
    hot[names[i]] = createSlices(server, client, { pool: 'hot', port, count: HOT.requests }, 0);
    const load = { pool: 'cold', port, count: COLD.requests };
    cold[names[i]] = createSlices(server, client, load, COLD.warmUp);
  }
  const costs = { hot: await interleave(hot, HOT.turns), cold: await interleave(cold, COLD.turns) };
  await Promise.all(servers.map((server) => server.stop()));
  return costs;
}

/** Microseconds of the server's CPU time per request, one slice after the other. */
export function createSlices(server, client, load, start) {
  let first = start;
  return async () => {
    await server.ask({ measure: 'begin' });
    await client.ask({ ...load, first });
    const { cpu } = await server.ask({ measure: 'end' });
    first += load.count;
    return cpu / load.count;
  };
}

function rateAgainstBare(host, costs) {
  const numbers = (name) => microseconds(median(costs.bare), median(costs[name]));
  const guarded = ratio(costs.bare, costs.mandate);
  const floor = ratio(costs.bare, costs.floor);
  const aboveFloor = ratio(costs.mandate, costs.floor);
  const target = TARGETS[host];
  const rows = [
    compared(
      `${host}: CPU per request bare / floor (one header, one Map look-up)`,
      floor,
      numbers('floor'),
    ),
  ];
  const what = `${host}: CPU per request bare / guarded`;
  rows.push(
    floor >= target
      ? atLeast(what, guarded, target, numbers('mandate'))
      : row(
          `${what}, and guarded / floor`,
          `${guarded.toFixed(3)} ×, ${aboveFloor.toFixed(3)} ×`,
          `≥ ${target} ×, or ≤ ${ABOVE_FLOOR} × the floor`,
          guarded >= target || aboveFloor <= ABOVE_FLOOR,
          numbers('mandate'),
        ),
  );
  return rows;
}

function rateAgainstPeers(what, costs, peers) {
  return peers.map((peer) =>
    atLeast(
      `${what}: CPU per request of ${peer} / guarded`,
      ratio(costs[peer], costs.mandate),
      1,
      microseconds(median(costs[peer]), median(costs.mandate)),
    ),
  );
}
