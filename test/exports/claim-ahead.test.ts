import { createMemoryExportStore, type DeliveryClaim, type ExportStore } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../support/postgres.js';
import { engagement, engagementStart, engagementTransfer } from './support/events.js';
import { answer, type Behaviour } from './support/receiver.js';
import { createWorld, type World } from './support/world.js';

const postgres = await startPostgres();

/** The engagement that a request is about. */
function parseEngagement(body: string): string {
  const event = JSON.parse(body) as { engagement_id?: string; engagement?: { id: string } };
  return event.engagement_id ?? event.engagement?.id ?? '';
}

/** The kinds of events that arrived, by their engagement, in the order of arrival. */
function groupByEngagement({ receiver }: World): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { body } of receiver.received) {
    const id = parseEngagement(body);
    const { export_type } = JSON.parse(body) as { export_type: string };
    groups.set(id, [...(groups.get(id) ?? []), export_type]);
  }
  return groups;
}

const count = <Item>(items: readonly Item[], item: Item): number =>
  items.filter((one) => one === item).length;

/** Answers on demand. */
function createGate() {
  const waiting: (() => void)[] = [];
  const behaviour: Behaviour = (response, received) => {
    waiting.push(() => answer(204)(response, received));
  };
  return {
    behaviour,
    open: () => {
      for (const go of waiting.splice(0)) go();
    },
    get waiting() {
      return waiting.length;
    },
  };
}

/** A store that records how many deliveries each claim returned. */
function record(store: ExportStore) {
  const claims: { readonly claim: DeliveryClaim; readonly count: number }[] = [];
  const claimDeliveries = store.claimDeliveries.bind(store);
  store.claimDeliveries = async (claim) => {
    const claimed = await claimDeliveries(claim);
    claims.push({ claim, count: claimed.length });
    return claimed;
  };
  return { store, claims };
}

const EVENTS = 20;
/** What a worker leases for one slot of a quick connection. */
const AHEAD = 8;

/**
 * Makes a world with one slot per connection. Its worker has delivered one event quickly and then claimed ahead: one
 * request waits at the gate, and the other deliveries wait in the worker.
 */
async function createBusyWorld() {
  const { store, claims } = record(createMemoryExportStore());
  const world = await createWorld({ maxPerConnection: 1, pollIntervalMs: 3_600_000 }, store);
  await world.connect();
  for (let i = 0; i < EVENTS; i++) await world.outbox.enqueue(engagement(`e-${i}`));
  const gate = createGate();
  world.receiver.next(answer(204));
  world.receiver.always(gate.behaviour);
  world.worker.start();
  onTestFinished(() => world.worker.stop());
  await expect.poll(() => gate.waiting).toBe(1);
  expect(claims.map(({ count }) => count)).toEqual([1, AHEAD]);
  return { world, store, gate, claims };
}

const countStatus = async (world: World, status: string): Promise<number> =>
  (await world.deliveries()).filter((delivery) => delivery.status === status).length;

test('a quick connection with a backlog is claimed with few claims', async () => {
  const { store, claims } = record(createMemoryExportStore());
  const world = await createWorld({}, store);
  await world.connect();
  for (let i = 0; i < 500; i++) await world.outbox.enqueue(engagement(`e-${i}`));
  expect(await world.worker.runOnce()).toBe(500);
  expect(world.receiver.received).toHaveLength(500);
  // Two slots' worth at a time would take more than a hundred.

  expect(claims.length).toBeLessThan(60);
});

test('connections whose backlogs end together cost one claim in vain, not one each', async () => {
  const { store, claims } = record(createMemoryExportStore());
  const world = await createWorld({}, store);
  const destination = { kind: 'webhook', url: `${world.receiver.origin}/events` } as const;
  for (let i = 0; i < 60; i++) await world.connect({ id: `crm-${i}`, name: `${i}`, destination });
  // As many for each as one claim returns.
  for (let i = 0; i < 4; i++) await world.outbox.enqueue(engagement(`e-${i}`));
  expect(await world.worker.runOnce()).toBe(240);
  const vain = claims.filter(({ count }) => count === 0);
  expect(
    vain.filter(({ claim }) => (claim.ahead?.connectionIds.length ?? 0) > 0).length,
  ).toBeLessThan(10);
});

test.each([
  ['memory', async () => createMemoryExportStore()],
  [
    'PostgreSQL',
    async () => {
      const place = await postgres.createDatabase();
      const database = await openPostgres({ connectionString: place, timeoutMs: 60_000 });
      onTestFinished(() => database.close());
      return createSqlExportStore(database) as ExportStore;
    },
  ],
] as const)(
  'with %s, an engagement has one event on its way at a time, in order, from several workers',
  { timeout: 600_000 },
  async (_, openStore) => {
    const store = await openStore();
    const { claims } = record(store);
    const worlds = [await createWorld({}, store), await createWorld({}, store)] as const;
    const [first] = worlds;
    await first.connect();
    const ids = Array.from({ length: 120 }, (_, i) => `e-${i}`);
    for (const create of [engagementStart, engagementTransfer, engagement]) {
      for (const id of ids) await first.outbox.enqueue(create(id));
    }
    const underWay: string[] = [];
    let overlaps = 0;
    let failures = 0;
    first.receiver.always((response, received) => {
      const id = parseEngagement(received.body);
      overlaps += count(underWay, id);
      underWay.push(id);
      // Later turns answer first, so that requests overtake each other.
      const turns = underWay.length % 5;
      const reply = (left: number): void => {
        if (left > 0) return void setImmediate(reply, left - 1);
        underWay.splice(underWay.indexOf(id), 1);
        // Some fail once, and their successors have to wait for the retry.
        const isFailing = received.body.includes('"e-7"') && failures++ === 0;
        answer(isFailing ? 422 : 204)(response, received);
      };
      reply(turns);
    });
    await Promise.all(worlds.map(({ worker }) => worker.runOnce()));
    while ((await Promise.all(worlds.map(({ worker }) => worker.runOnce()))).some(Boolean));
    expect(overlaps).toBe(0);
    expect(claims.some(({ claim }) => (claim.ahead?.connectionIds.length ?? 0) > 0)).toBe(true);
    const arrived = groupByEngagement(first);
    expect(arrived.size).toBe(ids.length);
    for (const [id, types] of arrived) {
      expect({ id, types }).toEqual({
        id,
        types: ['engagement_start', 'engagement_transfer', 'engagement'],
      });
    }
  },
);

test('what a killed worker had claimed and not sent is sent after its lease, in order', async () => {
  const store = createMemoryExportStore();
  const world = await createWorld({ receiverTimeoutMs: 15_000 }, store);
  await world.connect();
  const ids = Array.from({ length: 40 }, (_, i) => `e-${i}`);
  for (const id of ids) await world.outbox.enqueue(engagementStart(id));
  const nowMs = world.clock.ms;
  const claimed = await store.claimDeliveries({
    ...{ owner: 'killed', nowMs, leaseUntilMs: nowMs + 90_000, limit: 1, perConnection: 1 },
    ...{ except: [], ahead: { connectionIds: ['crm'], perConnection: 32 } },
  });
  expect(claimed).toHaveLength(32);
  for (const id of ids) await world.outbox.enqueue(engagement(id));
  expect(await world.worker.runOnce()).toBe(16);
  expect(await world.after(89)).toBe(0);
  expect(await world.after(1)).toBe(64);
  for (const types of groupByEngagement(world).values()) {
    expect(types).toEqual(['engagement_start', 'engagement']);
  }
});

test('what is claimed when the lease ends is not sent, because another worker sends it', async () => {
  const { world, store, gate } = await createBusyWorld();
  const other = await createWorld({}, store);
  world.receiver.always(answer(204));
  world.clock.ms += 3_600_000;
  other.clock.ms = world.clock.ms;
  expect(await other.worker.runOnce()).toBe(EVENTS - 1);
  gate.open();
  await world.worker.stop();
  // Only what was on its way when the lease ended arrived twice.
  const arrived = world.receiver.received.map(({ body }) => parseEngagement(body));
  expect(arrived).toHaveLength(EVENTS + 1);
  expect(count(arrived, arrived[1])).toBe(2);
  expect((await world.deliveries()).map(({ attempts }) => attempts)).toEqual(
    Array.from({ length: EVENTS }, () => 1),
  );
});

test('what is claimed is released when the worker stops, so that another worker sends it at once', async () => {
  const { world, store, gate } = await createBusyWorld();
  const stopped = world.worker.stop();
  world.receiver.always(answer(204));
  gate.open();
  await stopped;
  expect(world.receiver.received).toHaveLength(2);
  const other = await createWorld({}, store);
  expect(await other.worker.runOnce()).toBe(EVENTS - 2);
});

test('what is claimed is released after a second, and a slow receiver is not claimed ahead', async () => {
  const { world, gate, claims } = await createBusyWorld();
  world.receiver.always((response, received) => {
    world.clock.ms += 300;
    answer(204)(response, received);
  });
  world.clock.ms += 1001;
  gate.open();
  await expect.poll(() => countStatus(world, 'delivered')).toBe(EVENTS);
  expect(world.receiver.received).toHaveLength(EVENTS);
  const counts = claims.map(({ count }) => count).filter((count) => count > 0);
  expect(counts).toEqual([1, AHEAD, ...Array.from({ length: EVENTS - 2 }, () => 1)]);
});

test('what is claimed is released when the receiver asks for a pause', async () => {
  const { world, gate } = await createBusyWorld();
  world.receiver.always(answer(429, { 'retry-after': '60' }));
  gate.open();
  await expect.poll(async () => (await world.connection()).status).toBe('degraded');
  await world.worker.stop();
  expect(world.receiver.received).toHaveLength(3);
  world.receiver.always(answer(204));
  expect(await world.after(59)).toBe(0);
  await world.after(3600);
  expect(await countStatus(world, 'delivered')).toBe(EVENTS);
  expect(world.receiver.received).toHaveLength(EVENTS + 1);
});

test('a connection that is disabled gets no more of what was claimed', async () => {
  const { world, store, gate } = await createBusyWorld();
  const connection = await world.connection();
  const version = connection.version + 1;
  await store.replaceConnection({ ...connection, version, status: 'disabled' });
  world.receiver.always(answer(204));
  world.clock.ms += 101;
  gate.open();
  await expect.poll(() => countStatus(world, 'delivered')).toBe(2);
  await world.worker.stop();
  expect(world.receiver.received).toHaveLength(2);
  expect(await countStatus(world, 'pending')).toBe(EVENTS - 2);
});

test('at most two events per slot are accepted or on their way without a stored outcome', async () => {
  const store = createMemoryExportStore();
  const settle = store.settleDelivery.bind(store);
  const waiting: (() => void)[] = [];
  store.settleDelivery = async (outcome) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return settle(outcome);
  };
  const world = await createWorld({ concurrency: 8, maxPerConnection: 8 }, store);
  await world.connect();
  for (let i = 0; i < 100; i++) await world.outbox.enqueue(engagement(`e-${i}`));
  let isDone = false;
  const run = world.worker.runOnce().then(() => {
    isDone = true;
  });
  let stored = 0;
  let most = 0;
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    most = Math.max(most, world.receiver.received.length - stored);
    if (Math.random() < 0.1) stored += waiting.splice(0).map((go) => go()).length;
  }
  await run;
  expect(world.receiver.received).toHaveLength(100);
  expect(most).toBeLessThanOrEqual(16);
});
