import { testTokenStore } from '@mandate/tokens/testing';
import { describe, test } from 'vitest';
import { startPostgres } from '../support/postgres.js';
import { listStores } from './open-store.js';

for (const [name, openStore] of listStores(await startPostgres())) {
  testTokenStore({ describe, test, openStore, name });
}
