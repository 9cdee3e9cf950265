import { describe, expect, test } from 'vitest';
import { createApp } from '../../examples/decorators/src/main.js';
import { serveApp, testIssuer } from './request.js';

describe('examples/decorators', () => {
  test('serves an @isPublic endpoint without a token', async () => {
    const send = await serveApp(createApp(await testIssuer()));
    expect(await send('GET /health')).toEqual({ status: 200, body: { status: 'up' } });
  });

  test('calls the method on its controller for the group of the token', async () => {
    const send = await serveApp(createApp(await testIssuer()));
    const claims = { scope: 'PRESENCE', groupid: '12345' };
    expect(await send('GET /groups/12345/visitors', claims)).toEqual({
      status: 200,
      body: {
        for: 'ada@example.com',
        group: '12345',
        visitors: [{ group: '12345', name: 'Maya' }],
      },
    });
  });

  test.each([
    ['credentials_missing', 'GET /groups/12345/visitors', undefined],
    ['scope_required', 'GET /groups/12345/visitors', { scope: 'SEARCH', groupid: '12345' }],
    ['group_mismatch', 'GET /groups/99999/visitors', { scope: 'PRESENCE', groupid: '12345' }],
    ['endpoint_unmapped', 'GET /groups', { scope: 'PRESENCE', groupid: '12345' }],
  ])('rejects with %s', async (code, endpoint, claims) => {
    const send = await serveApp(createApp(await testIssuer()));
    expect((await send(endpoint, claims)).body['code']).toBe(code);
  });
});
