import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { AuthError, createGuard, type Guard, type TokenVerifier } from '@mandate/core';
import { createTokenFinder } from '@mandate/core/token-places';
import { type Namespace, type Socket, Server as SocketServer } from 'socket.io';
import { type Socket as ClientSocket, io, type ManagerOptions } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { importGuide } from '../../support/guide-program.js';
import { listen } from '../../support/listen.js';
import { type ServedIssuer, serveIssuer } from '../../support/serve-issuer.js';
import { createPrincipal } from '../../support/static-verifier.js';

const GUIDE = 'packages/core/docs/recipes/socket-io.md';

// Before connections are made: Socket.IO takes its timers then.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => void vi.useRealTimers());

interface Served extends ServedIssuer {
  readonly origin: string;
}

/** Runs the server of the recipe. */
async function serveRecipe(): Promise<Served> {
  const issuer = await serveIssuer();
  const program = await importGuide<{ readonly server: Server; readonly io: SocketServer }>(GUIDE, {
    'https://sso.example.com/': issuer.issuer,
    'server.listen(3000);': 'export { io, server };',
  });
  const origin = await listen(program.server);
  onTestFinished(() => program.io.close());
  return { ...issuer, origin };
}

interface Rejection {
  readonly code?: string;
  readonly status: number;
}

/** Connects as a page does, and returns the socket or why it was rejected. */
async function join(url: string, options: Partial<ManagerOptions & { auth: object }> = {}) {
  const socket = io(url, { transports: ['websocket'], forceNew: true, ...options });
  onTestFinished(() => void socket.disconnect());
  return new Promise<ClientSocket | Rejection>((resolve) => {
    socket.on('connect', () => resolve(socket));
    socket.on('connect_error', (error: Error & { data?: Rejection }) => {
      resolve(error.data ?? { status: 0, code: error.message });
    });
  });
}

const say = (socket: ClientSocket) => socket.emitWithAck('say', 'hello');

/** What a socket receives before it is disconnected. */
async function waitForEnd(socket: ClientSocket) {
  const received: unknown[] = [];
  socket.onAny((...args) => received.push(args));
  const reason = await new Promise((resolve) => socket.on('disconnect', resolve));
  return { received, reason };
}

describe('the recipe for Socket.IO', () => {
  test('takes the token from auth, or from the header of a program', async () => {
    const { origin, issue } = await serveRecipe();
    const token = await issue({ scope: 'CHAT' });
    const page = (await join(`${origin}/chat`, { auth: { token } })) as ClientSocket;
    expect(await say(page)).toBe('ada: hello');
    const extraHeaders = { authorization: `Bearer ${token}` };
    const program = (await join(`${origin}/chat`, { extraHeaders })) as ClientSocket;
    expect(await say(program)).toBe('ada: hello');
  });

  test.each([
    ['no token', {}, 'credentials_missing', 401],
    ['an empty token', { token: '' }, 'credentials_missing', 401],
    ['a token that is not a string', { token: ['a'] }, 'credentials_malformed', 400],
    ['an invalid token', { token: 'invalid' }, 'token_invalid', 401],
  ])('rejects %s', async (_what, auth, code, status) => {
    const { origin } = await serveRecipe();
    expect(await join(`${origin}/chat`, { auth })).toEqual({ code, status });
  });

  test('rejects an expired token, two tokens, and one without the scope', async () => {
    const { origin, issue } = await serveRecipe();
    const join2 = (token: string, options = {}) =>
      join(`${origin}/chat`, { auth: { token }, ...options });
    const expired = await issue({ scope: 'CHAT', exp: 1 });
    expect(await join2(expired)).toEqual({ code: 'token_expired', status: 401 });
    const extraHeaders = { authorization: `Bearer ${expired}` };
    expect(await join2('another', { extraHeaders })).toEqual({
      code: 'credentials_malformed',
      status: 400,
    });
    expect(await join2(await issue({ scope: 'ADMIN' }))).toEqual({
      code: 'scope_required',
      status: 403,
    });
  });

  test('decides each namespace by its own rule, also on one connection', async () => {
    const { origin, issue } = await serveRecipe();
    const auth = { token: await issue({ scope: 'CHAT' }) };
    const chat = (await join(`${origin}/chat`, { auth })) as ClientSocket;
    const admin = chat.io.socket('/admin', { auth });
    const [error] = await new Promise<[Error & { data?: Rejection }]>((resolve) => {
      admin.on('connect_error', (...args) => resolve(args as [Error]));
    });
    expect(error.data).toEqual({ code: 'scope_required', status: 403 });
    expect(await say(chat)).toBe('ada: hello');
    expect(await join(origin, { auth })).toEqual({ code: 'endpoint_unmapped', status: 403 });
  });

  test('has no transport that asks the guard only once for many requests', async () => {
    const { origin } = await serveRecipe();
    const response = await fetch(`${origin}/socket.io/?EIO=4&transport=polling`);
    expect(response.status).toBe(400);
  });

  test('ends the connection of a stranger that joins no namespace', async () => {
    const { origin } = await serveRecipe();
    const socket = new WebSocket(
      `${origin.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
    );
    onTestFinished(() => socket.terminate());
    await once(socket, 'message');
    const closed = once(socket, 'close');
    await vi.advanceTimersByTimeAsync(5000);
    await closed;
  });

  test('disconnects when the token expires, and not before', async () => {
    const { origin, issue } = await serveRecipe();
    const exp = Math.floor(Date.now() / 1000) + 10;
    const token = await issue({ scope: 'CHAT', exp });
    const socket = (await join(`${origin}/chat`, { auth: { token } })) as ClientSocket;
    await vi.advanceTimersByTimeAsync(9000);
    expect(await say(socket)).toBe('ada: hello');
    const end = waitForEnd(socket);
    // The verifier allows clocks to differ by five seconds.
    await vi.advanceTimersByTimeAsync(6000);
    expect(await end).toEqual({
      received: [['rejected', { code: 'token_expired', status: 401 }]],
      reason: 'io server disconnect',
    });
  });

  test('has a client that connects again with a new token, but not after a 403', async () => {
    const { origin, issue } = await serveRecipe();
    const { connect } = await importGuide<{
      connect(url: string, getToken: () => Promise<string>): ClientSocket;
    }>(GUIDE, {}, 'client.ts');
    const exp = Math.floor(Date.now() / 1000) + 10;
    const tokens = [await issue({ scope: 'CHAT', exp }), await issue({ scope: 'CHAT' })];
    const getToken = vi.fn(async () => tokens.shift() ?? Promise.reject(new Error('logged out')));
    const socket = connect(`${origin}/chat`, getToken);
    onTestFinished(() => void socket.disconnect());
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    const again = new Promise<void>((resolve) => {
      socket.once('disconnect', () => socket.once('connect', resolve));
    });
    await vi.advanceTimersByTimeAsync(15_000);
    await again;
    expect(await say(socket)).toBe('ada: hello');
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const loggedOut = connect(`${origin}/chat`, getToken);
    await new Promise((resolve) => loggedOut.once('connect_error', resolve));
    expect(loggedOut.active).toBe(false);
    expect(warned).toHaveBeenCalledWith('rejected:', 'credentials_missing');
    warned.mockRestore();
    expect(getToken).toHaveBeenCalledTimes(3);
  });
});

interface Outcome {
  error?: Error;
}

/** A server with the parts of the recipe, whose tokens become what the test says. */
async function serveParts(outcome: Outcome, options: object = {}) {
  const { createAdmission, readAuth } = await importGuide<{
    createAdmission(guard: Guard): Parameters<Namespace['use']>[0];
    readAuth(request: unknown, host: unknown): string;
  }>(GUIDE, {}, 'create-admission.ts');
  const verifier: TokenVerifier = {
    accepts: () => true,
    verify: async () => {
      if (outcome.error !== undefined) throw outcome.error;
      return createPrincipal();
    },
  };
  const guard = createGuard({
    verifiers: [verifier],
    token: createTokenFinder([readAuth]),
    endpoints: { 'GET /socket.io/': { scopes: [] } },
    now: () => Date.now(),
    onDecision: null,
  });
  const decide = vi.spyOn(guard, 'decide');
  const server = createServer();
  const sockets = new SocketServer(server, { transports: ['websocket'], ...options });
  sockets.use(createAdmission(guard));
  onTestFinished(() => sockets.close());
  return { origin: await listen(server), sockets, decide };
}

describe('the parts of the recipe for Socket.IO', () => {
  const auth = { token: 'a' };

  test.each([
    [new AuthError('token_revoked', 'row 17'), { code: 'token_revoked', status: 401 }],
    [new AuthError('verifier_unavailable', 'down'), { code: 'verifier_unavailable', status: 503 }],
    [new Error('a fault of the application'), { status: 500 }],
  ])('reject at the start and at the next check: %o', async (error, rejection) => {
    const outcome: Outcome = {};
    const { origin } = await serveParts(outcome);
    const socket = (await join(origin, { auth })) as ClientSocket;
    outcome.error = error;
    expect(await join(origin, { auth })).toEqual(rejection);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(socket.connected).toBe(true);
    const end = waitForEnd(socket);
    await vi.advanceTimersByTimeAsync(1);
    expect(await end).toEqual({
      received: [['rejected', rejection]],
      reason: 'io server disconnect',
    });
  });

  test('decide no more once the socket has left', async () => {
    const { origin, sockets, decide } = await serveParts({});
    const joined = new Promise<Socket>((resolve) => sockets.on('connection', resolve));
    const socket = (await join(origin, { auth })) as ClientSocket;
    const left = once(await joined, 'disconnect');
    socket.disconnect();
    await left;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(decide).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['skips the guard', true, 'recovered'],
    ['sends what was missed before the guard decides', false, 'rejected'],
  ])('stay without connectionStateRecovery, which %s', async (_what, skipMiddlewares, seen) => {
    const outcome: Outcome = {};
    const connectionStateRecovery = { skipMiddlewares };
    const { origin, sockets } = await serveParts(outcome, { connectionStateRecovery });
    const socket = (await join(origin, { auth })) as ClientSocket;
    const received: unknown[] = [];
    socket.on('news', (...args) => received.push(['news', ...args]));
    // The client knows where to continue once it has received a message.
    const first = new Promise<void>((resolve) => socket.once('news', () => resolve()));
    sockets.emit('news', 1);
    await first;
    const lost = new Promise<void>((resolve) => socket.once('disconnect', () => resolve()));
    for (const one of sockets.sockets.sockets.values()) one.conn.close();
    await lost;
    sockets.emit('news', 2);
    outcome.error = new AuthError('token_revoked', 'row 17');
    const back = new Promise<string>((resolve) => {
      socket.once('connect', () => resolve(socket.recovered ? 'recovered' : 'new'));
      socket.once('connect_error', () => resolve('rejected'));
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect(await back).toBe(seen);
    // The client keeps what arrives before it has joined.
    received.push(...socket.receiveBuffer);
    expect(received).toContainEqual(['news', 2, expect.anything()]);
  });
});
