import type { ExportStore } from '../store/export-store.js';
import type { DeliveryClaim, DeliveryOutcome, StoredDelivery } from '../store/stored-delivery.js';
import { createConnection, createDelivery, NOW_MS, SECOND_MS } from './stored-records.js';

/** A store with one active connection, and short forms of what a worker does with its deliveries. */
export class DeliveryDriver {
  readonly store: ExportStore;

  constructor(store: ExportStore) {
    this.store = store;
  }

  /** Inserts one delivery per id. Each is due one millisecond after the one before. */
  async insertDue(...ids: readonly string[]): Promise<void> {
    const dueMs = (index: number) => NOW_MS - ids.length + index;
    await this.store.insertDeliveries(
      ids.map((id, index) => createDelivery(id, { nextAttemptAt: new Date(dueMs(index)) })),
    );
  }

  /** Claims up to 100 deliveries for a minute. */
  claim(overrides: Partial<DeliveryClaim> = {}): Promise<readonly StoredDelivery[]> {
    return this.store.claimDeliveries({
      owner: 'worker',
      nowMs: NOW_MS,
      leaseUntilMs: NOW_MS + 60 * SECOND_MS,
      limit: 100,
      perConnection: 100,
      except: [],
      ...overrides,
    });
  }

  async claimIds(overrides: Partial<DeliveryClaim> = {}): Promise<readonly string[]> {
    return (await this.claim(overrides)).map(({ id }) => id);
  }

  /** Settles a delivery as delivered. */
  settle(id: string, overrides: Partial<DeliveryOutcome> = {}): Promise<boolean> {
    return this.store.settleDelivery({
      id,
      owner: 'worker',
      status: 'delivered',
      failure: undefined,
      responseStatus: 204,
      nextAttemptAtMs: undefined,
      countsAsAttempt: true,
      atMs: NOW_MS,
      ...overrides,
    });
  }

  /** Settles a delivery as failed, to be retried. */
  retry(id: string, nextAttemptAtMs: number): Promise<boolean> {
    const failed = { failure: 'throttled', responseStatus: 429 } as const;
    return this.settle(id, { ...failed, status: 'pending', nextAttemptAtMs });
  }

  /** Settles a delivery as dead. */
  kill(id: string): Promise<boolean> {
    return this.settle(id, { status: 'dead', failure: 'rejected', responseStatus: 400 });
  }
}

/** Inserts the connection `crm`. */
export async function createDeliveryDriver(store: ExportStore): Promise<DeliveryDriver> {
  await store.insertConnection(createConnection());
  return new DeliveryDriver(store);
}

/** Also inserts the delivery `a` and claims it. */
export async function createClaimedDriver(store: ExportStore): Promise<DeliveryDriver> {
  const driver = await createDeliveryDriver(store);
  await driver.insertDue('a');
  await driver.claim();
  return driver;
}
