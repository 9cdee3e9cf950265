import type { TokenChange } from '@mandate/tokens';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../support/postgres.js';
import { openPostgresStore } from './open-store.js';

const postgres = await startPostgres();

test('a notification without a payload means that anything may have changed', async () => {
  const connectionString = await postgres.createDatabase();
  const store = await openPostgresStore(connectionString);
  const changes: TokenChange[] = [];
  store.onChange((change) => changes.push(change));
  const client = new pg.Client({ connectionString });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`notify mandate_changes, 'token-1'`);
  await client.query('notify mandate_changes');
  await expect.poll(() => changes).toEqual(['token-1', undefined]);
});
