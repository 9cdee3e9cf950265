import { listStores } from './open-store.js';
import { describeConnections } from './store-contract/connections.js';
import { describeDeliveries } from './store-contract/deliveries.js';
import { describeLogins } from './store-contract/logins.js';

for (const [name, open] of listStores()) {
  describeConnections(name, open);
  describeLogins(name, open);
  describeDeliveries(name, open);
}
