import { describe, expect, test } from 'vitest';
import { createCrmWorld, SESSION } from './support/crm-world.js';

const BY = 'ada@example.com';

describe('a log-in', () => {
  test('ends with tokens that are stored and seen by nobody', async () => {
    const { crm, connections, configure, createTokens, readStored } = await createCrmWorld();
    const id = await configure();
    const url = await connections.authorize(id, SESSION, BY);
    expect((await connections.get(id)).status).toBe('authorizing');
    const back = await crm.approve(url);
    expect(await connections.finishAuthorization(id, back.searchParams, SESSION)).toBe(
      'authorized',
    );
    const connection = await connections.get(id);
    expect(connection).toMatchObject({ status: 'active', authorizedBy: BY });
    const { token, instanceUrl } = await createTokens().read(id);
    expect(crm.grants[0]?.accessTokens.has(token)).toBe(true);
    expect(instanceUrl).toBe(crm.url);
    expect(JSON.stringify([connection, await readStored(id)])).not.toContain(token);
  });
});
