import {
  createMemoryExportStore,
  type Delivery,
  type ExportEvent,
  type ExportStore,
  type StoredConnection,
} from '@mandate/exports';
import {
  createDeliveries,
  type Deliveries,
  type DeliveryOptions,
} from '../../../packages/exports/src/delivery/deliveries.js';
import { createGuardedRequester } from '../../../packages/exports/src/fetch/guarded-request.js';
import { createObserver } from '../../../packages/exports/src/model/observer.js';
import { createConnection, NOW_MS } from '../../../packages/exports/src/testing/stored-records.js';
import type {
  AccessToken,
  AccessTokens,
  TokenUnavailable,
} from '../../../packages/exports/src/tokens/access-tokens.js';
import { SITE } from './events.js';
import { createReceiver, type TestReceiver } from './receiver.js';

export const SIGNING_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** Access tokens of a test, and the calls that were made. */
export class TestTokens implements AccessTokens {
  readonly renewals: string[] = [];
  /** Thrown instead of a token while set. */
  fault: TokenUnavailable | Error | undefined;
  instanceUrl: string | undefined;
  readonly idle: number[] = [];
  idleFault: Error | undefined;

  async renewIdle(olderThanMs: number, _goesOn?: () => boolean): Promise<void> {
    this.idle.push(olderThanMs);
    if (this.idleFault) throw this.idleFault;
  }

  /** As if every token had to be refreshed. */
  async open(): Promise<undefined> {}

  async get(_connectionId?: string): Promise<AccessToken> {
    if (this.fault) throw this.fault;
    return { token: `token-${this.renewals.length + 1}`, instanceUrl: this.instanceUrl };
  }

  async renew(_connectionId: string, rejectedToken: string): Promise<AccessToken> {
    this.renewals.push(rejectedToken);
    return this.get();
  }
}

/** Deliveries of the real code over a real receiver, at a time that the test sets. */
export interface World<Transaction = never> extends Deliveries<Transaction> {
  readonly store: ExportStore;
  readonly receiver: TestReceiver;
  readonly tokens: TestTokens;
  readonly events: ExportEvent[];
  readonly errors: unknown[];
  readonly clock: { ms: number };
  readonly secrets: { value: readonly string[] };
  connect(overrides?: Partial<StoredConnection>): Promise<void>;
  connection(id?: string): Promise<StoredConnection>;
  deliveries(): Promise<readonly Delivery[]>;
  /** Lets that much time pass and sends what is due by then. */
  after(seconds: number): Promise<number>;
}

export async function createWorld<Transaction = never>(
  options: DeliveryOptions = {},
  store: ExportStore<Transaction> = createMemoryExportStore(),
): Promise<World<Transaction>> {
  const receiver = await createReceiver();
  const tokens = new TestTokens();
  tokens.instanceUrl = receiver.origin;
  const events: ExportEvent[] = [];
  const errors: unknown[] = [];
  const clock = { ms: NOW_MS };
  const secrets = { value: [SIGNING_SECRET] as readonly string[] };
  const deliveries = createDeliveries(
    {
      store,
      observer: createObserver('createExports', {
        onEvent: (event) => events.push(event),
        onError: (error) => errors.push(error),
        now: () => clock.ms,
      }),
      accessTokens: tokens,
      createRequester: (timeoutMs) => createGuardedRequester({ timeoutMs, allowLoopback: true }),
      loadSigningSecrets: async () => secrets.value,
      loadHeader: async () => undefined,
      now: () => clock.ms,
      random: () => 0,
    },
    { receiverTimeoutMs: 10_000, ...options },
  );
  return {
    ...deliveries,
    store,
    receiver,
    tokens,
    events,
    errors,
    clock,
    secrets,
    connect: (overrides = {}) =>
      store.insertConnection(
        createConnection({
          siteId: SITE,
          destination: { kind: 'webhook', url: `${receiver.origin}/events` },
          ...overrides,
        }),
      ),
    async connection(id = 'crm') {
      const found = await store.getConnection(id);
      if (found === undefined) throw new Error(`no connection ${id}`);
      return found;
    },
    async deliveries() {
      const { items } = await store.listDeliveries({}, { limit: 200 });
      return [...items].reverse();
    },
    after(seconds) {
      clock.ms += seconds * 1000;
      return deliveries.worker.runOnce();
    },
  };
}
