import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import {
  createAdaptorServer,
  type HttpBindings,
  upgradeWebSocket,
  type WebSocketServerLike,
} from '@hono/node-server';
import { AuthError, createGuard, type Decision, type TokenVerifier } from '@mandate/core';
import { toAuthRequest } from '@mandate/core/node';
import { type AuthEnv, requireAuth } from '@mandate/hono';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createRequest } from '../support/auth-request.js';
import { type ChatGuide, serveChatGuide } from '../support/chat-guide.js';
import { importGuide } from '../support/guide-program.js';
import { listen } from '../support/listen.js';
import { createPrincipal } from '../support/static-verifier.js';

const PAGE = 'https://app.example.com';
const PROTOCOL = 'chat.v1';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => void vi.useRealTimers());

interface Opened {
  readonly socket: WebSocket;
  /** Resolves with the code and the reason. */
  readonly closed: Promise<readonly [code: number, reason: string]>;
  say(text: string): Promise<string>;
}

/** Opens a socket, or returns the status with which the upgrade is rejected. */
async function open(
  { url }: Pick<ChatGuide, 'url'>,
  headers: Readonly<Record<string, string>>,
  protocols: readonly string[] = [],
): Promise<Opened | number> {
  const socket = new WebSocket(url, [...protocols], { headers });
  onTestFinished(() => socket.terminate());
  const closed = new Promise<readonly [number, string]>((resolve) => {
    socket.on('close', (code, reason) => resolve([code, `${reason}`]));
  });
  const status = await new Promise<number | undefined>((resolve, reject) => {
    socket.on('open', () => resolve(undefined));
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.resume().statusCode);
    });
    socket.on('error', reject);
  });
  return status ?? { socket, closed, say: (text) => say(socket, text) };
}

async function say(socket: WebSocket, text: string): Promise<string> {
  socket.send(text);
  return String((await once(socket, 'message'))[0]);
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the program of the guide about WebSockets', () => {
  test('opens a socket for a token in the header, and tells the handler who calls', async () => {
    const guide = await serveChatGuide(PAGE);
    const opened = (await open(guide, bearer(await guide.issue()))) as Opened;
    expect(await opened.say('hello')).toBe('ada: hello');
  });

  test('takes the token from a subprotocol, and answers with the other one', async () => {
    const guide = await serveChatGuide(PAGE);
    const token = await guide.issue();
    for (const protocols of [
      [PROTOCOL, `bearer.${token}`],
      [`bearer.${token}`, PROTOCOL],
    ]) {
      const opened = (await open(guide, {}, protocols)) as Opened;
      expect(opened.socket.protocol).toBe(PROTOCOL);
      expect(await opened.say('hello')).toBe('ada: hello');
    }
  });

  test.each([
    ['a page of this origin', { origin: PAGE }, undefined],
    ['a page of another origin', { origin: 'https://app.example.com.evil.example' }, 403],
    ['a page of another port', { origin: `${PAGE}:8443` }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['no page', {}, 403],
    ['another site', { origin: PAGE, 'sec-fetch-site': 'cross-site' }, 403],
  ])('takes the token from a cookie if %s asks: %o', async (_who, headers, status) => {
    const guide = await serveChatGuide(PAGE);
    const cookie = `__Host-access_token=${await guide.issue()}`;
    const opened = await open(guide, { ...headers, cookie });
    expect(typeof opened === 'number' ? opened : undefined).toBe(status);
  });

  test.each([
    ['no token', {}, [], 401],
    ['no token, but a subprotocol', {}, [PROTOCOL], 401],
    ['an invalid token', bearer('invalid'), [], 401],
    ['an empty token as a subprotocol', {}, ['bearer.'], 401],
    ['two tokens as subprotocols', {}, ['bearer.a', 'bearer.b'], 400],
    ['two tokens in two places', bearer('a'), ['bearer.b'], 400],
  ])('opens no socket for %s', async (_what, headers, protocols, status) => {
    expect(await open(await serveChatGuide(PAGE), headers, protocols)).toBe(status);
  });

  test('opens no socket without the scope, or for an expired token', async () => {
    const guide = await serveChatGuide(PAGE);
    expect(await open(guide, bearer(await guide.issue({ scope: 'SEARCH' })))).toBe(403);
    expect(await open(guide, bearer(await guide.issue({ exp: 1 })))).toBe(401);
  });

  test('closes the socket when the token expires, and not before', async () => {
    const guide = await serveChatGuide(PAGE);
    const exp = Math.floor(Date.now() / 1000) + 45;
    const opened = (await open(guide, bearer(await guide.issue({ exp })))) as Opened;
    await vi.advanceTimersByTimeAsync(44_000);
    expect(await opened.say('still here')).toBe('ada: still here');
    // The verifier allows clocks to differ by five seconds.
    await vi.advanceTimersByTimeAsync(6_000);
    expect(await opened.closed).toEqual([4401, 'token_expired']);
  });

  test('ignores a client that does not answer the close frame', async () => {
    const guide = await serveChatGuide(PAGE);
    const exp = Math.floor(Date.now() / 1000) + 10;
    const token = await guide.issue({ exp });
    const { port } = new URL(guide.url);
    const socket = connect(Number(port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const ended = once(socket, 'close');
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
    });
    socket.write(toUpgrade(token));
    await expect.poll(() => String(received)).toContain('101 Switching Protocols');
    socket.write(toTextFrame('before'));
    await expect.poll(() => String(received)).toContain('ada: before');
    await vi.advanceTimersByTimeAsync(20_000);
    await expect.poll(() => String(received)).toContain('token_expired');
    socket.write(toTextFrame('after'));
    // ws waits for the answer of the client, and then ends the connection.
    await vi.advanceTimersByTimeAsync(60_000);
    await ended;
    expect(String(received)).not.toContain('ada: after');
  });

  test('closes the sockets of Hono as well, through the raw socket of its adapter', async () => {
    const guide = await serveChatGuide(PAGE);
    const { closeWithToken } = await importCloseWithToken();
    const { guard } = guide;
    const app = new Hono<AuthEnv & { Bindings: HttpBindings }>();
    app.use(requireAuth(guard));
    app.get(
      '/chat',
      upgradeWebSocket((c) => ({
        onOpen: (_event, webSocket) => {
          const decide = () => guard.decide(toAuthRequest(c.env.incoming));
          closeWithToken(webSocket.raw, decide, c.var.auth.expiresAt);
        },
        onMessage: ({ data }, webSocket) => webSocket.send(`${c.var.auth.subject}: ${data}`),
      })),
    );
    const server = new WebSocketServer({ noServer: true }) as WebSocketServerLike;
    const served = createAdaptorServer({ fetch: app.fetch, websocket: { server } }) as Server;
    const url = `${await listen(served)}/chat`.replace('http:', 'ws:');
    const exp = Math.floor(Date.now() / 1000) + 10;
    const opened = (await open({ url }, bearer(await guide.issue({ exp })))) as Opened;
    expect(await opened.say('hello')).toBe('ada: hello');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await opened.closed).toEqual([4401, 'token_expired']);
  });

  test('keeps no timer of a socket that is closed, and none keeps the process alive', async () => {
    const guide = await serveChatGuide(PAGE);
    const token = await guide.issue();
    const timers = vi.spyOn(globalThis, 'setTimeout');
    const opened = (await open(guide, bearer(token))) as Opened;
    await opened.say('hello');
    const own = timers.mock.calls.flatMap(([, delay], index) =>
      delay === 30_000 ? [timers.mock.results[index]?.value as NodeJS.Timeout] : [],
    );
    expect(own.map((timer) => timer.hasRef())).toEqual([false]);
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    opened.socket.terminate();
    await expect.poll(() => cleared.mock.calls.flat()).toContain(own[0]);
  });
});

type CloseWithToken = (
  socket: unknown,
  decide: () => Decision | Promise<Decision>,
  expiresAt: number | undefined,
) => void;

describe('closeWithToken of the guide', () => {
  /** A socket as far as the function uses it. */
  function createSocket() {
    const listeners: Record<string, () => void> = {};
    return {
      OPEN: 1,
      readyState: 1,
      closed: [] as (readonly [number, string | undefined])[],
      on: (event: string, listener: () => void) => {
        listeners[event] = listener;
      },
      emit: (event: string) => listeners[event]?.(),
      removeAllListeners: () => {},
      close(code: number, reason?: string) {
        this.closed.push([code, reason]);
        this.readyState = 2;
      },
    };
  }

  async function watch(outcome: { error?: Error }, expiresAt?: number) {
    const { closeWithToken } = await importCloseWithToken();
    const verifier: TokenVerifier = {
      accepts: () => true,
      verify: async () => {
        if (outcome.error !== undefined) throw outcome.error;
        return createPrincipal({ expiresAt });
      },
    };
    const guard = createGuard({
      verifiers: [verifier],
      endpoints: { 'GET /chat': { scopes: [] } },
      now: () => Date.now(),
    });
    const socket = createSocket();
    const request = createRequest({ path: '/chat', token: 'a' });
    const decide = vi.fn(() => guard.decide(request));
    closeWithToken(socket, decide, expiresAt);
    return { socket, decide };
  }

  test.each([
    [new AuthError('token_revoked', 'row 17'), 4401, 'token_revoked'],
    [new AuthError('address_not_allowed', 'not in 10.0.0.0/8'), 4403, 'address_not_allowed'],
    [new AuthError('verifier_unavailable', 'down'), 1013, 'verifier_unavailable'],
    [new Error('a fault of the application'), 1011, undefined],
  ])('closes at the next check: %o', async (error, code, reason) => {
    const outcome: { error?: Error } = {};
    const { socket } = await watch(outcome);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(socket.closed).toEqual([]);
    outcome.error = error;
    await vi.advanceTimersByTimeAsync(29_999);
    expect(socket.closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(socket.closed).toEqual([[code, reason]]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(socket.closed).toHaveLength(1);
  });

  test('decides no more once the socket is closed, also while it decides', async () => {
    const { socket, decide } = await watch({});
    await vi.advanceTimersByTimeAsync(30_000);
    expect(decide).toHaveBeenCalledTimes(1);
    let release = () => {};
    decide.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          release = () => resolve({ allowed: true, principal: createPrincipal() });
        }),
    );
    await vi.advanceTimersByTimeAsync(30_000);
    socket.readyState = 3;
    socket.emit('close');
    release();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(decide).toHaveBeenCalledTimes(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('waits no longer than a timer can, whenever the token expires', async () => {
    const { socket, decide } = await watch({}, 1e12);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(decide).not.toHaveBeenCalled();
    expect(socket.closed).toEqual([]);
  });
});

function importCloseWithToken(): Promise<{ readonly closeWithToken: CloseWithToken }> {
  return importGuide('packages/core/docs/websockets.md', {}, 'close-with-token.ts');
}

function toUpgrade(token: string): string {
  return (
    'GET /chat HTTP/1.1\r\nHost: api.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
    `Authorization: Bearer ${token}\r\n\r\n`
  );
}

/** A masked text frame of RFC 6455 §5.2; the mask is zero. */
function toTextFrame(text: string): Buffer {
  return Buffer.concat([Buffer.of(0x81, 0x80 | text.length, 0, 0, 0, 0), Buffer.from(text)]);
}
