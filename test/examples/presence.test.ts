import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { addFirstAgent } from '../../examples/presence/src/main.js';
import { createVisitors } from '../../examples/presence/src/visitors.js';
import { findFreePort } from './find-free-port.js';
import { servePresence } from './presence-server.js';
import { runExample } from './run-example.js';

const MAYA = 'groupid=12345&visitorid=maya';

interface Answered {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request with an optional JSON body and an optional token. */
function createSend(origin: string, token?: string) {
  return async (endpoint: string, json?: unknown): Promise<Answered> => {
    const [method = '', target] = endpoint.split(' ');
    const response = await fetch(origin + target, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(json !== undefined && { body: typeof json === 'string' ? json : JSON.stringify(json) }),
    });
    return { status: response.status, body: (await response.json()) as Answered['body'] };
  };
}

async function logIn(origin: string, password: string, groupid: string): Promise<string> {
  const credentials = { username: 'agent@example.com', password, groupid };
  const { status, body } = await createSend(origin)('POST /auth/authorize', credentials);
  expect([status, body['groupId']]).toEqual([200, groupid]);
  return body['token'] as string;
}

/** The example, and a caller with a token for group 12345. */
async function startPresence() {
  const { origin, password, clock, directory } = await servePresence();
  const token = await logIn(origin, password, '12345');
  return { ...{ origin, clock, directory, password }, send: createSend(origin, token) };
}

describe('examples/presence', () => {
  test('reports a visitor on the pages of the group while the page is open', async () => {
    const { origin, send, clock } = await startPresence();
    const absent = { groupid: '12345', visitorid: 'maya', visitorpresent: false };
    expect(await send(`GET /lookupvisitor?${MAYA}`)).toEqual({ status: 200, body: absent });
    await createSend(origin)(`POST /visit?${MAYA}`);
    const timestamp = new Date(clock.ms).toISOString();
    expect((await send(`GET /lookupvisitor?${MAYA}`)).body).toEqual({
      ...{ groupid: '12345', visitorid: 'maya' },
      ...{ visitorpresent: true, timestamp },
    });
    clock.ms += 5_000;
    expect((await send(`GET /lookupvisitor?${MAYA}`)).body['visitorpresent']).toBe(true);
    clock.ms += 1;
    expect((await send(`GET /lookupvisitor?${MAYA}`)).body).toEqual(absent);
  });

  test('names the server for signals, and the visitor receives a signal once', async () => {
    const { origin, send } = await startPresence();
    const visit = () => createSend(origin)(`POST /visit?${MAYA}`);
    const signal = { mtype: 'invoke', data: { func: 'start' } };
    expect((await send(`GET /findvisitor?${MAYA}`)).body['visitorfound']).toBe(false);
    expect(await send(`POST /signalvisitor?${MAYA}`, signal)).toEqual({
      status: 404,
      body: { status: 404, code: 'visitornotpresent' },
    });
    expect((await visit()).body).toEqual({ signals: [] });
    expect((await send(`GET /findvisitor?${MAYA}`)).body).toMatchObject({
      visitorfound: true,
      directserver: origin,
    });
    expect(await send(`POST /signalvisitor?${MAYA}`, signal)).toEqual({ status: 200, body: {} });
    expect((await visit()).body).toEqual({ signals: [signal] });
    expect((await visit()).body).toEqual({ signals: [] });
  });

  test.each(['GET /lookupvisitor', 'GET /findvisitor', 'POST /signalvisitor'])(
    'rejects %s without a token, and for another group than the token is for',
    async (endpoint) => {
      const { origin, send, password } = await startPresence();
      const other = 'groupid=67890&visitorid=maya';
      const rejected = [
        [createSend(origin), MAYA, 401, 'credentials_missing'],
        [send, other, 403, 'group_mismatch'],
        [send, 'visitorid=maya', 400, 'group_missing'],
        [send, `${MAYA}&${other}`, 400, 'group_conflict'],
      ] as const;
      for (const [from, query, status, code] of rejected) {
        const answer = await from(`${endpoint}?${query}`);
        expect([answer.status, answer.body['code']]).toEqual([status, code]);
      }
      const ofOther = createSend(origin, await logIn(origin, password, '67890'));
      expect((await ofOther(`${endpoint}?${MAYA}`)).body['code']).toBe('group_mismatch');
    },
  );

  test('answers 400 without internal details to an invalid request', async () => {
    const { send } = await startPresence();
    const long = 'a'.repeat(63);
    const rejected = [
      ['GET /lookupvisitor?groupid=12345', undefined, 'invalid_visitor'],
      ['GET /findvisitor?groupid=12345&visitorid=a%20b', undefined, 'invalid_visitor'],
      [`GET /lookupvisitor?groupid=12345&visitorid=${long}`, undefined, 'invalid_visitor'],
      [`POST /signalvisitor?${MAYA}`, { mtype: 'other' }, 'invalid_signal'],
      [`POST /signalvisitor?${MAYA}`, undefined, 'invalid_signal'],
      [`POST /signalvisitor?${MAYA}`, '{"mtype":', 'invalid_request'],
    ] as const;
    for (const [endpoint, json, code] of rejected) {
      expect(await send(endpoint, json)).toEqual({ status: 400, body: { status: 400, code } });
    }
  });

  test('creates the first agent with a random password', async () => {
    const { directory, password } = await startPresence();
    expect(await addFirstAgent(directory)).toBeUndefined();
    expect(password).toMatch(/^[\w-]{16}$/);
  });

  test('allows only its own scripts in its pages', async () => {
    const { origin } = await startPresence();
    for (const path of ['/', '/visitor.html']) {
      const response = await fetch(origin + path);
      expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(await response.text()).not.toMatch(/<script(?![^>]* src=)| on\w+=|style="/);
    }
  });

  test('run from a shell, keeps agents, keys and their tokens across a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mandate-presence-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const env = {
      PRESENCE_FILE: join(folder, 'presence.db'),
      KEY_FILE: join(folder, 'presence.key'),
      PORT: String(await findFreePort()),
    };
    const origin = `http://127.0.0.1:${env.PORT}`;
    const first = runExample('presence', [], env);
    await expect.poll(() => first.output()).toContain(`${origin}/`);
    const password = /group 12345 or 67890: (\S+)/.exec(first.output())?.[1] ?? '';
    const token = await logIn(origin, password, '12345');
    first.process.kill('SIGKILL');
    await first.exit;
    expect((await stat(env.KEY_FILE)).mode & 0o777).toBe(0o600);

    const second = runExample('presence', [], env);
    await expect.poll(() => second.output()).toContain(`${origin}/`);
    expect(second.output()).not.toContain('12345');
    expect((await createSend(origin, token)(`GET /lookupvisitor?${MAYA}`)).status).toBe(200);
  });
});

describe('the visitors of examples/presence', () => {
  test('are forgotten beyond the last ten thousand', () => {
    const visitors = createVisitors(() => 0);
    for (let i = 0; i < 10_000; i++) visitors.visit('1', `v${i}`);
    visitors.visit('1', 'v0');
    visitors.visit('1', 'one more');
    expect(visitors.find('1', 'v0')).toBeDefined();
    expect(visitors.find('1', 'v1')).toBeUndefined();
    expect(visitors.find('1', 'one more')).toBeDefined();
  });

  test('have at most twenty pending signals', () => {
    const visitors = createVisitors(() => 0);
    const signal = { mtype: 'signal', data: 'x' } as const;
    visitors.visit('1', 'maya');
    const kept = Array.from({ length: 21 }, () => visitors.signal('1', 'maya', signal));
    expect(kept.filter(Boolean)).toHaveLength(20);
    expect(visitors.visit('1', 'maya')).toHaveLength(20);
  });
});
