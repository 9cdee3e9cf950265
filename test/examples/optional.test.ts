import { describe, expect, test } from 'vitest';
import { createApp } from '../../examples/optional/src/main.js';
import { serveApp, testIssuer } from './request.js';

describe('examples/optional', () => {
  test.each([
    ['an entry of the map', 'GET /articles/7', 'summary', 'text'],
    ['a route with optionalAuth', 'GET /news', 'articles', 'articles'],
  ])('answers %s without a token, and more with one', async (_what, endpoint, less, more) => {
    const send = await serveApp(createApp(await testIssuer()));
    const anonymous = await send(endpoint);
    const known = await send(endpoint, { scope: 'READ' });
    expect([anonymous.status, known.status]).toEqual([200, 200]);
    expect(anonymous.body['for']).not.toBe('ada@example.com');
    expect(known.body['for']).toBe('ada@example.com');
    expect(anonymous.body[less]).toBeDefined();
    expect(known.body[more]).toBeDefined();
    expect(known.body[more]).not.toEqual(anonymous.body[more]);
  });

  test.each(['GET /articles/7', 'GET /news'])(
    'rejects a token that is present and insufficient: %s',
    async (endpoint) => {
      const send = await serveApp(createApp(await testIssuer()));
      const expired = await send(endpoint, { scope: 'READ', exp: 1 });
      expect([expired.status, expired.body['code']]).toEqual([401, 'token_expired']);
      const unrelated = await send(endpoint, { scope: 'COMMENT' });
      expect([unrelated.status, unrelated.body['code']]).toEqual([403, 'scope_required']);
    },
  );

  test.each(['GET /statistics', 'GET /news/archive'])(
    'requires the plan, and a token even where others are optional: %s',
    async (endpoint) => {
      const send = await serveApp(createApp(await testIssuer()));
      expect((await send(endpoint, { plan: 'team' })).status).toBe(200);
      for (const claims of [{ plan: 'free' }, {}]) {
        expect((await send(endpoint, claims)).body['code']).toBe('condition_failed');
      }
      expect((await send(endpoint)).status).toBe(401);
    },
  );

  test('asks a condition of its own, and keeps its reason from the caller', async () => {
    const send = await serveApp(createApp(await testIssuer()));
    const endpoint = 'POST /articles/7/comments';
    expect((await send(endpoint, { scope: 'COMMENT' })).status).toBe(200);
    const other = await send(endpoint, { scope: 'COMMENT', sub: 'eve@example.org' });
    expect([other.status, other.body['code']]).toEqual([403, 'condition_failed']);
    expect(JSON.stringify(other.body)).not.toContain('company');
  });

  test('looks at no token at a public endpoint', async () => {
    const send = await serveApp(createApp(await testIssuer()));
    expect((await send('GET /health', { exp: 1 })).status).toBe(200);
  });

  test('maps nothing below the routes that have rules of their own', async () => {
    const send = await serveApp(createApp(await testIssuer()));
    const { status, body } = await send('GET /news/unknown', { scope: 'READ' });
    expect([status, body['code']]).toEqual([403, 'endpoint_unmapped']);
  });
});
