import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { FetchFailure } from '../../packages/exports/src/fetch/fetch-failure.js';
import { createGuardedFetch } from '../../packages/exports/src/fetch/guarded-fetch.js';
import type { GuardedRequestOptions } from '../../packages/exports/src/fetch/guarded-request.js';
import type { LookupAll } from '../../packages/exports/src/fetch/resolve-addresses.js';
import { listen } from '../support/listen.js';
import { LOCALHOST } from '../support/localhost-certificate.js';

/** Never over within a test that does not advance the clock. */
const TIMEOUT_MS = 60_000;
const GET = { method: 'GET', headers: {} } as const;

/** A resolver that returns the given answers one after the other. */
function answer(...answers: readonly (readonly string[])[]): LookupAll & { asked: string[] } {
  const asked: string[] = [];
  const lookup: LookupAll = (hostname, _options, done) => {
    asked.push(hostname);
    const addresses = answers[Math.min(asked.length, answers.length) - 1] ?? [];
    const found: LookupAddress[] = addresses.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    setImmediate(() => done(null, found));
  };
  return Object.assign(lookup, { asked });
}

async function fail(url: string, options: GuardedRequestOptions = {}): Promise<FetchFailure> {
  const failure = await createGuardedFetch({ timeoutMs: TIMEOUT_MS, ...options })(url, GET).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(FetchFailure);
  return failure as FetchFailure;
}

describe('what is rejected before a request', () => {
  test.each([
    'http://crm.example.com/',
    'ftp://crm.example.com/',
    'file:///etc/passwd',
    'data:text/plain,a',
    'https://user@crm.example.com/',
    'https://user:secret@crm.example.com/',
    'https://:secret@crm.example.com/',
    'https://crm.example.com/#a',
    'https://crm.example.com/#',
    'https://crm.example.com:25/',
    'https://crm.example.com:22/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://127.0.0.1./',
    'https://10.0.0.1./',
    'https://%31%32%37.0.0.1/',
    'https://127。0。0。1/',
    'https://①②⑦.0.0.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://0xa9fea9fe/',
    'https://168.63.129.16/',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:8.8.8.8]/',
    'https://[::127.0.0.1]/',
    'https://[0:0:0:0:0:ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b:1::1]/',
    'https://[fe80::1]/',
    'https://[fe80::1%25eth0]/',
    'https://[fe80::1%eth0]/',
    'https://[fc00::1]/',
    'https://[fd00:ec2::254]/',
    'https://[ff02::1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001::1]/',
    'https://[2001:db8::1]/',
    'https:\\\\crm.example.com/',
    'https://crm.example.com/a\tb',
    ' https://crm.example.com/',
    '/relative',
    '',
  ])('%s', async (url) => {
    const lookup = answer(['93.184.216.34']);
    expect(await fail(url, { lookup })).toMatchObject({
      code: 'address_refused',
      mayHaveArrived: false,
    });
    expect(lookup.asked).toEqual([]);
  });

  test('plain HTTP and loopback, unless loopback is allowed', async () => {
    const origin = await listen((_request, response) => response.end('inside'));
    expect((await fail(origin)).code).toBe('address_refused');
    expect((await fail(origin.replace('http:', 'https:'))).code).toBe('address_refused');
  });
});

describe('names', () => {
  test.each([
    [['127.0.0.1']],
    [['10.0.0.1']],
    [['169.254.169.254']],
    [['100.100.100.200']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['64:ff9b::a00:1']],
    [['fd00::1']],
    [['fe80::1%eth0']],
    [['93.184.216.34', '10.0.0.1']],
    [['2606:2800:220:1::1', '::1']],
  ])('that resolve to %j are rejected, and nothing is sent', async (addresses) => {
    expect(await fail('https://crm.example.com/', { lookup: answer(addresses) })).toMatchObject({
      code: 'address_refused',
      mayHaveArrived: false,
    });
  });

  test('are checked at every connection', async () => {
    let requests = 0;
    const origin = await listen((_request, response) => {
      requests += 1;
      response.end();
    });
    const lookup = answer(['127.0.0.1'], ['10.0.0.1']);
    const fetch = createGuardedFetch({ allowLoopback: true, lookup, keepAlive: false });
    const url = origin.replace('127.0.0.1', 'localhost');
    expect((await fetch(url, GET)).status).toBe(200);
    await expect(fetch(url, GET)).rejects.toMatchObject({ code: 'address_refused' });
    expect(lookup.asked).toEqual(['localhost', 'localhost']);
    expect(requests).toBe(1);
  });

  test('over plain HTTP are connected to on this machine only', async () => {
    const lookup = answer(['93.184.216.34']);
    expect((await fail('http://localhost:8080/', { allowLoopback: true, lookup })).code).toBe(
      'address_refused',
    );
  });

  test.each(['https://localhost./', 'https://crm.example.com./', 'https://xn--bcher-kva.example/'])(
    'are resolved as they are written, dots and punycode included: %s',
    async (url) => {
      const lookup = answer(['10.0.0.1']);
      expect((await fail(url, { lookup })).code).toBe('address_refused');
      expect(lookup.asked).toEqual([new URL(url).hostname]);
    },
  );

  test('whose resolution never ends fail, with nothing sent', async () => {
    const deadline = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
    onTestFinished(() => timeout.mockRestore());
    const failure = fail('https://crm.example.com/', { lookup: () => deadline.abort() });
    expect(await failure).toMatchObject({ code: 'unreachable', mayHaveArrived: false });
    expect(timeout).toHaveBeenCalledWith(TIMEOUT_MS / 2);
  });

  test('that do not resolve are unreachable', async () => {
    expect(await fail('https://crm.example.com/', { lookup: answer([]) })).toMatchObject({
      code: 'unreachable',
    });
    const lookup: LookupAll = (_hostname, _options, done) =>
      setImmediate(() => done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []));
    expect(await fail('https://crm.example.com/', { lookup })).toMatchObject({
      code: 'unreachable',
      mayHaveArrived: false,
    });
  });
});

describe('answers', () => {
  const local = { allowLoopback: true, timeoutMs: TIMEOUT_MS };

  test('have status, selected headers and body', async () => {
    let seen = '';
    const origin = await listen((request, response) => {
      request.on('data', (chunk) => {
        seen += `${request.method} ${request.headers['content-type']} ${chunk}`;
      });
      request.on('end', () =>
        response.writeHead(429, { 'retry-after': '7', 'set-cookie': 'a=b' }).end('slow'),
      );
    });
    const response = await createGuardedFetch(local)(`${origin}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ a: 'b c' }),
    });
    expect([response.status, await response.text()]).toEqual([429, 'slow']);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(response.headers.has('set-cookie')).toBe(false);
    expect(seen).toBe('POST application/x-www-form-urlencoded a=b+c');
  });

  test.each([301, 302, 303, 307, 308])('with %i are not followed', async (status) => {
    const paths: (string | undefined)[] = [];
    const origin = await listen((request, response) => {
      paths.push(request.url);
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect((await createGuardedFetch(local)(`${origin}/`, GET)).status).toBe(status);
    expect(paths).toEqual(['/']);
  });

  test('that are too large are not read to their end', async () => {
    const origin = await listen((_request, response) => {
      const write = () => {
        while (!response.destroyed && response.write('a'.repeat(65_536)));
      };
      response.on('drain', write);
      write();
    });
    expect(await fail(origin, { ...local, maxBytes: 100_000 })).toMatchObject({
      code: 'too_large',
      mayHaveArrived: true,
      status: 200,
    });
  });

  test.each([
    ['never begin', ''],
    ['never end', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    ['stop in their head', 'HTTP/1.1 200 OK\r\nx: '],
  ])('that %s time out', async (_name, sent) => {
    stopTime();
    let isAsked = false;
    const origin = await listenTcp((text) => {
      text(sent);
      isAsked = true;
    });
    const failure = fail(origin, local);
    await expect.poll(() => isAsked).toBe(true);
    vi.advanceTimersByTime(TIMEOUT_MS);
    expect(await failure).toMatchObject({ code: 'timed_out', mayHaveArrived: true });
  });

  test('that arrive slowly have one time-out as a whole', async () => {
    stopTime();
    let drops = 0;
    const origin = await listen((_request, response) => {
      const timer = setInterval(() => response.write(String(drops++)), 20);
      response.on('close', () => clearInterval(timer));
    });
    const failure = fail(origin, local);
    for (let passedMs = 0; passedMs < TIMEOUT_MS; passedMs += TIMEOUT_MS / 4) {
      const before = drops;
      await expect.poll(() => drops).toBeGreaterThan(before);
      vi.advanceTimersByTime(TIMEOUT_MS / 4);
    }
    expect((await failure).code).toBe('timed_out');
  });

  test.each(['nonsense\r\n\r\n', 'HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n'])(
    'that are not HTTP are failures like others: %j',
    async (sent) => {
      const origin = await listenTcp((text) => text(sent));
      expect(await fail(origin, local)).toMatchObject({
        code: 'unreachable',
        mayHaveArrived: true,
      });
    },
  );

  test('of a closed port are not awaited', async () => {
    const server = createServer();
    const origin = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await fail(origin, local)).toMatchObject({ code: 'unreachable', mayHaveArrived: false });
  });

  test('are not requested with an invalid header', async () => {
    const origin = await listen((_request, response) => response.end());
    const request = { method: 'GET', headers: { authorization: 'Bearer a\r\nb: c' } } as const;
    await expect(createGuardedFetch(local)(origin, request)).rejects.toMatchObject({
      code: 'unreachable',
      mayHaveArrived: false,
    });
  });

  test('end with the signal of the caller', async () => {
    const origin = await listen(() => undefined);
    const signal = AbortSignal.abort();
    await expect(createGuardedFetch(local)(origin, { ...GET, signal })).rejects.toMatchObject({
      code: 'timed_out',
    });
  });
});

test('an untrusted certificate is rejected, also on loopback', async () => {
  let requests = 0;
  const server = createHttpsServer(LOCALHOST, (_request, response) => {
    requests += 1;
    response.end();
  });
  const origin = (await listen(server)).replace('http:', 'https:');
  expect(await fail(origin, { allowLoopback: true })).toMatchObject({
    code: 'unreachable',
    mayHaveArrived: false,
  });
  expect(requests).toBe(0);
});

test('a failure holds nothing that was sent or received', async () => {
  stopTime();
  let isAsked = false;
  const origin = await listenTcp((text) => {
    text('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nseCret');
    isAsked = true;
  });
  const fetch = createGuardedFetch({ allowLoopback: true, timeoutMs: TIMEOUT_MS });
  const failing = fetch(`${origin}/seCret?a=seCret`, {
    method: 'POST',
    headers: { authorization: 'Bearer seCret' },
    body: 'seCret',
  }).catch((error: Error) => error);
  await expect.poll(() => isAsked).toBe(true);
  vi.advanceTimersByTime(TIMEOUT_MS);
  const failure = await failing;
  const told = [String(failure), (failure as Error).stack, JSON.stringify(failure)].join();
  expect(told).not.toContain('seCret');
  expect((failure as Error).cause).toBeUndefined();
});

/** From now on time-outs pass only when the test advances them, not while the machine is busy. */
function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

/** A server that writes bytes of its own after the request's head. */
async function listenTcp(answer: (write: (text: string) => void) => void): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer((text) => socket.write(text)));
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}
