import { describe, expect, test } from 'vitest';
import { createApp } from '../../examples/openapi/src/main.js';
import { serveApp, testIssuer } from './request.js';

describe('examples/openapi', () => {
  test.each([
    ['no security at all', 'GET /health', undefined],
    ['the scope of the whole document', 'POST /search', { scope: 'SEARCH' }],
    ['the first alternative', 'GET /people/7', { scope: 'PEOPLE' }],
    ['the second alternative in full', 'GET /people/7', { scope: 'ENTITIES SEARCH' }],
  ])('allows %s', async (_what, endpoint, claims) => {
    const send = await serveApp(createApp(await testIssuer()).callback());
    expect((await send(endpoint, claims)).status).toBe(200);
  });

  test.each([
    ['credentials_missing', 'POST /search', undefined],
    ['scope_required', 'POST /search', { scope: 'PEOPLE' }],
    ['scope_required', 'GET /people/7', { scope: 'ENTITIES' }],
    ['endpoint_unmapped', 'DELETE /people/7', { scope: 'PEOPLE' }],
  ])('rejects with %s: %s', async (code, endpoint, claims) => {
    const send = await serveApp(createApp(await testIssuer()).callback());
    expect((await send(endpoint, claims)).body['code']).toBe(code);
  });
});
