import { startPostgres } from '../support/postgres.js';
import { listStores } from './open-store.js';
import { describeConnections } from './store-contract/connections.js';
import { describeDeliveries } from './store-contract/deliveries.js';
import { describeLogins } from './store-contract/logins.js';

for (const [name, open] of listStores(await startPostgres())) {
  describeConnections(name, open);
  describeLogins(name, open);
  describeDeliveries(name, open);
}
