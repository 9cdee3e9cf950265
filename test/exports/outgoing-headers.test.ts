import { expect, test } from 'vitest';
import { createCrmWorld } from './support/crm-world.js';

test('every request to a provider has the User-Agent of exports, and asks for JSON', async () => {
  const { crm, authorize, createTokens, connections } = await createCrmWorld();
  const id = await authorize();
  const tokens = createTokens();
  const { token } = await tokens.get(id);
  await tokens.renew(id, token);
  await connections.disconnect(id);
  expect(crm.requests.map(({ part, kind }) => [part, kind])).toEqual([
    ['token', 'authorization_code'],
    ['token', 'refresh_token'],
    ['revoke', 'POST'],
    ['revoke', 'POST'],
  ]);
  for (const { headers } of crm.requests) {
    expect(headers).toMatchObject({ 'user-agent': 'Mandate-Exports' });
    expect(headers.accept).toMatch(/^application\/json\b/);
  }
});
