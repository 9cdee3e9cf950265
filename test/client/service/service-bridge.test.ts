import {
  createServiceClient,
  createServiceHost,
  ServiceError,
  type ServiceEvent,
  type ServiceHost,
  type ServiceHostOptions,
  type ServiceRequestOptions,
} from '@mandate/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { codeOf as codeOfError } from '../code-of.js';
import { FakeWindow } from './windows.js';

const HOST = 'https://workspace.example.com';
const PAGE = 'https://page.example.com';
const TOKEN = { expiration: '2030-01-01T00:20:00.000Z', jwtToken: 'SECRET-TOKEN' };

let hostWindow: FakeWindow;
let pageWindow: FakeWindow;
let events: ServiceEvent[];
let nowMs: number;
let host: ServiceHost;

beforeEach(() => {
  hostWindow = new FakeWindow(HOST);
  pageWindow = new FakeWindow(PAGE);
  events = [];
  nowMs = 0;
});

afterEach(() => vi.useRealTimers());

function startHost(options: Partial<ServiceHostOptions> = {}): void {
  host = createServiceHost({
    acceptedWebContentOrigins: `${PAGE} (*, auth.getJwtToken)`,
    operations: {
      'auth.getJwtToken': async () => TOKEN,
      'agent.get': (parameters, caller) => ({ parameters, caller }),
      'voice.dial': () => {
        throw new ServiceError('failed', 'The line is busy.');
      },
      'voice.hold': () => Promise.reject(new Error('SECRET of the host')),
      'email.create': () => () => {},
    },
    onRequest: (event) => events.push(event),
    window: hostWindow,
    now: () => nowMs,
    ...options,
  });
}

const createPage = (from = pageWindow, origin = HOST) =>
  createServiceClient({ target: hostWindow.seenBy(from), origin, window: from });

const codeOf = (promise: Promise<unknown>) => codeOfError(ServiceError, promise);

/** What a page that is not ours posts. */
const post = (message: unknown, from = pageWindow) =>
  hostWindow.seenBy(from).postMessage(message, '*');

const request = (operation: string) => ({
  request: operation,
  referenceId: '0',
  userAgent: 'WWE Client',
  protocolVersion: 2,
});

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('an allowed page', () => {
  beforeEach(() => startHost());

  test('gets the token as a promise or by callbacks', async () => {
    const page = createPage();
    expect(await page.auth.getJwtToken()).toEqual(TOKEN);
    expect(await new Promise((resolve, reject) => page.auth.getJwtToken(resolve, reject))).toEqual(
      TOKEN,
    );
  });

  test('gets the result of an operation, which receives its parameters and its caller', async () => {
    expect(await createPage().request('agent.get', [1, { a: 2 }])).toEqual({
      parameters: [1, { a: 2 }],
      caller: { origin: PAGE, operation: 'agent.get' },
    });
    expect(events).toEqual([{ origin: PAGE, operation: 'agent.get', outcome: 'answered' }]);
  });

  test('receives a ServiceError of an operation, and no other error', async () => {
    const page = createPage();
    await expect(page.request('voice.dial')).rejects.toMatchObject({
      code: 'failed',
      message: 'The line is busy.',
      errorMessage: 'The line is busy.',
    });
    await expect(page.request('voice.hold')).rejects.toMatchObject({
      code: 'failed',
      message: 'The operation failed.',
    });
  });

  test('receives an error when a result cannot be posted', async () => {
    expect(await codeOf(createPage().request('email.create'))).toBe('failed');
    expect(events.at(-1)?.outcome).toBe('failed');
  });

  test.each(['agent.unknown', 'constructor.name', 'toString.call'])(
    'receives unknown_operation for %s',
    async (operation) => {
      expect(await codeOf(createPage().request(operation))).toBe('unknown_operation');
    },
  );

  test('gets many simultaneous answers, each its own', async () => {
    const page = createPage();
    const answers = await Promise.all([1, 2, 3].map((one) => page.request('agent.get', [one])));
    expect(answers.map((answer) => (answer as { parameters: unknown[] }).parameters[0])).toEqual([
      1, 2, 3,
    ]);
  });

  test('may be one that was written for the Genesys client', async () => {
    post(request('auth.getJwtToken'));
    await settle();
    expect(pageWindow.received.map(({ data }) => data)).toEqual([
      {
        referenceId: '0',
        userAgent: expect.stringContaining('WWE'),
        protocolVersion: 2,
        data: TOKEN,
      },
    ]);
    post(request('voice.hold'));
    await settle();
    expect(pageWindow.received.at(-1)?.data).toMatchObject({
      referenceId: '0',
      errorMessage: 'The operation failed.',
    });
  });
});

describe('a page', () => {
  test('of an origin that is not listed is denied', async () => {
    startHost();
    const stranger = new FakeWindow('https://evil.example');
    expect(await codeOf(createPage(stranger).request('agent.get'))).toBe('denied');
    expect(events).toEqual([
      { origin: 'https://evil.example', operation: 'agent.get', outcome: 'denied' },
    ]);
  });

  test('is denied operations that are not in its list, above all the token', async () => {
    startHost({ acceptedWebContentOrigins: `${PAGE} (agent.*, auth.*)` });
    const page = createPage();
    expect(await codeOf(page.request('voice.dial'))).toBe('denied');
    expect(await codeOf(page.auth.getJwtToken())).toBe('denied');
    expect(await page.request('agent.get')).toBeTruthy();
  });

  test('is denied everything while the list is invalid', async () => {
    startHost({ acceptedWebContentOrigins: `${PAGE}, oops` });
    expect(host.policyError).toEqual({ message: expect.any(String), position: PAGE.length + 2 });
    expect(await codeOf(createPage().request('agent.get'))).toBe('denied');
  });

  test('is answered although an entry of another scheme is skipped', async () => {
    startHost({ acceptedWebContentOrigins: `capacitor://localhost, ${PAGE}` });
    expect(host.policyError).toBeUndefined();
    expect(host.skippedOrigins).toEqual([{ origin: 'capacitor://localhost', position: 0 }]);
    expect(await createPage().request('agent.get')).toBeTruthy();
  });

  test('of the origin null is denied without allowNullOrigin, and answered with it', async () => {
    const sandboxed = new FakeWindow('null');
    startHost({ acceptedWebContentOrigins: '*' });
    post(request('agent.get'), sandboxed);
    await settle();
    expect(sandboxed.received.at(-1)?.data).toMatchObject({ errorCode: 'denied' });
    host.close();
    startHost({ acceptedWebContentOrigins: 'null (agent.get)', allowNullOrigin: true });
    post(request('agent.get'), sandboxed);
    await settle();
    expect(sandboxed.received.at(-1)?.data).toHaveProperty('data');
  });

  test('in a window that acceptsSource rejects gets no answer', async () => {
    startHost({ acceptsSource: (source) => source !== pageWindow.seenBy(hostWindow) });
    post(request('agent.get'));
    await settle();
    expect(pageWindow.received).toEqual([]);
  });

  test('gets no answer after the host was closed', async () => {
    startHost();
    host.close();
    expect(hostWindow.listening).toBe(false);
  });

  test('gets no token that is ready only after the host was closed, as at log-out', async () => {
    let finish = (_token: unknown): void => {};
    const asked = new Promise((resolve) => {
      finish = resolve;
    });
    startHost({ operations: { 'auth.getJwtToken': () => asked } });
    const answer = codeOf(createPage().auth.getJwtToken());
    await settle();
    host.close();
    finish(TOKEN);
    expect(await answer).toBe('closed');
    expect(JSON.stringify(pageWindow.received)).not.toContain(TOKEN.jwtToken);
    expect(events).toMatchObject([{ outcome: 'closed' }]);
  });

  test('receives nothing about an operation that fails after the host was closed', async () => {
    let fail = (_error: unknown): void => {};
    const asked = new Promise((_resolve, reject) => {
      fail = reject;
    });
    startHost({ operations: { 'voice.dial': () => asked } });
    const answer = codeOf(createPage().request('voice.dial'));
    await settle();
    host.close();
    fail(new ServiceError('failed', 'SECRET: the line of Alice is busy.'));
    expect(await answer).toBe('closed');
    expect(JSON.stringify(pageWindow.received)).not.toContain('SECRET');
    expect(events).toMatchObject([{ outcome: 'closed' }]);
  });
});

describe('a host', () => {
  beforeEach(() => startHost());

  test.each<[string, unknown]>([
    ['text', 'hello'],
    ['nothing', null],
    ['another protocol', { type: 'webpackOk' }],
    ['no user agent', { request: 'agent.get', referenceId: '0' }],
    ['another user agent', { ...request('agent.get'), userAgent: 'Mozilla' }],
    ['no id', { ...request('agent.get'), referenceId: undefined }],
    ['an id that is an object', { ...request('agent.get'), referenceId: {} }],
    ['parameters that are not a list', { ...request('agent.get'), parameters: 'a' }],
    ['an operation that is too long', request(`a.${'b'.repeat(300)}`)],
  ])('ignores messages that are %s', async (_title, message) => {
    post(message);
    await settle();
    expect(pageWindow.received).toEqual([]);
    expect(events).toEqual([]);
  });

  test('looks up only the members that it needs, because listing millions of them takes minutes', () => {
    const deliver = (data: unknown) =>
      hostWindow.deliver({ data, origin: 'https://evil.example', source: { postMessage() {} } });
    const listed = vi.fn(Reflect.ownKeys);
    deliver(new Proxy(new Uint8Array(8), { ownKeys: listed }));
    deliver(new Proxy(request('agent.get'), { ownKeys: listed }));
    expect(listed).not.toHaveBeenCalled();
  });

  test('is not confused by a version that is not a number', async () => {
    post({ ...request('agent.get'), protocolVersion: { valueOf: 1, toString: 1 } });
    await settle();
    expect(events).toMatchObject([{ outcome: 'answered' }]);
  });

  test('ignores a message without a source window', async () => {
    hostWindow.deliver({ data: request('auth.getJwtToken'), origin: PAGE, source: null });
    await settle();
    expect(events).toEqual([]);
  });

  test('does not answer itself', async () => {
    hostWindow.deliver({ data: request('auth.getJwtToken'), origin: PAGE, source: hostWindow });
    await settle();
    expect(events).toEqual([]);
  });

  test('answers the exact origin only, even if the window has navigated elsewhere', async () => {
    const sent: string[] = [];
    const source = { postMessage: (_message: unknown, target: string) => sent.push(target) };
    hostWindow.deliver({ data: request('auth.getJwtToken'), origin: PAGE, source });
    await settle();
    expect(sent).toEqual([PAGE]);
  });

  test('survives an observer that throws and a window that is gone', async () => {
    host.close();
    startHost({
      onRequest: () => {
        throw new Error('observer');
      },
    });
    const source = {
      postMessage: () => {
        throw new Error('gone');
      },
    };
    hostWindow.deliver({ data: request('auth.getJwtToken'), origin: PAGE, source });
    await settle();
    expect(await createPage().auth.getJwtToken()).toEqual(TOKEN);
  });

  test('survives an observer that rejects', async () => {
    host.close();
    startHost({ onRequest: async () => Promise.reject(new Error('the log is down')) });
    expect(await createPage().auth.getJwtToken()).toEqual(TOKEN);
    // An unhandled rejection would fail the whole run.
    await settle();
  });

  test('rejects invalid limits', () => {
    const start = (rateLimit: ServiceHostOptions['rateLimit']) => () => startHost({ rateLimit });
    expect(start({ perMinute: -1 })).toThrow(TypeError);
    expect(start({ quarantineSeconds: Number.NaN })).toThrow(TypeError);
    expect(start({ operations: { 'voice.dial': Number.NaN } })).toThrow(TypeError);
  });
});

describe('a rate limit', () => {
  const ask = (operation = 'agent.get', from = pageWindow) =>
    createPage(from)
      .request(operation)
      .then(
        () => 'answered',
        (error: ServiceError) => error.code,
      );

  test('of the whole API admits its number of requests in any minute', async () => {
    startHost({ rateLimit: { perMinute: 2 } });
    expect([await ask(), await ask()]).toEqual(['answered', 'answered']);
    nowMs += 60_000;
    expect(await ask()).toBe('answered');
    nowMs += 59_999;
    expect([await ask(), await ask()]).toEqual(['answered', 'rate_limited']);
  });

  test('starts a quarantine and reports its duration', async () => {
    startHost({ rateLimit: { perMinute: 1 } });
    await ask();
    await expect(createPage().request('agent.get')).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 30_000,
    });
    nowMs += 29_999;
    await expect(createPage().request('agent.get')).rejects.toMatchObject({ retryAfterMs: 1 });
    nowMs += 1;
    expect(await ask()).toBe('answered');
  });

  test('may start a quarantine without end', async () => {
    startHost({ rateLimit: { perMinute: 1, quarantineSeconds: 0 } });
    await ask();
    await expect(createPage().request('agent.get')).rejects.toMatchObject({
      retryAfterMs: Number.POSITIVE_INFINITY,
    });
    nowMs += 1e12;
    expect(await ask()).toBe('rate_limited');
  });

  test('of one operation does not affect the others', async () => {
    startHost({ rateLimit: { operations: { 'auth.getJwtToken': 1 } } });
    expect(await ask('auth.getJwtToken')).toBe('answered');
    expect(await ask('auth.getJwtToken')).toBe('rate_limited');
    expect(await ask('agent.get')).toBe('answered');
  });

  test('is counted for each origin, and denied origins use nothing up', async () => {
    const other = new FakeWindow('https://other.example.com');
    startHost({
      acceptedWebContentOrigins: `${PAGE}, ${other.origin}`,
      rateLimit: { perMinute: 1 },
    });
    for (let i = 0; i < 3; i++) await ask('agent.get', new FakeWindow('https://evil.example'));
    expect(await ask()).toBe('answered');
    expect(await ask()).toBe('rate_limited');
    expect(await ask('agent.get', other)).toBe('answered');
  });

  test('ends in time although the clock of the machine is set back', async () => {
    const wall = vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2030, 0, 1));
    const elapsed = vi.spyOn(performance, 'now').mockReturnValue(0);
    startHost({ rateLimit: { perMinute: 1 }, now: undefined });
    expect([await ask(), await ask()]).toEqual(['answered', 'rate_limited']);
    wall.mockReturnValue(Date.UTC(2026, 0, 1));
    elapsed.mockReturnValue(30_000);
    const outcome = await ask();
    vi.restoreAllMocks();
    expect(outcome).toBe('answered');
  });

  test('can be silent, as documented', async () => {
    startHost({ rateLimit: { perMinute: 1, reply: 'silent' } });
    await ask();
    const before = pageWindow.received.length;
    post(request('agent.get'));
    await settle();
    expect(pageWindow.received).toHaveLength(before);
    expect(events.at(-1)?.outcome).toBe('rate_limited');
  });
});

describe('a client', () => {
  test.each([
    '*',
    '',
    'workspace.example.com',
    'https://a.example/path',
    'https://*.example',
    'null',
  ])('rejects the origin %j', (origin) => {
    expect(() => createPage(pageWindow, origin)).toThrow(TypeError);
  });

  test('requires its own window and the window of the host', () => {
    expect(() => createServiceClient({ origin: HOST })).toThrow(TypeError);
    expect(() => createServiceClient({ origin: HOST, window: pageWindow })).toThrow(TypeError);
  });

  test.each([0, -1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY])(
    'rejects a time-out of %d milliseconds, which would fire at once',
    async (timeoutMs) => {
      const target = pageWindow.seenBy(pageWindow);
      const options = { target, origin: HOST, window: pageWindow };
      expect(() => createServiceClient({ ...options, timeoutMs })).toThrow(TypeError);
      const { request } = createServiceClient(options);
      await expect(request('agent.get', [], { timeoutMs })).rejects.toThrow(TypeError);
    },
  );

  test('posts to the exact origin, so that another page in that window sees nothing', async () => {
    const evil = new FakeWindow('https://evil.example');
    vi.useFakeTimers();
    const target = evil.seenBy(pageWindow);
    const outcome = codeOf(
      createServiceClient({ target, origin: HOST, window: pageWindow }).request('agent.get'),
    );
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await outcome).toBe('timeout');
    expect(evil.received).toEqual([]);
  });

  test('accepts replies from the host’s window and origin only', async () => {
    vi.useFakeTimers();
    const outcome = codeOf(createPage().request('agent.get'));
    await vi.advanceTimersByTimeAsync(0);
    const { referenceId } = hostWindow.received[0]!.data as { referenceId: string };
    const data = { referenceId, userAgent: 'WWE', data: 'forged' };
    const source = hostWindow.seenBy(pageWindow);
    pageWindow.deliver({ data, origin: 'https://evil.example', source });
    pageWindow.deliver({ data, origin: HOST, source: new FakeWindow(HOST) });
    pageWindow.deliver({ data: { ...data, referenceId: '0' }, origin: HOST, source });
    pageWindow.deliver({ data: null, origin: HOST, source });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await outcome).toBe('timeout');
  });

  test('uses ids that cannot be guessed', async () => {
    const page = createPage();
    for (let i = 0; i < 20; i++) page.request('agent.get').catch(() => {});
    await settle();
    const ids = hostWindow.received.map(
      ({ data }) => (data as { referenceId: string }).referenceId,
    );
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    page.close();
  });

  test('gives up after ten seconds, or after the time it is given', async () => {
    vi.useFakeTimers();
    const page = createPage();
    const slow = codeOf(page.request('agent.get'));
    const quick = codeOf(page.request('agent.get', [], { timeoutMs: 100 }));
    await vi.advanceTimersByTimeAsync(100);
    expect(await quick).toBe('timeout');
    await vi.advanceTimersByTimeAsync(9_900);
    expect(await slow).toBe('timeout');
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each<[string, (controller: AbortController) => void]>([
    ['before', (controller) => controller.abort()],
    ['while', () => {}],
  ])('can be aborted %s it waits', async (_title, prepare) => {
    const controller = new AbortController();
    prepare(controller);
    const options: ServiceRequestOptions = { signal: controller.signal };
    const outcome = codeOf(createPage().request('agent.get', [], options));
    controller.abort();
    expect(await outcome).toBe('aborted');
  });

  test('that is closed fails pending and new requests', async () => {
    const page = createPage();
    const waiting = codeOf(page.request('agent.get'));
    page.close();
    expect(await waiting).toBe('closed');
    expect(await codeOf(page.request('agent.get'))).toBe('closed');
    expect(pageWindow.listening).toBe(false);
  });

  test('reports that parameters cannot be posted', async () => {
    expect(await codeOf(createPage().request('agent.get', [() => {}]))).toBe('malformed');
  });

  test.each([undefined, null, 'token', { jwtToken: 'a' }, { jwtToken: 1, expiration: 'b' }])(
    'rejects %j as a token',
    async (data) => {
      startHost({ operations: { 'auth.getJwtToken': () => data } });
      expect(await codeOf(createPage().auth.getJwtToken())).toBe('malformed');
      const failed = await new Promise<ServiceError>((resolve) =>
        createPage().auth.getJwtToken(() => expect.unreachable(), resolve),
      );
      expect(failed.code).toBe('malformed');
    },
  );

  test('understands the failures of another implementation', async () => {
    const outcome = createPage().request('agent.get');
    await settle();
    const { referenceId } = hostWindow.received[0]!.data as { referenceId: string };
    const data = { referenceId, userAgent: 'WWE Server', errorMessage: 'Unknown agent' };
    pageWindow.deliver({ data, origin: HOST, source: hostWindow.seenBy(pageWindow) });
    await expect(outcome).rejects.toMatchObject({ code: 'failed', message: 'Unknown agent' });
  });
});

test('neither side logs anything, and no event holds the token', async () => {
  const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
    vi.spyOn(console, name),
  );
  startHost();
  const page = createPage();
  await page.auth.getJwtToken();
  await page.request('voice.hold').catch(() => {});
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  expect(JSON.stringify(events)).not.toContain('SECRET');
});
