import { createGuard } from '@mandate/core';
import { createDecisionLog, type DecisionLogOptions } from '@mandate/core/decision-log';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createRequest, type RequestOptions } from '../support/auth-request.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const NOW_MS = Date.UTC(2030, 0, 1);

interface Line {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly code?: string;
  readonly path?: string;
  readonly skipped?: Readonly<Record<string, number>>;
}

/** A guard whose decisions are logged, and what was logged. */
function createLoggedGuard(options: DecisionLogOptions = {}) {
  const clock = { ms: NOW_MS };
  const written: string[] = [];
  const guard = createGuard({
    verifiers: [verifierOf(createPrincipal({ scopes: ['READ'] }))],
    endpoints: { 'GET /read': { scopes: ['READ'] }, 'GET /write': { scopes: ['WRITE'] } },
    requestId: (request) => request.header('x-request-id'),
    onDecision: createDecisionLog({
      write: (line) => written.push(line),
      now: () => clock.ms,
      ...options,
    }),
  });
  return {
    clock,
    written,
    lines: () => written.map((line) => JSON.parse(line) as Line),
    ask: (path: string, request: RequestOptions = {}) =>
      guard.decide(createRequest({ path, token: 'good', ...request })),
  };
}

test('each decision is one line of JSON with the members of pino', () => {
  const { ask, written, lines } = createLoggedGuard();
  ask('/read', { headers: { 'x-request-id': 'r-1' } });
  ask('/write');
  expect(written.every((line) => !line.includes('\n'))).toBe(true);
  expect(lines()).toEqual([
    expect.objectContaining({
      level: 30,
      time: NOW_MS,
      msg: 'allowed by the guard',
      by: 'decide',
      allowed: true,
      code: 'allowed',
      method: 'GET',
      path: '/read',
      rule: 'GET /read',
      subject: 'ada@example.com',
      tokenId: 'token-1',
      requestId: 'r-1',
      durationMs: expect.any(Number),
    }),
    expect.objectContaining({
      level: 40,
      msg: 'rejected by the guard',
      allowed: false,
      code: 'scope_required',
      details: { requiredScopes: ['WRITE'], heldScopes: ['READ'] },
    }),
  ]);
});

test('lines go into the log of pino, which has the same levels', () => {
  const chunks: string[] = [];
  const destination = { write: (chunk: string) => void chunks.push(chunk) };
  const logger = pino({}, destination);
  const { ask } = createLoggedGuard({ write: (line) => destination.write(`${line}\n`) });
  ask('/read');
  ask('/write');
  logger.info('a line of the application');
  const levels = chunks.map((chunk) => pino.levels.labels[(JSON.parse(chunk) as Line).level]);
  expect(levels).toEqual(['info', 'warn', 'info']);
});

test('a key server that is down is an error', () => {
  const lines: string[] = [];
  const log = createDecisionLog({ write: (line) => lines.push(line) });
  const event = { by: 'decide', allowed: false, code: 'verifier_unavailable', path: '/' } as const;
  log(event as never);
  expect(JSON.parse(lines[0]!)).toMatchObject({ level: 50 });
});

test('a share of the allowed decisions is written, and every rejection', () => {
  const values = [0.2, 0.09, 0.1];
  const { ask, lines } = createLoggedGuard({
    sampleAllowed: 0.1,
    random: () => values.shift() ?? 1,
  });
  for (const path of ['/read', '/read', '/read', '/write']) ask(path);
  expect(lines().map(({ code }) => code)).toEqual(['allowed', 'scope_required']);
});

test('no allowed decision is written with a share of 0', () => {
  const { ask, lines } = createLoggedGuard({ sampleAllowed: 0, random: () => 0 });
  ask('/read');
  expect(lines()).toEqual([]);
});

test('a flood of rejections is counted, and hides no allowed decision', () => {
  const { ask, lines, clock } = createLoggedGuard({ maxLinesPerSecond: 2 });
  for (let count = 0; count < 5; count++) ask('/write');
  ask('/nowhere');
  ask('/read');
  clock.ms += 1000;
  ask('/write');
  expect(lines().map(({ code, skipped }) => code ?? skipped)).toEqual([
    'scope_required',
    'scope_required',
    'allowed',
    { scope_required: 3, endpoint_unmapped: 1 },
    'scope_required',
  ]);
});

test('a path is cut, and control characters cannot begin a line', () => {
  const { ask, written, lines } = createLoggedGuard();
  ask(`/${'a'.repeat(5000)}`);
  ask('/read\n{"level":30}');
  expect(lines()[0]?.path).toHaveLength(500);
  expect(written[1]).not.toContain('\n');
});

test.each([
  [{ sampleAllowed: 1.1 }, 'sampleAllowed'],
  [{ sampleAllowed: Number.NaN }, 'sampleAllowed'],
  [{ maxLinesPerSecond: 0 }, 'maxLinesPerSecond'],
  [{ write: 'stdout' }, 'write must be a function'],
  [{ sample: 1 }, 'unknown option "sample" in createDecisionLog'],
])('createDecisionLog throws for %j', (options, message) => {
  expect(() => createDecisionLog(options as never)).toThrow(message);
});
