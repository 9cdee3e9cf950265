import { isDeepStrictEqual } from 'node:util';
import { AUTH_ERRORS } from '@mandate/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Case } from './case.js';
import { CASES } from './cases/index.js';
import {
  type Exchange,
  expectationAt,
  isHostsNotFound,
  type Outcome,
  startServers,
  type TestServer,
  toExpectedOutcome,
  toOutcome,
  toRawRequest,
} from './harness.js';
import { DIRECTORY_FAULT } from './policy.js';
import { ROUTES } from './routes.js';

let servers: readonly TestServer[] = [];

beforeAll(async () => {
  // Hosts log the faults that they answer with 500.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  servers = await startServers();
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

describe.each(Object.entries(CASES))('%s', (_topic, cases) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const answers = await Promise.all(servers.map((server) => ask(server, one)));
    const wrong = answers.filter(({ expected, found }) => !isDeepStrictEqual(found, expected));
    expect(byServer(wrong, ({ found }) => found)).toEqual(
      byServer(wrong, ({ expected }) => expected),
    );
    for (const { exchanges } of answers) for (const exchange of exchanges) checkSecrecy(exchange);
  });
});

type Answer = Awaited<ReturnType<typeof ask>>;

async function ask(server: TestServer, one: Case) {
  const request = await toRawRequest(one.request, server);
  // Twice: the second time, a valid token is in the cache.
  const exchanges = [await server.send(request), await server.send(request)] as const;
  const byTable = toExpectedOutcome(expectationAt(one, server), request.method);
  const notFound = server.onlyMatched && exchanges.every(isHostsNotFound);
  const expected: Outcome = notFound ? { status: 404, reached: [] } : byTable;
  const [first, again] = exchanges.map((exchange) => toOutcome(exchange, expected));
  const found = isDeepStrictEqual(first, expected) ? again : first;
  return { server, exchanges, expected, found };
}

function byServer<T>(answers: readonly Answer[], pick: (answer: Answer) => T): Record<string, T> {
  return Object.fromEntries(answers.map((answer) => [answer.server.name, pick(answer)]));
}

/** Words that occur only in a fault's message or a stack trace. */
const INTERNAL = [DIRECTORY_FAULT, 'ECONNREFUSED', '10.0.0.', 'row 17', '    at ', 'node_modules'];

/** Texts that refusals contain on purpose. */
const DETAILS = Object.values(AUTH_ERRORS).map(({ detail }) => detail);

/** The fields that may hold a token. */
const TOKEN_FIELDS = /^(?:authorization|cookie|x-api-key|x-ticket|x-late-token):/i;

/** No answer contains the token or the internal reason of a refusal. */
function checkSecrecy({ request, response, decisions }: Exchange): void {
  const [, ...query] = request.target.split('?');
  const secrets = [...request.headers.filter((line) => TOKEN_FIELDS.test(line)), ...query]
    .flatMap((line) => line.split(/[ ,.;=:&]+/).slice(1))
    .filter((segment) => segment.length > 12);
  const reasons = decisions.map(({ reason }) => reason).filter((reason) => reason !== undefined);
  const said = DETAILS.reduce((text, detail) => text.replaceAll(detail, ''), response.text);
  for (const secret of [...secrets, ...reasons, ...INTERNAL]) expect(said).not.toContain(secret);
}

describe('the table', () => {
  const cases = Object.values(CASES).flat();

  test('has at least 200 requests, all with different names', () => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(new Set(cases.map((one) => one.name)).size).toBe(cases.length);
  });

  test('has a refusal for each row of the error table', () => {
    const codes = cases.flatMap(({ expect }) => ('code' in expect ? [expect.code] : []));
    expect([...new Set(codes)].sort()).toEqual(Object.keys(AUTH_ERRORS).sort());
  });

  test('has an answer from every handler that has a rule', () => {
    const handlers = cases.flatMap(({ expect }) => ('handler' in expect ? [expect.handler] : []));
    const withRule = ROUTES.filter(({ rule }) => rule !== 'unmapped').map(({ name }) => name);
    expect([...new Set(handlers)].sort()).toEqual(withRule.sort());
  });
});
