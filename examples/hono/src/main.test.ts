// The tests of this server, with real keys and tokens. `npm test` in its directory runs them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertDenied, createTestClient, createTestIssuer } from '@mandate/testing';
import { createApp } from './main.js';

const issuer = createTestIssuer();
const client = createTestClient(createApp(issuer));

test('a search needs the scope SEARCH', async () => {
  const search = { method: 'POST', token: issuer.token({ scopes: ['SEARCH'] }) };
  assert.equal((await client.request('/search', search)).status, 200);
  const chat = { method: 'POST', token: issuer.token({ scopes: ['CHAT'] }) };
  await assertDenied(await client.request('/search', chat), 'scope_required');
});
