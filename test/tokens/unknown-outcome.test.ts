import { openPostgres } from '@mandate/sql/postgres';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenAuthority, type TokenAuthority } from '@mandate/tokens';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../support/postgres.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';

const ADMIN = { subject: 'root@example.com', isSuperAdmin: true };
const NEW = { description: 'nightly', permission: 'GLOBAL', scopes: ['SEARCH'] } as const;

const postgres = await startPostgres();

async function start() {
  const proxy = await startPostgresProxy(await postgres.createDatabase());
  const database = await openPostgres({ connectionString: proxy.connectionString });
  onTestFinished(() => database.close());
  return { proxy, tokens: createTokenAuthority({ store: createSqlTokenStore(database) }) };
}

const list = async (tokens: TokenAuthority) => (await tokens.list({}, { limit: 10 })).items;

describe('a connection that is lost while a change commits', () => {
  test('leaves the outcome of create unknown, and the list tells it', async () => {
    const { proxy, tokens } = await start();
    proxy.cutsCommits = 'after';
    await expect(tokens.create(NEW, ADMIN)).rejects.toMatchObject({ code: 'outcome_unknown' });
    proxy.cutsCommits = 'before';
    await expect(tokens.create(NEW, ADMIN)).rejects.toMatchObject({ code: 'outcome_unknown' });
    proxy.cutsCommits = undefined;
    expect(await list(tokens)).toHaveLength(1);
  });

  test('leaves the outcome of revoke unknown, and revoking again is safe', async () => {
    const { proxy, tokens } = await start();
    const { token } = await tokens.create(NEW, ADMIN);
    proxy.cutsCommits = 'after';
    await expect(tokens.revoke(token.id, ADMIN)).rejects.toMatchObject({ code: 'outcome_unknown' });
    proxy.cutsCommits = undefined;
    const revoked = await tokens.revoke(token.id, ADMIN);
    expect(revoked.revokedAt).toBeInstanceOf(Date);
    const trail = await tokens.audit(token.id, { limit: 10 });
    expect(trail.items.map(({ action }) => action)).toEqual(['revoked', 'created']);
  });

  test('leaves the outcome of rotate unknown', async () => {
    const { proxy, tokens } = await start();
    const { token } = await tokens.create(NEW, ADMIN);
    proxy.cutsCommits = 'after';
    await expect(tokens.rotate(token.id, 60, ADMIN)).rejects.toMatchObject({
      code: 'outcome_unknown',
    });
    proxy.cutsCommits = undefined;
    const trail = await tokens.audit(token.id, { limit: 10 });
    expect(trail.items.map(({ action }) => action)).toEqual(['rotated', 'created']);
  });
});
