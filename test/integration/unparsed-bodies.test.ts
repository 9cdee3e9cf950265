import type { RequestListener } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import { createGuard } from '@mandate/core';
import { requireAuth as requireExpressAuth } from '@mandate/express';
import { type AuthState, requireAuth as requireKoaAuth } from '@mandate/koa';
import express from 'express';
import Koa from 'koa';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const readGroup = (body: unknown) => (body as { group?: unknown } | undefined)?.group;

/** The caller is in group 1 and says so in the query; whatever the body names counts as well. */
const guard = createGuard({
  verifiers: [verifierOf(createPrincipal({ groups: ['1'] }))],
  endpoints: { 'POST /': { scopes: [], group: { query: 'group', body: readGroup } } },
});

/** The same mistake on both hosts: the body parser stands behind the guard. */
const HOSTS: Readonly<Record<string, () => RequestListener>> = {
  express: () =>
    express()
      .use(requireExpressAuth(guard), express.json())
      .post('/', (req, res) => void res.end(`group ${readGroup(req.body)}`)),
  koa: () =>
    new Koa<AuthState>()
      .use(requireKoaAuth(guard))
      .use(bodyParser())
      .use((ctx) => {
        ctx.body = `group ${readGroup(ctx.request.body)}`;
      })
      .callback() as RequestListener,
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

    test('no handler sees another group than the one that was judged', async () => {
      const refused = [400, expect.stringContaining('"code":"group_missing"')];
      expect(await send('{"group":2}')).toEqual(refused);
      expect(await send(new Blob(['{"group":2}']).stream())).toEqual(refused);
    });

    test('a request without a body is served', async () => {
      expect(await send()).toEqual([200, 'group undefined']);
    });
  },
);
