import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../../contract/case.js';
import { CASES } from '../../contract/cases/index.js';
import {
  type Outcome,
  toExpectedOutcome,
  toOutcome,
  toRawRequest,
} from '../../contract/harness.js';
// Makes the keys of the issuers, which the other processes get.
import '../../contract/policy.js';
import { findNodeVersions, findRuntimes, type Runtime } from '../../support/runtimes.js';
import { DIFFERENCES, expectationOn, findDifference } from './differences.js';
import type { Host, Row } from './row.js';
import {
  type RunningRuntime,
  type RuntimeServer,
  startRuntime,
  startWorkers,
} from './start-runtime.js';

const TITLES: Readonly<Record<Host, string>> = {
  express: 'Express',
  koa: 'Koa',
  hono: 'Hono',
  fastify: 'Fastify',
  fetch: 'fetch',
};
const HOSTS = Object.keys(TITLES) as readonly Host[];

const OVER_NODE: readonly Row[] = HOSTS.map((host) => ({
  host,
  mounting: 'root',
  isNative: false,
}));
const NATIVE: readonly Row[] = (['hono', 'fetch'] as const).flatMap((host) =>
  (['root', 'mounted'] as const).map((mounting) => ({ host, mounting, isNative: true })),
);

/** Five hosts on four versions of Node, eight servers on Bun and on Deno, and four on workerd. */
const ALL_SERVERS = 4 * 5 + 2 * 8 + 4;

let running: readonly RunningRuntime[] = [];
let servers: readonly RuntimeServer[] = [];
/** By server, what was answered in another way than on Node. */
const differing = new Map<string, Set<string>>();
const used = new Set<unknown>();

beforeAll(async () => {
  const others = findRuntimes().filter(({ name }) => name !== 'Node');
  running = await Promise.all([
    ...findNodeVersions().map((version) => startRuntime(version, OVER_NODE)),
    ...others.flatMap(startBoth),
    startWorkers(NATIVE),
  ]);
  servers = running.flatMap((one) => one.servers);
});

/** Apart, because @hono/node-server replaces the global `Response`, which the server of Bun does not accept. */
function startBoth(runtime: Runtime): readonly Promise<RunningRuntime>[] {
  const overNode = OVER_NODE.filter(({ host }) => host !== 'fetch');
  return [startRuntime(runtime, overNode), startRuntime(runtime, NATIVE)];
}

afterAll(() => {
  for (const one of running) one.stop();
});

describe.each(Object.entries(CASES))('%s', (_topic, cases) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const answers = await Promise.all(servers.map((server) => ask(server, one)));
    const wrong = answers.filter(({ expected, found }) => !isDeepStrictEqual(found, expected));
    const byServer = (pick: (answer: (typeof answers)[number]) => Outcome) =>
      Object.fromEntries(wrong.map((answer) => [answer.name, pick(answer)]));
    expect(byServer(({ found }) => found)).toEqual(byServer(({ expected }) => expected));
  });
});

async function ask(server: RuntimeServer, one: Case) {
  const request = await toRawRequest(one.request, server);
  const difference = findDifference(one, server);
  if (difference !== undefined) {
    used.add(difference);
    const names = differing.get(server.name) ?? new Set();
    differing.set(server.name, names.add(one.name));
  }
  const expected = toExpectedOutcome(expectationOn(one, server), request.method);
  return { name: server.name, expected, found: toOutcome(await server.send(request), expected) };
}

describe('the differences', () => {
  test('are all used where all runtimes are installed', () => {
    if (servers.length !== ALL_SERVERS) return;
    expect(DIFFERENCES.filter((one) => !used.has(one))).toEqual([]);
  });

  test('are counted in the README', async () => {
    const table = writeTable();
    // Not every platform has every runtime.
    if (servers.length === ALL_SERVERS) await expect(table).toMatchFileSnapshot('RESULTS.md');
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    for (const line of table.trim().split('\n')) expect(readme).toContain(line);
  });
});

/** Which cases of the table each host answers as on Node, by runtime, in Markdown. */
function writeTable(): string {
  const runtimes = [...new Set(servers.map(({ runtime }) => runtime))];
  const rows = runtimes.map((runtime) => {
    const cells = HOSTS.map((host) => {
      const own = servers.filter((one) => one.runtime === runtime && one.host === host);
      if (own.length === 0) return 'not run';
      const differs = new Set(own.flatMap(({ name }) => [...(differing.get(name) ?? [])]));
      return differs.size === 0 ? 'all' : `all but ${differs.size}`;
    });
    return `| ${[runtime, ...cells].join(' | ')} |`;
  });
  const head = `| | ${HOSTS.map((host) => TITLES[host]).join(' | ')} |`;
  return [head, `|${'---|'.repeat(HOSTS.length + 1)}`, ...rows, ''].join('\n');
}
