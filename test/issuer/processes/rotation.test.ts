import { createSqlDirectory } from '@mandate/sql/issuer';
import { openPostgres } from '@mandate/sql/postgres';
import { decodeProtectedHeader } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../../support/postgres.js';
import { startChild } from '../../tokens/processes/child.js';
import { createClock, fillDirectory } from '../world.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ROTATE_EVERY_MS = 3 * HOUR;
/** Longer than a token lives, so that the first key is withdrawn within the test. */
const ROTATIONS = 3;

const postgres = await startPostgres();

async function startProgram(name: string, args: readonly unknown[]): Promise<string> {
  const child = await startChild(`../../issuer/processes/${name}-program.ts`, args.map(String));
  onTestFinished(() => child.kill());
  return `http://127.0.0.1:${await child.firstLine}`;
}

/** Two instances of an issuer on one database, and a guard that fetches the keys of the first. */
async function startProcesses(startMs: number) {
  const connectionString = await postgres.createDatabase();
  const database = await openPostgres({ connectionString, timeoutMs: 60_000 });
  onTestFinished(() => database.close());
  const keyEncryptionKeys = [new Uint8Array(32)];
  const directory = createSqlDirectory(database, { keyEncryptionKeys, now: () => startMs });
  await fillDirectory(directory);
  const gssnid = await directory.createSession('u-bob', new Date(startMs + 1000 * HOUR));
  const rotateEverySeconds = ROTATE_EVERY_MS / 1000;
  const issuers = await Promise.all(
    [1, 2].map(() => startProgram('issuer', [connectionString, startMs, rotateEverySeconds])),
  );
  const jwksUrl = `${issuers[0]}/.well-known/jwks.json`;
  const guard = await startProgram('guard', [jwksUrl, startMs]);
  return { issuers, guard, jwksUrl, gssnid };
}

interface Token {
  readonly text: string;
  readonly kid: string;
  readonly expiresAtMs: number;
}

async function authorize(issuer: string, gssnid: string): Promise<Token> {
  const response = await fetch(`${issuer}/authorize`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ gssnid, groupid: '12345', duration: 120 }),
  });
  const answer = (await response.json()) as { token: string; expiration: string };
  expect(response.status, JSON.stringify(answer)).toBe(200);
  const { kid = '' } = decodeProtectedHeader(answer.token);
  return { text: answer.token, kid, expiresAtMs: Date.parse(answer.expiration) };
}

test('a guard in another process verifies across rotations without one failed request', {
  timeout: 600_000,
}, async () => {
  const clock = createClock();
  const { issuers, guard, jwksUrl, gssnid } = await startProcesses(clock.ms);
  /** The API's clock first: a token from the future would be another test. */
  const advance = async (byMs: number) => {
    clock.ms += byMs;
    for (const origin of [guard, ...issuers]) {
      await fetch(`${origin}/clock/${clock.ms}`, { method: 'POST' });
    }
  };
  const served = new Map<string, number>();
  const failed: string[] = [];
  const lookUp = async ({ text, kid }: Token) => {
    const headers = { authorization: `Bearer ${text}` };
    const response = await fetch(`${guard}/lookupvisitor?groupid=12345`, { headers });
    const answer = await response.text();
    if (response.status === 200) served.set(kid, (served.get(kid) ?? 0) + 1);
    else failed.push(`${new Date(clock.ms).toISOString()} ${kid} ${response.status} ${answer}`);
  };

  const kids = issuers.map(() => new Set<string>());
  let isDone = false;
  /** The oldest of one client's tokens that will not expire while it is on its way, and a new one. */
  const client = async (index: number) => {
    const tokens: Token[] = [];
    while (!isDone) {
      const token = await authorize(issuers[index % 2] as string, gssnid);
      kids[index % 2]?.add(token.kid);
      tokens.push(token);
      while ((tokens[0]?.expiresAtMs ?? 0) < clock.ms + 20 * MINUTE) tokens.shift();
      await Promise.all([tokens[0] ?? token, token].map(lookUp));
    }
  };
  const clients = Promise.all([0, 1, 2, 3].map(client));
  clients.catch(() => {}); // reported below
  const first = (await (await fetch(jwksUrl)).json()).keys[0].kid;
  for (let passedMs = 0; passedMs < ROTATIONS * ROTATE_EVERY_MS + HOUR; passedMs += MINUTE) {
    await advance(MINUTE);
    // However slow the clients are, each key is used in each minute of its life.
    await Promise.all(issuers.map(async (issuer) => lookUp(await authorize(issuer, gssnid))));
  }
  isDone = true;
  await clients;

  expect(failed).toEqual([]);
  expect(kids[0]?.size).toBe(ROTATIONS + 1);
  expect(kids[0]).toEqual(kids[1]);
  for (const kid of kids[0] ?? []) expect(served.get(kid)).toBeGreaterThan(20);
  const published = (await (await fetch(jwksUrl)).json()).keys.map(
    (key: { kid: string }) => key.kid,
  );
  expect(published).not.toContain(first);
  console.log(`${[...served.values()].reduce((a, b) => a + b)} requests, ${kids[0]?.size} keys`);
});
