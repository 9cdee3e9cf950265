import { createServer } from 'node:net';
import {
  createConnections,
  createExports,
  createMemoryExportStore,
  type EgressProxy,
} from '@mandate/exports';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGuardedFetch } from '../../packages/exports/src/fetch/guarded-fetch.js';
import { listen } from '../support/listen.js';
import { engagement, SITE } from './support/events.js';
import { startProxy } from './support/start-proxy.js';

const OPTIONS = {
  store: createMemoryExportStore(),
  keys: [new Uint8Array(32)],
  callbackUrl: 'https://app.example.com/exports/callback',
};

describe('the option', () => {
  const URL_OF_PROXY = 'http://proxy.internal:3128';
  test.each([
    ...['', 'proxy.internal:3128', 'https://proxy.internal', 'socks5://proxy.internal:1080'],
    ...['http://proxy.internal:3128/seCret', 'http://proxy.internal?seCret', 'http://proxy#seCret'],
    ...['http://exports:seCret@proxy.internal:3128', 'http://seCret@proxy.internal:3128'],
    ...[null, 1, true, [], {}],
    { url: URL_OF_PROXY },
    { url: URL_OF_PROXY, username: 'seCret' },
    { url: URL_OF_PROXY, username: '', password: 'seCret' },
    { url: URL_OF_PROXY, username: 'a:b', password: 'seCret' },
    { url: URL_OF_PROXY, username: 'a', password: 'seCret\r\nx: y' },
    { url: URL_OF_PROXY, username: 'a', password: 'seCret', port: 1 },
    { url: 'http://a:seCret@proxy.internal', username: 'a', password: 'seCret' },
  ])('rejects %j, and its message repeats no value', (value) => {
    const proxy = value as EgressProxy;
    for (const create of [createExports, createConnections]) {
      let error: unknown;
      try {
        create({ ...OPTIONS, proxy });
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(TypeError);
      expect(String(error)).not.toContain('seCret');
    }
  });

  test('rejects addresses of a host beside it, because only the proxy knows them', () => {
    const allowedPrivateHosts = [{ host: 'crm.internal', addresses: ['10.1.2.0/24'] }];
    expect(() => createExports({ ...OPTIONS, allowedPrivateHosts, proxy: URL_OF_PROXY })).toThrow(
      'must not pin addresses of a host with a proxy',
    );
  });
});

test('an address in a URL is rejected before the proxy is asked, unless it is listed', async () => {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (request) => {
      asked.push(request.toString().split('\r\n')[0] ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
  });
  const fetch = createGuardedFetch({
    proxy: await listenTcp(server),
    allowedPrivateHosts: ['10.1.2.3/32', 'fd12::3/128'],
    lookup: (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  const get = (host: string) =>
    fetch(`https://${host}:4433/`, { method: 'GET', headers: {} }).catch(({ code }) => code);
  const own = ['localhost', 'localhost.', 'a.localhost'];
  for (const host of ['10.1.2.4', '0x7f.1', '[::ffff:a00:1]', '169.254.169.254', ...own]) {
    expect(await get(host), host).toBe('address_refused');
  }
  expect(asked).toEqual([]);
  for (const host of ['10.1.2.3', '[fd12::3]']) expect(await get(host)).toBe('proxy_failed');
  expect(asked).toEqual(['CONNECT 10.1.2.3:4433 HTTP/1.1', 'CONNECT [fd12::3]:4433 HTTP/1.1']);
});

test('a request to this machine does not go through the proxy', async () => {
  const origin = await listen((_request, response) => response.end('here'));
  const fetch = createGuardedFetch({ allowLoopback: true, proxy: 'http://127.0.0.1:1' });
  const response = await fetch(origin, { method: 'GET', headers: {} });
  expect(await response.text()).toBe('here');
});

test.each([
  'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
  'HTTP/1.1 502 Bad Gateway\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\nmore than the head',
  'HTTP/1.1 200 OK\r\n',
])('an answer of the proxy that opens no tunnel is proxy_failed: %j', async (answer) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });
  const proxy = await listenTcp(server);
  const request = createGuardedFetch({ proxy })('https://hooks.example.com/', {
    ...{ method: 'GET', headers: {} },
  });
  await expect(request).rejects.toMatchObject({ code: 'proxy_failed', mayHaveArrived: false });
});

test('an event whose proxy rejects the password is kept, with a reason and without the password', async () => {
  const { option } = await startProxy({ username: 'exports', password: 'right' });
  const reported: unknown[] = [];
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const crmExports = createExports({
    ...OPTIONS,
    proxy: { ...option, password: 'seCret' },
    now: () => clock.ms,
    onEvent: (event) => reported.push(event),
    onError: (error) => reported.push(String(error)),
  });
  const { connection } = await crmExports.connections.create({
    ...{ preset: 'generic', grantType: 'none', name: 'Acme', siteId: SITE },
    destination: { kind: 'webhook', url: 'https://hooks.example.com/events' },
  });
  await crmExports.enqueue(engagement('engagement-1'));
  await crmExports.worker.runOnce();
  const { items } = await crmExports.listDeliveries({}, { limit: 1 });
  expect(items).toMatchObject([{ status: 'pending', failure: 'proxy_failed' }]);
  const stored = await crmExports.connections.get(connection.id);
  expect(stored).toMatchObject({ status: 'degraded', reason: 'proxy_failed' });
  expect(reported).toContainEqual(expect.objectContaining({ reason: 'proxy_failed' }));
  const shown = JSON.stringify([reported, items, stored]);
  expect(shown).not.toContain('seCret');
  expect(shown).not.toContain(Buffer.from('exports:seCret').toString('base64'));
});

test('an answer of the proxy without an end is not read to its end', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}`));
  });
  const proxy = await listenTcp(server);
  const request = createGuardedFetch({ proxy })('https://hooks.example.com/', {
    ...{ method: 'GET', headers: {} },
  });
  await expect(request).rejects.toMatchObject({ code: 'proxy_failed', mayHaveArrived: false });
});

async function listenTcp(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}
