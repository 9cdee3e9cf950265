import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { bodyParser } from '@koa/bodyparser';
import { createGuard } from '@mandate/core';
import { toAuthRequest } from '@mandate/core/node';
import { requireAuth as requireExpressAuth } from '@mandate/express';
import { type AuthState, requireAuth as requireKoaAuth } from '@mandate/koa';
import express from 'express';
import Koa from 'koa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const readGroup = (body: unknown) => (body as { group?: unknown } | undefined)?.group;

/** The caller is in group 1 and says so in the query; whatever the body names counts as well. */
const guard = createGuard({
  verifiers: [verifierOf(createPrincipal({ groups: ['1'] }))],
  endpoints: { 'POST /': { scopes: [], group: { query: 'group', body: readGroup } } },
});

function createKoa() {
  const app = new Koa<AuthState>().use(requireKoaAuth(guard)).use(bodyParser());
  app.use((ctx) => {
    ctx.body = `group ${readGroup(ctx.request.body)}`;
  });
  return app.callback();
}

/** The same mistake on both hosts: the body parser stands behind the guard. */
const HOSTS: Readonly<Record<string, () => RequestListener>> = {
  express: () =>
    express()
      .use(requireExpressAuth(guard), express.json())
      .post('/', (req, res) => void res.end(`group ${readGroup(req.body)}`)),
  koa: () => createKoa() as RequestListener,
};

describe.each(Object.entries(HOSTS))(
  'behind a guard that comes before the parser, %s',
  (_, host) => {
    const send = async (body?: RequestInit['body']) => {
      const headers = { authorization: 'Bearer good', 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: body ?? null, duplex: 'half' } as RequestInit;
      const response = await fetch(`${await listen(host())}/?group=1`, init);
      return [response.status, await response.text()];
    };

    test('no handler sees a group other than the judged one', async () => {
      const rejected = [400, expect.stringContaining('"code":"group_missing"')];
      expect(await send('{"group":2}')).toEqual(rejected);
      expect(await send(new Blob(['{"group":2}']).stream())).toEqual(rejected);
    });

    test('a request without a body is served', async () => {
      expect(await send()).toEqual([200, 'group undefined']);
    });
  },
);

describe('over HTTP/2, where no header needs to announce a body, Koa', () => {
  async function send(body?: string): Promise<unknown> {
    const server = createServer(createKoa()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => {
      client.destroy();
      server.close();
    });
    const headers = { authorization: 'Bearer good', 'content-type': 'application/json' };
    const target = { ':method': 'POST', ':path': '/?group=1', ...headers };
    const stream = client.request(target, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    const [response] = await once(stream, 'response');
    let text = '';
    for await (const chunk of stream) text += chunk;
    return [response[':status'], text];
  }

  test('lets no handler see a group other than the judged one', async () => {
    const rejected = [400, expect.stringContaining('"code":"group_missing"')];
    expect(await send('{"group":2}')).toEqual(rejected);
  });

  test('serves a request without a body', async () => {
    expect(await send()).toEqual([200, 'group undefined']);
  });
});

test('toAuthRequest sees a body that no header of HTTP/2 announces', async () => {
  const decide = async (body: string | undefined) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => {
      client.destroy();
      server.close();
    });
    const target = { ':method': 'POST', ':path': '/?group=1', authorization: 'Bearer good' };
    const stream = client.request(target, { endStream: body === undefined });
    stream.on('error', () => {});
    if (body !== undefined) stream.end(body);
    const [message] = await once(server, 'request');
    const decision = await guard.decide(toAuthRequest(message));
    return decision.allowed ? 'allowed' : decision.error.code;
  };
  expect(await decide('{"group":2}')).toBe('group_missing');
  expect(await decide(undefined)).toBe('allowed');
});
