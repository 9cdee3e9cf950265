import { createServer, type RequestListener } from 'node:http';
import { createGuard, type Guard } from '@mandate/core';
import { requireAuth as requireExpress } from '@mandate/express';
import { requireAuth as requireKoa } from '@mandate/koa';
import express from 'express';
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

test.each(HOSTS)('on %s nobody comes from an address by saying so', async (_, host) => {
  const { verifier, issue } = createIssuing();
  const { secret } = await issue({ allowedAddresses: [HOME] });
  const endpoints = { 'GET /search': { scopes: ['SEARCH'] } } as const;
  const guard = createGuard({ verifiers: [verifier], endpoints });
  const ask = async (proxies: number, forwarded: string) => {
    const origin = await listen(createServer(host(guard, proxies)));
    const headers = { authorization: `Bearer ${secret}`, 'x-forwarded-for': forwarded };
    return (await fetch(`${origin}/search`, { headers })).status;
  };
  // What the last proxy adds is the address that it was asked from; what stands before it, anybody may have sent.
  expect(await ask(1, HOME)).toBe(200);
  expect(await ask(1, `${AWAY}, ${HOME}`)).toBe(200);
  expect(await ask(1, `${HOME}, ${AWAY}`)).toBe(403);
  expect(await ask(2, `${HOME}, 10.0.0.1`)).toBe(200);
  expect(await ask(2, `${HOME}, ${AWAY}, 10.0.0.1`)).toBe(403);
  expect(await ask(0, HOME)).toBe(403);
});
