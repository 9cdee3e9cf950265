import type { RequestListener } from 'node:http';
import type { JwtIssuer } from '@mandate/core/jwt';
import { describe, expect, test } from 'vitest';
import { createApp as createExpressApp } from '../../examples/express/src/main.js';
import { createApp as createFastifyApp } from '../../examples/fastify/src/main.js';
import { createApp as createHonoApp } from '../../examples/hono/src/main.js';
import { createApp as createKoaApp } from '../../examples/koa/src/main.js';
import { type Send, serveApp, testIssuer } from './request.js';

const hosts: Readonly<Record<string, () => Promise<Send>>> = {
  express: async () => serveApp(createExpressApp(await testIssuer())),
  koa: async () => serveApp(createKoaApp(await testIssuer()).callback()),
  hono: async () => serveApp(createHonoApp(await testIssuer())),
  fastify: async () => {
    const app = await createFastifyApp(await testIssuer());
    return serveApp((request, response) => app.routing(request, response));
  },
  nest: async () => {
    const { createApp } = (await import(NEST)) as NestExample;
    const app = await createApp(await testIssuer());
    return serveApp(app.getHttpAdapter().getInstance());
  },
};

/** Loaded when it runs, because its decorators need other compiler options than the tests. */
const NEST = new URL('../../examples/nest/src/main.ts', import.meta.url).href;

interface NestExample {
  createApp(issuer: JwtIssuer): Promise<{
    getHttpAdapter(): { getInstance(): RequestListener };
  }>;
}

describe.each(Object.keys(hosts))('examples/%s', (host) => {
  test('serves the public endpoint without a token', async () => {
    const send = await hosts[host]!();
    expect(await send('GET /health')).toEqual({ status: 200, body: { status: 'up' } });
  });

  test('gives handlers the caller', async () => {
    const send = await hosts[host]!();
    const { status, body } = await send('POST /search', { scope: 'SEARCH' });
    expect(status).toBe(200);
    expect(body).toEqual({ for: 'ada@example.com', results: [] });
  });

  test('rejects a request without a token, and one without the scope', async () => {
    const send = await hosts[host]!();
    expect((await send('POST /search')).body['code']).toBe('credentials_missing');
    expect((await send('POST /search', { scope: 'CHAT' })).body['code']).toBe('scope_required');
  });

  test('serves the group of the token, and no other', async () => {
    const send = await hosts[host]!();
    const claims = { scope: 'PRESENCE', groupid: 12345 };
    const own = await send('GET /groups/12345/visitors', claims);
    expect(own).toEqual({
      status: 200,
      body: { for: 'ada@example.com', group: '12345', visitors: [] },
    });
    const other = await send('GET /groups/99999/visitors', claims);
    expect(other.body['code']).toBe('group_mismatch');
  });

  test('rejects an endpoint that is not mapped', async () => {
    const send = await hosts[host]!();
    const { status, body } = await send('GET /metrics', { scope: 'SEARCH' });
    // Nest asks its guards only about what its router finds.
    const expected = host === 'nest' ? [404, undefined] : [403, 'endpoint_unmapped'];
    expect([status, body['code']]).toEqual(expected);
  });
});
