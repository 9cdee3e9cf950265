import { describe, expect, test } from 'vitest';
import { createCrmWorld } from './support/crm-world.js';

describe('a refresh', () => {
  test('happens once for thirty exports in three processes', async () => {
    const { crm, authorize, createTokens } = await createCrmWorld();
    const id = await authorize();
    const processes = [createTokens(), createTokens(), createTokens()];
    const first = await processes[0]!.read(id);
    crm.killSessions();
    const renewed = await Promise.all(
      Array.from({ length: 30 }, (_, i) => processes[i % 3]!.renew(id, first.token)),
    );
    expect(new Set(renewed.map(({ token }) => token)).size).toBe(1);
    expect(crm.count('refresh_token')).toBe(1);
    expect(crm.grants[0]?.isRevoked).toBe(false);
  });
});
