import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import type { AuthRequest } from '@mandate/core';
import { toPath } from '@mandate/core/adapter';
import { getHeader, rejectUpgrade, toAuthRequest } from '@mandate/core/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** What a real server reads of a request that was written to its socket like this. */
let send: (lines: readonly string[]) => Promise<IncomingMessage>;
const server = createServer();

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  send = (lines) =>
    new Promise((resolve, reject) => {
      server.once('request', (message, response) => {
        response.end();
        resolve(message);
      });
      const socket = connect(port, '127.0.0.1');
      socket.on('error', reject);
      socket.write([...lines, 'Host: api.example', 'Connection: close', '', ''].join('\r\n'));
      socket.resume();
    });
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

const read = async (...lines: readonly string[]): Promise<AuthRequest> =>
  toAuthRequest(await send(lines));

describe('toAuthRequest', () => {
  test('reads method, path and address of a request', async () => {
    const request = await read('POST /a/b%20c?d=e HTTP/1.1');
    expect(request).toMatchObject({
      method: 'POST',
      path: '/a/b%20c',
      remoteAddress: '127.0.0.1',
      routing: undefined,
    });
  });

  test.each([
    ['//a//b', '//a//b'],
    ['/a/../b', '/a/../b'],
    ['/%2e%2e/a?x', '/%2e%2e/a'],
    ['http://api.example/a', 'http://api.example/a'],
    ['*', '*'],
    ['/a?b?c', '/a'],
    ['/?/a', '/'],
  ])('leaves the path of %s as it is', async (target, path) => {
    expect((await read(`OPTIONS ${target} HTTP/1.1`)).path).toBe(path);
  });

  test('checks the target on the wire if a router has shortened the URL', async () => {
    const message = await send(['GET /docs HTTP/1.1']);
    expect(toAuthRequest(message).target).toBe('/docs');
    const routed = Object.assign(message, { originalUrl: '/api/%2e%2e/docs?x' });
    expect(toAuthRequest(routed)).toMatchObject({ path: '/docs', target: '/api/%2e%2e/docs' });
  });

  test.each([
    ['Content-Length: 2', true],
    ['Transfer-Encoding: chunked', true],
    ['Content-Length: 0', false],
    ['Accept: */*', false],
  ])('detects a body by %s: %s', async (line, expected) => {
    expect((await read('POST / HTTP/1.1', line)).hasBody?.()).toBe(expected);
  });

  test('reads parameters of the query, and repeated ones as a list', async () => {
    const request = await read('GET /?a=1&b=x%20y&a=2&c HTTP/1.1');
    expect(request.query?.('a')).toEqual(['1', '2']);
    expect(request.query?.('b')).toBe('x y');
    expect(request.query?.('c')).toBe('');
    expect(request.query?.('d')).toBeUndefined();
    expect(request.query?.('toString')).toBeUndefined();
  });

  test('reads every line of a header', async () => {
    const request = await read(
      'GET / HTTP/1.1',
      'Authorization: Bearer a',
      'X-Glean-ActAs: eve@example.com',
      'aUTHORIZATION: Bearer b',
      'x-glean-actas: bob@example.com',
      'AUTHORIZATION:',
    );
    expect(request.header('authorization')).toBe('Bearer a, Bearer b, ');
    expect(request.header('x-glean-actas')).toBe('eve@example.com, bob@example.com');
    expect(request.header('x-other')).toBeUndefined();
  });

  test.each(['From', 'Referer', 'User-Agent', 'Proxy-Authorization'])(
    'reads every line of %s, of which Node keeps the first',
    async (name) => {
      const request = await read('GET / HTTP/1.1', `${name}: a`, `${name.toLowerCase()}: b`);
      expect(request.header(name.toLowerCase())).toBe('a, b');
    },
  );

  test('reads one line as it is', async () => {
    const request = await read('GET / HTTP/1.1', 'Authorization:   Bearer a ');
    expect(request.header('authorization')).toBe('Bearer a');
  });
});

describe('getHeader', () => {
  test('respects a header that the application has changed', () => {
    const rawHeaders = ['Authorization', 'Bearer a'];
    expect(getHeader({ headers: {}, rawHeaders }, 'authorization')).toBeUndefined();
    const headers = { authorization: 'Bearer changed' };
    expect(getHeader({ headers, rawHeaders }, 'authorization')).toBe('Bearer changed');
  });

  test('does not let a change hide a repeated header', () => {
    const headers = { authorization: 'Bearer a' };
    const rawHeaders = ['Authorization', 'Bearer a', 'authorization', 'Bearer a'];
    expect(getHeader({ headers, rawHeaders }, 'authorization')).toBe('Bearer a, Bearer a');
  });

  test('joins a list', () => {
    const headers = { 'set-cookie': ['a', 'b'] };
    expect(getHeader({ headers, rawHeaders: [] }, 'set-cookie')).toBe('a, b');
  });
});

describe('toPath', () => {
  test.each([
    ['/a', '/a'],
    ['/a?b', '/a'],
    ['?b', ''],
    ['', ''],
  ])('of %j is %j', (target, path) => {
    expect(toPath(target)).toBe(path);
  });
});

describe('rejectUpgrade', () => {
  test('answers on the raw socket with the length in bytes, and closes it', async () => {
    const socket = new PassThrough();
    rejectUpgrade(socket, {
      status: 401,
      headers: { 'www-authenticate': 'Bearer', 'content-type': 'text/plain' },
      body: 'caf\u00e9',
    });
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const [head = '', body] = Buffer.concat(chunks).toString().split('\r\n\r\n');
    expect(head.split('\r\n')).toEqual([
      expect.stringMatching(/^HTTP\/1\.1 401 \w+$/),
      'www-authenticate: Bearer',
      'content-type: text/plain',
      'connection: close',
      'content-length: 5',
    ]);
    expect(body).toBe('caf\u00e9');
  });

  test('survives a peer that has disconnected', async () => {
    const socket = new PassThrough();
    rejectUpgrade(socket, { status: 403, headers: {}, body: '' });
    socket.emit('error', new Error('ECONNRESET'));
    expect(socket.destroyed).toBe(true);
  });
});
