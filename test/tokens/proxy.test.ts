import { createServer, type RequestListener, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { createGuard, type Guard } from '@mandate/core';
import { requireAuth as requireExpress } from '@mandate/express';
import { requireAuth as requireHono } from '@mandate/hono';
import { requireAuth as requireKoa } from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createIssuing } from './issue.js';

/** Hosts behind so many proxies, set up as their READMEs say; without any, as they are. */
const HOSTS: readonly (readonly [string, (guard: Guard, proxies: number) => RequestListener])[] = [
  [
    'Express',
    (guard, proxies) => {
      const app = express();
      if (proxies > 0) app.set('trust proxy', proxies);
      return app.use(requireExpress(guard)).get('/search', (_req, res) => void res.send('found'));
    },
  ],
  [
    'Koa',
    (guard, proxies) => {
      const app = new Koa(proxies > 0 ? { proxy: true, maxIpsCount: proxies } : {});
      app.use(requireKoa(guard)).use((ctx) => {
        ctx.body = 'found';
      });
      return app.callback() as RequestListener;
    },
  ],
];

const HOME = '192.0.2.7';
const AWAY = '198.51.100.1';

test.each(HOSTS)('on %s a client cannot choose its address with a header', async (_, host) => {
  const { verifier, issue } = createIssuing();
  const { secret } = await issue({ allowedAddresses: [HOME] });
  const endpoints = { 'GET /search': { scopes: ['SEARCH'] } } as const;
  const guard = createGuard({ verifiers: [verifier], endpoints });
  const ask = async (proxies: number, forwarded: string) => {
    const origin = await listen(createServer(host(guard, proxies)));
    const headers = { authorization: `Bearer ${secret}`, 'x-forwarded-for': forwarded };
    return (await fetch(`${origin}/search`, { headers })).status;
  };
  // The last proxy adds the address of its client. The client may have sent everything before that.
  expect(await ask(1, HOME)).toBe(200);
  expect(await ask(1, `${AWAY}, ${HOME}`)).toBe(200);
  expect(await ask(1, `${HOME}, ${AWAY}`)).toBe(403);
  expect(await ask(2, `${HOME}, 10.0.0.1`)).toBe(200);
  expect(await ask(2, `${HOME}, ${AWAY}, 10.0.0.1`)).toBe(403);
  expect(await ask(0, HOME)).toBe(403);
});

/** The address that a proxy has written last into `X-Forwarded-For`. */
function lastForwarded(header: string | string[] | undefined): string | undefined {
  return String(header ?? '')
    .split(',')
    .at(-1);
}

const WITH_OPTION: Readonly<Record<string, (guard: Guard) => Server | RequestListener>> = {
  Express: (guard) =>
    express()
      .use(
        requireExpress(guard, {
          remoteAddress: (req) => lastForwarded(req.get('x-forwarded-for')),
        }),
      )
      .get('/search', (_req, res) => void res.send('found')),
  Koa: (guard) => {
    const app = new Koa();
    app.use(
      requireKoa(guard, { remoteAddress: (ctx) => lastForwarded(ctx.get('x-forwarded-for')) }),
    );
    app.use((ctx) => {
      ctx.body = 'found';
    });
    return app.callback() as RequestListener;
  },
  Hono: (guard) => {
    const app = new Hono();
    app.use(
      requireHono(guard, { remoteAddress: (c) => lastForwarded(c.req.header('x-forwarded-for')) }),
    );
    app.get('/search', (c) => c.text('found'));
    return createAdaptorServer({ fetch: app.fetch }) as Server;
  },
};

test.each(Object.entries(WITH_OPTION))(
  'on %s remoteAddress finds the address, and ignores its port',
  async (_, host) => {
    const { verifier, issue } = createIssuing();
    const { secret } = await issue({ allowedAddresses: [HOME, '2001:db8::/32'] });
    const endpoints = { 'GET /search': { scopes: ['SEARCH'] } } as const;
    const origin = await listen(host(createGuard({ verifiers: [verifier], endpoints })));
    const ask = async (forwarded: string) => {
      const headers = { authorization: `Bearer ${secret}`, 'x-forwarded-for': forwarded };
      return (await fetch(`${origin}/search`, { headers })).status;
    };
    for (const inside of [HOME, `${HOME}:50123`, `${AWAY}, ${HOME}:443`, '[2001:db8::1]:443']) {
      expect([inside, await ask(inside)]).toEqual([inside, 200]);
    }
    for (const outside of [
      `${AWAY}:443`,
      `${HOME}:99999`,
      `${HOME}, unknown`,
      '[2001:db9::1]:443',
    ]) {
      expect([outside, await ask(outside)]).toEqual([outside, 403]);
    }
  },
);

test.each(HOSTS)('on %s a trusted proxy may write the port', async (_, host) => {
  const { verifier, issue } = createIssuing();
  const { secret } = await issue({ allowedAddresses: [HOME] });
  const endpoints = { 'GET /search': { scopes: ['SEARCH'] } } as const;
  const guard = createGuard({ verifiers: [verifier], endpoints });
  const origin = await listen(createServer(host(guard, 1)));
  const headers = { authorization: `Bearer ${secret}`, 'x-forwarded-for': `${HOME}:50123` };
  expect((await fetch(`${origin}/search`, { headers })).status).toBe(200);
});

test.each<[string, (guard: Guard, options: object) => unknown]>([
  ['Express', requireExpress],
  ['Koa', requireKoa],
  ['Hono', requireHono],
])('on %s remoteAddress must be a function', (_, requireAuth) => {
  const guard = createGuard({ verifiers: [createIssuing().verifier] });
  expect(() => requireAuth(guard, { remoteAddress: 'x-real-ip' })).toThrow(
    'requireAuth: remoteAddress must be a function',
  );
});
