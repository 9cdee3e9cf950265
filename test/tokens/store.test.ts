import { startPostgres } from '../support/postgres.js';
import { listStores } from './open-store.js';
import { describeStore } from './store-contract.js';

for (const [name, open] of listStores(await startPostgres())) describeStore(name, open);
