import { checkRoutes } from '@mandate/express/check-routes';
import { describe, expect, test } from 'vitest';
import { createApp } from '../../examples/per-route/src/main.js';
import { serveApp, testIssuer } from './request.js';

/** The verifier of the example takes every token for its user's own. */
describe('examples/per-route', () => {
  test.each([
    ['a public route', 'GET /health', undefined],
    ['a token with all the scopes', 'POST /search', { scope: 'CHAT SEARCH' }],
    ['a token with one of the scopes', 'POST /people', { scope: 'ENTITIES' }],
    ['the group of the token', 'GET /groups/7/visitors', { scope: 'PRESENCE', groupid: '7' }],
  ])('allows %s', async (_what, endpoint, claims) => {
    const send = await serveApp(createApp(await testIssuer()));
    expect((await send(endpoint, claims)).status).toBe(200);
  });

  test('allows anonymous tokens at the one route with that rule', async () => {
    const issuer = { ...(await testIssuer()), permission: 'ANONYMOUS' } as const;
    const send = await serveApp(createApp(issuer));
    expect((await send('POST /suggestions', { scope: 'SEARCH' })).status).toBe(200);
    const elsewhere = await send('POST /search', { scope: 'SEARCH' });
    expect(elsewhere.body['code']).toBe('anonymous_not_allowed');
  });

  test.each([
    ['credentials_missing', 'POST /search', undefined],
    ['scope_required', 'POST /search', { scope: 'CHAT' }],
    ['scope_required', 'POST /people', { scope: 'SEARCH' }],
    ['group_mismatch', 'GET /groups/8/visitors', { scope: 'PRESENCE', groupid: '7' }],
  ])('rejects with %s: %s', async (code, endpoint, claims) => {
    const send = await serveApp(createApp(await testIssuer()));
    expect((await send(endpoint, claims)).body['code']).toBe(code);
  });

  test('does not start if a route has no rule', async () => {
    const app = createApp(await testIssuer());
    app.get('/forgotten', (_req, res) => {
      res.end();
    });
    expect(() => checkRoutes(app, { public: ['GET /health'] })).toThrow('GET /forgotten');
  });
});
