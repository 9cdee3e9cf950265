import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PrivateHost } from '../../../packages/exports/src/fetch/private-hosts.js';
import { listen } from '../../support/listen.js';
import { LOCALHOST } from '../../support/localhost-certificate.js';
import { RECEIVER } from '../../support/receiver-certificate.js';
import { findRuntimes, type Runtime } from '../../support/runtimes.js';
import { bundle } from '../../tokens/processes/bundle.js';
import { startProxy } from '../support/start-proxy.js';
import type { Probe } from './probe-program.js';

const REFUSED = { code: 'address_refused', mayHaveArrived: false };
const LOCAL = { allowLoopback: true, timeoutMs: 40_000 };

/** What becomes of the requests on a runtime. */
async function run(
  runtime: Runtime,
  probes: readonly Probe[],
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly unknown[]> {
  return readOutcomes(await start(runtime, probes, environment));
}

async function start(
  runtime: Runtime,
  probes: readonly Probe[],
  environment: Readonly<Record<string, string>> = {},
) {
  const [file, ...args] = runtime.command;
  const program = await bundle('../../exports/runtimes/probe-program.ts');
  const child = spawn(file, [...args, program, JSON.stringify(probes)], {
    env: { ...process.env, DENO_NO_UPDATE_CHECK: '1', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function readOutcomes({ stdout }: { readonly stdout: Readable }) {
  const lines = await text(stdout);
  return lines
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

/** A server, by default for `localhost`, whose certificate is trusted by programs that run with `environment`. */
async function serveEncrypted(certificate: typeof LOCALHOST | typeof RECEIVER = LOCALHOST) {
  const folder = mkdtempSync(join(tmpdir(), 'mandate-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const trusted = join(folder, 'trusted.pem');
  writeFileSync(trusted, certificate.cert);
  const seen = { connections: 0, requests: [] as string[] };
  const server = createHttpsServer(certificate, async (request, response) => {
    seen.requests.push(`${request.method} ${request.headers.host} ${await text(request)}`);
    response.end('hello');
  }).on('connection', () => {
    seen.connections += 1;
  });
  const { port } = new URL(await listen(server));
  return { port, seen, environment: { NODE_EXTRA_CA_CERTS: trusted } };
}

async function serveBytes(bytes: string): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

/** A server that accepts connections and never answers. */
async function listenSilently(): Promise<string> {
  const server = createTcpServer((socket) => {
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

describe.each(findRuntimes())('on $name', (runtime) => {
  test('a name that resolves to an internal address is never connected to', async () => {
    const { port, seen, environment } = await serveEncrypted();
    const urls = [`https://localhost:${port}/`, `https://crm.example.com:${port}/`];
    const internal = ['127.0.0.1', '10.0.0.8', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1'];
    const probes = internal.map((address): Probe => ({ urls, resolved: [address] }));
    const mixed: Probe = { urls, resolved: ['93.184.216.34', '127.0.0.1'] };
    const outcomes = await run(runtime, [{ urls: [urls[0] ?? ''] }, ...probes, mixed], environment);
    expect(outcomes).toEqual(Array.from({ length: 13 }, () => REFUSED));
    expect(seen.connections).toBe(0);
  });

  test('a private host that is listed is connected to, at the listed addresses only', async () => {
    const { port, seen, environment } = await serveEncrypted();
    const urls = [`https://localhost:${port}/`];
    const resolved = ['127.0.0.1'];
    const list = (...allowedPrivateHosts: readonly PrivateHost[]) => ({
      ...{ urls, resolved },
      options: { allowedPrivateHosts, timeoutMs: 40_000 },
    });
    const own = { host: 'localhost', addresses: ['127.0.0.1/32'] };
    const probes: readonly Probe[] = [
      list('127.0.0.1/32'),
      list(own),
      { ...list(own), resolved: ['127.0.0.1', '127.0.0.2'] },
      { ...list(own), urls: [`https://crm.internal:${port}/`] },
      list('localhost', '10.0.0.0/8', '127.0.0.2/32'),
    ];
    const served = { status: 200, text: 'hello' };
    const expected = [served, served, REFUSED, REFUSED, REFUSED];
    expect(await run(runtime, probes, environment)).toEqual(expected);
    expect(seen.connections).toBe(2);
  });

  test('the certificate is compared with the name, and the connection is used again', async () => {
    const { port, seen, environment } = await serveEncrypted();
    const url = `https://localhost:${port}/`;
    const resolved = ['127.0.0.1'];
    const foreign = [`https://crm.example.com:${port}/`, `https://127.0.0.1:${port}/`];
    const insecure = { ...environment, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(
      await run(
        runtime,
        [
          { urls: [url, url], options: LOCAL, body: 'event' },
          { urls: foreign, options: LOCAL, resolved },
        ],
        insecure,
      ),
    ).toEqual([
      { status: 200, text: 'hello' },
      { status: 200, text: 'hello' },
      { code: 'unreachable', mayHaveArrived: false },
      { code: 'unreachable', mayHaveArrived: false },
    ]);
    expect(seen.requests).toEqual(Array(2).fill(`POST localhost:${port} event`));
    expect(seen.connections).toBe(3);
  });

  test('an address that does not answer is followed by the next one', async () => {
    const { port, environment } = await serveEncrypted();
    const urls = [`https://localhost:${port}/`];
    const resolved = ['127.0.0.2', '::1', '127.0.0.1'];
    const outcomes = await run(runtime, [{ urls, options: LOCAL, resolved }], environment);
    expect(outcomes).toEqual([{ status: 200, text: 'hello' }]);
  });

  test('a proxy gets names unresolved, and TLS goes through it to the receiver', async () => {
    const { port, seen, environment } = await serveEncrypted(RECEIVER);
    const proxy = await startProxy({ username: 'exports', password: 'pa:ss wörd' });
    const url = `https://hooks.example.com:${port}/`;
    const options = { proxy: proxy.option, timeoutMs: 40_000 };
    const foreign = `https://crm.example.com:${port}/`;
    const rejected = [`https://10.0.0.8:${port}/`, `https://localhost:${port}/`];
    const resolved = ['10.0.0.8'];
    const probes = [{ urls: [url, url, foreign, ...rejected], options, resolved, body: 'event' }];
    expect(await run(runtime, probes, environment)).toEqual([
      { status: 200, text: 'hello' },
      { status: 200, text: 'hello' },
      { code: 'unreachable', mayHaveArrived: false },
      REFUSED,
      REFUSED,
    ]);
    expect(seen.requests).toEqual(Array(2).fill(`POST hooks.example.com:${port} event`));
    expect(proxy.asked).toEqual([`hooks.example.com:${port}`, `crm.example.com:${port}`]);
  });

  test('a proxy that fails is a failure of its own, before anything is sent', async () => {
    const { port, environment } = await serveEncrypted(RECEIVER);
    const { option } = await startProxy({ username: 'exports', password: 'right' });
    const wrong = { ...option, password: 'seCret' };
    const silent = await listenSilently();
    const urls = [`https://hooks.example.com:${port}/`];
    const failed = { code: 'proxy_failed', mayHaveArrived: false };
    const probes = [
      { urls, options: { proxy: wrong, timeoutMs: 40_000 } },
      { urls, options: { proxy: option.url, timeoutMs: 40_000 } },
      { urls, options: { proxy: 'http://127.0.0.1:1', timeoutMs: 40_000 } },
      { urls, options: { proxy: silent, timeoutMs: 2000 } },
      { urls, options: { proxy: await serveBytes('nonsense\r\n\r\n'), timeoutMs: 40_000 } },
    ];
    expect(await run(runtime, probes, environment)).toEqual(Array(5).fill(failed));
  });

  test('proxies of the environment are not used', async () => {
    const { port, environment } = await serveEncrypted();
    let connections = 0;
    const proxy = await listen(
      createServer().on('connection', (socket) => {
        connections += 1;
        socket.destroy();
      }),
    );
    const plain = await listen((_request, response) => response.end('plain'));
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy'];
    const proxies = Object.fromEntries(names.map((name) => [name, proxy]));
    const environments = { ...environment, ...proxies, NODE_USE_ENV_PROXY: '1', NO_PROXY: '' };
    const urls = [`https://localhost:${port}/`, plain];
    expect(await run(runtime, [{ urls, options: LOCAL }], environments)).toEqual([
      { status: 200, text: 'hello' },
      { status: 200, text: 'plain' },
    ]);
    expect(connections).toBe(0);
  });

  test('redirects are not followed, and large responses are not read', async () => {
    const paths: (string | undefined)[] = [];
    const origin = await listen((request, response) => {
      paths.push(request.url);
      if (request.url === '/large') response.end('a'.repeat(100_001));
      else response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const options = { ...LOCAL, maxBytes: 100_000 };
    const urls = [`${origin}/moved`, `${origin}/large`];
    expect(await run(runtime, [{ urls, options }])).toEqual([
      { status: 307, text: '' },
      { code: 'too_large', mayHaveArrived: true, status: 200 },
    ]);
    expect(paths).toEqual(['/moved', '/large']);
  });

  test.each([
    ['ends without a response', ''],
    ['is not HTTP', 'nonsense\r\n\r\n'],
    ['ends within the head', 'HTTP/1.1 200 OK\r\ncontent-le'],
    ['ends within the body', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'],
    ['ends within a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nabc'],
    ['is an upgrade', 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: a\r\n\r\n'],
  ])('a response that %s is a failure', async (_name, bytes) => {
    const [outcome] = await run(runtime, [{ urls: [await serveBytes(bytes)], options: LOCAL }]);
    expect(outcome).toMatchObject({ code: 'unreachable', mayHaveArrived: true });
  });

  test('a response that never comes times out', async () => {
    const server = createServer();
    const arrived = once(server, 'request');
    const origin = await listen(server);
    const probe: Probe = { urls: [origin], options: LOCAL, timesOutOnInput: true };
    const child = await start(runtime, [probe]);
    const outcomes = readOutcomes(child);
    await arrived;
    child.stdin.write('time out');
    expect(await outcomes).toEqual([{ code: 'timed_out', mayHaveArrived: true }]);
  });
});
