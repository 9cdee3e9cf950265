import { createMemoryExportStore } from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import { engagement, engagementStart, engagementTransfer } from './support/events.js';
import { overrideStore } from './support/override-store.js';
import { answer, type Behaviour, hang } from './support/receiver.js';
import { createWorld, type World } from './support/world.js';

/** Types and engagements in the order in which they arrived. */
const arrived = (world: World): readonly string[] =>
  world.receiver.received.map(({ body }) => {
    const event = JSON.parse(body) as Record<string, unknown> & { engagement?: { id: string } };
    return `${event['export_type']} ${event['engagement_id'] ?? event.engagement?.id}`;
  });

/** Fails for events that hold the text, and accepts the others. */
const failFor =
  (text: string, status: number): Behaviour =>
  (response, received) =>
    answer(received.body.includes(text) ? status : 204)(response, received);

/** Answers on demand, and records the largest number of waiting requests. */
function createGate() {
  const waiting: (() => void)[] = [];
  const gate = {
    most: 0,
    behaviour: ((response, received) => {
      waiting.push(() => answer(204)(response, received));
      gate.most = Math.max(gate.most, waiting.length);
    }) as Behaviour,
    open: () => {
      for (const go of waiting.splice(0)) go();
    },
    get waiting() {
      return waiting.length;
    },
  };
  return gate;
}

describe('the schedule', () => {
  test('is the one of Standard Webhooks, after which the event is dead', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.always(answer(500));
    const start = world.clock.ms;
    const attempts: number[] = [];
    // A minute at a time for five days, and the first one by seconds.
    for (let seconds = 0; seconds < 5 * 24 * 3600; seconds += seconds < 60 ? 1 : 60) {
      world.clock.ms = start + seconds * 1000;
      if ((await world.worker.runOnce()) > 0) attempts.push(seconds);
    }
    const waits = attempts.map((at, i) => at - (attempts[i - 1] ?? 0));
    expect(waits.map((wait) => Math.floor(wait / 60))).toEqual([
      0, 0, 5, 30, 120, 300, 600, 840, 1200, 1440,
    ]);
    expect(await world.deliveries()).toMatchObject([{ status: 'dead', attempts: 10 }]);
    expect(world.events.at(-1)).toMatchObject({ type: 'dead', failure: 'receiver_unavailable' });
  });

  test('includes a wait before the first attempt', async () => {
    const world = await createWorld({ retryDelaysSeconds: [30, 60] });
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.always(answer(500));
    expect([await world.after(29), await world.after(1)]).toEqual([0, 1]);
    expect([await world.after(59), await world.after(1)]).toEqual([0, 1]);
    expect(await world.deliveries()).toMatchObject([{ status: 'dead', attempts: 2 }]);
  });

  test.each([[[]], [[-1]], [[0, Number.NaN]], [[Number.POSITIVE_INFINITY]], [[0, 1e15]]])(
    'of %j is rejected',
    async (retryDelaysSeconds) => {
      await expect(createWorld({ retryDelaysSeconds })).rejects.toThrow(TypeError);
    },
  );
});

test.each([
  { concurrency: 0 },
  { maxPerConnection: 1.5 },
  { pollIntervalMs: -1 },
  { receiverTimeoutMs: Number.NaN },
  { maxEventBytes: 0 },
  { retentionDays: 2 ** 31 },
])('options that are not such a number are rejected: %j', async (options) => {
  await expect(createWorld(options)).rejects.toThrow(TypeError);
});

describe('order', () => {
  test('is kept within an engagement', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagementStart('e-1'));
    await world.outbox.enqueue(engagementTransfer('e-1'));
    await world.outbox.enqueue(engagement('e-1'));
    await world.worker.runOnce();
    expect(arrived(world)).toEqual([
      'engagement_start e-1',
      'engagement_transfer e-1',
      'engagement e-1',
    ]);
  });

  test('lets other engagements pass while one waits for a retry', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagementStart('e-1'));
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.always(failFor('"e-1"', 500));
    await world.worker.runOnce();
    await world.outbox.enqueue(engagement('e-2'));
    await world.after(2);
    expect(arrived(world)).toEqual(['engagement_start e-1', 'engagement e-2']);
    world.receiver.always(answer(204));
    await world.after(5);
    expect(arrived(world).slice(2)).toEqual(['engagement_start e-1', 'engagement e-1']);
  });

  test('lets the next event of an engagement pass after a dead one', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagementStart('e-1'));
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.next(answer(422));
    await world.worker.runOnce();
    expect((await world.deliveries()).map(({ status }) => status)).toEqual(['dead', 'delivered']);
  });
});

test('an event that the receiver rejects is dead at once and blocks no other', async () => {
  const world = await createWorld();
  await world.connect();
  for (let i = 0; i < 50; i++)
    await world.outbox.enqueue(engagement(i === 7 ? 'poison' : `e-${i}`));
  world.receiver.always(failFor('poison', 422));
  expect(await world.worker.runOnce()).toBe(50);
  const statuses = (await world.deliveries()).map(({ status }) => status);
  expect(statuses.filter((status) => status === 'delivered')).toHaveLength(49);
  expect(statuses[7]).toBe('dead');
  expect((await world.connection()).status).toBe('active');
});

test('an outage of hours costs few attempts, however many events wait', async () => {
  const world = await createWorld();
  await world.connect();
  for (let i = 0; i < 300; i++) await world.outbox.enqueue(engagement(`e-${i}`));
  world.receiver.always(answer(503));
  for (let seconds = 0; seconds < 6 * 3600; seconds += 30) await world.after(30);
  // Eight at first, one at a time after that: 1, 2, 4 seconds and so on to a quarter of an hour.
  expect(world.receiver.received.length).toBeLessThan(50);
  expect(world.receiver.received.length).toBeGreaterThan(20);
  world.receiver.always(answer(204));
  await world.after(15 * 60);
  const failed = await world.store.listDeliveries({ status: 'pending' }, { limit: 200 });
  // Only those that were tried may wait for their own next attempt.
  expect(failed.items.length).toBeLessThan(50);
  await world.after(24 * 3600);
  expect(await world.store.listDeliveries({ status: 'pending' }, { limit: 1 })).toMatchObject({
    items: [],
  });
  expect(await world.store.listDeliveries({ status: 'dead' }, { limit: 1 })).toMatchObject({
    items: [],
  });
});

describe('at once', () => {
  test('are at most as many attempts as allowed, in total and per connection', async () => {
    const world = await createWorld({ concurrency: 10, maxPerConnection: 4 });
    const gates = [createGate(), createGate(), createGate()];
    for (const [i] of gates.entries()) {
      const url = `${world.receiver.origin}/${i}`;
      await world.connect({ id: `crm-${i}`, destination: { kind: 'webhook', url } });
    }
    world.receiver.always((response, received) =>
      gates[Number(received.path.slice(1))]?.behaviour(response, received),
    );
    for (let i = 0; i < 20; i++) await world.outbox.enqueue(engagement(`e-${i}`));
    const run = world.worker.runOnce();
    let mostInAll = 0;
    let isDone = false;
    const done = run.then((count) => {
      isDone = true;
      return count;
    });
    while (!isDone) {
      mostInAll = Math.max(
        mostInAll,
        gates.reduce((sum, gate) => sum + gate.waiting, 0),
      );
      for (const gate of gates) gate.open();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await done).toBe(60);
    for (const gate of gates) expect(gate.most).toBeLessThanOrEqual(4);
    expect(mostInAll).toBeLessThanOrEqual(10);
  });

  test('a receiver that hangs delays no other', async () => {
    const world = await createWorld({
      concurrency: 4,
      maxPerConnection: 2,
      receiverTimeoutMs: 3000,
    });
    const url = (path: string) => ({ kind: 'webhook', url: world.receiver.origin + path }) as const;
    await world.connect({ id: 'hanging', name: 'a', destination: url('/hanging') });
    await world.connect({ id: 'sound', name: 'b', destination: url('/sound') });
    world.receiver.always((response, received) =>
      (received.path === '/hanging' ? hang : answer(204))(response, received),
    );
    for (let i = 0; i < 50; i++) await world.outbox.enqueue(engagement(`e-${i}`));
    const run = world.worker.runOnce();
    const deliveriesTo = async (connectionId: string) =>
      (await world.store.listDeliveries({ connectionId }, { limit: 100 })).items;
    await expect
      .poll(async () => (await deliveriesTo('sound')).map(({ status }) => status))
      .toEqual(Array.from({ length: 50 }, () => 'delivered'));
    // All of the sound one's arrived while the first of the other's was still waited for.
    expect((await deliveriesTo('hanging')).every(({ attempts }) => attempts === 0)).toBe(true);
    await run;
    expect((await world.connection('hanging')).status).toBe('degraded');
    expect((await world.connection('sound')).status).toBe('active');
    expect(world.receiver.received.filter(({ path }) => path === '/hanging').length).toBe(2);
  });
});

test('receivers that hang with full backlogs leave slots to all other connections', async () => {
  const world = await createWorld();
  const connect = (id: string, siteId: string) =>
    world.connect({
      ...{ id, siteId, name: id },
      destination: { kind: 'webhook', url: `${world.receiver.origin}/${siteId}` },
    });
  for (let i = 0; i < 4; i++) await connect(`hanging-${i}`, 'hanging');
  for (let i = 0; i < 50; i++) await connect(`sound-${i}`, 'sound');
  let waiting = 0;
  world.receiver.always((response, received) => {
    if (received.path !== '/hanging') return answer(204)(response, received);
    waiting++;
  });
  const enqueueFor = (siteId: string, id: string) =>
    world.outbox.enqueue(engagement(id, { site_id: siteId, site: { id: siteId } }));
  for (let i = 0; i < 40; i++) await enqueueFor('hanging', `e-${i}`);
  const run = world.worker.runOnce();
  // As many as they can get hang.
  await expect.poll(() => waiting).toBe(24);
  for (let i = 0; i < 3; i++) await enqueueFor('sound', `e-${i}`);
  await expect.poll(() => world.events).toHaveLength(150);
  expect(world.events.every(({ type }) => type === 'delivered')).toBe(true);
  expect(waiting).toBeLessThanOrEqual(32);
  await run;
});

describe('a started worker', () => {
  test('sends an event of its own process at once, without waiting for a poll', async () => {
    const world = await createWorld({ pollIntervalMs: 3_600_000 });
    await world.connect();
    world.worker.start();
    world.worker.start();
    await world.outbox.enqueue(engagement('e-1'));
    await expect.poll(() => world.events).toMatchObject([{ type: 'delivered' }]);
    await world.outbox.enqueue(engagement('e-2'));
    await expect.poll(() => world.events).toHaveLength(2);
    await world.worker.stop();
  });

  test('finds the events of another process by polling if it is not notified', async () => {
    const store = overrideStore(createMemoryExportStore(), { watchDeliveries: () => () => {} });
    const working = await createWorld({ pollIntervalMs: 10 }, store);
    const taking = await createWorld({}, store);
    await working.connect();
    working.worker.start();
    await taking.outbox.enqueue(engagement('e-1'));
    await expect.poll(() => working.events).toMatchObject([{ type: 'delivered' }]);
    await working.worker.stop();
  });

  test('finishes its requests when it is stopped, and claims no more', async () => {
    const world = await createWorld({ concurrency: 2, maxPerConnection: 4 });
    await world.connect();
    const gate = createGate();
    world.receiver.always(gate.behaviour);
    for (let i = 0; i < 5; i++) await world.outbox.enqueue(engagement(`e-${i}`));
    world.worker.start();
    await expect.poll(() => gate.waiting).toBe(2);
    let isStopped = false;
    const stopped = world.worker.stop().then(() => {
      isStopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).toBe(false);
    gate.open();
    await stopped;
    expect(world.receiver.received).toHaveLength(2);
    const statuses = (await world.deliveries()).map(({ status }) => status);
    expect(statuses).toEqual(['delivered', 'delivered', 'pending', 'pending', 'pending']);
    // No lease is left, so another worker continues at once.
    world.receiver.always(answer(204));
    expect(await world.worker.runOnce()).toBe(3);
  });

  test('stops only after refreshed tokens are stored', async () => {
    const world = await createWorld({ pollIntervalMs: 3_600_000 });
    let store = (): void => {};
    let shouldContinue = (): boolean => false;
    world.tokens.renewIdle = (_olderThanMs, asked = shouldContinue) =>
      new Promise((resolve) => {
        shouldContinue = asked;
        store = resolve;
      });
    world.worker.start();
    expect(shouldContinue()).toBe(true);
    let isStopped = false;
    const stopped = world.worker.stop().then(() => {
      isStopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).toBe(false);
    // Who stops it may not wait for long: those of other connections are left alone.
    expect(shouldContinue()).toBe(false);
    store();
    await stopped;
  });

  test('can be stopped without having been started, and started again', async () => {
    const world = await createWorld({ pollIntervalMs: 3_600_000 });
    await world.connect();
    await world.worker.stop();
    world.worker.start();
    await world.worker.stop();
    world.worker.start();
    await world.outbox.enqueue(engagement('e-1'));
    await expect.poll(() => world.events).toMatchObject([{ type: 'delivered' }]);
    await world.worker.stop();
  });

  test('that is started while it stops continues afterwards', async () => {
    const world = await createWorld({ pollIntervalMs: 3_600_000 });
    await world.connect();
    const gate = createGate();
    world.receiver.next(gate.behaviour);
    world.worker.start();
    await world.outbox.enqueue(engagement('e-1'));
    await expect.poll(() => gate.waiting).toBe(1);
    const stopped = [world.worker.stop(), world.worker.stop()];
    world.worker.start();
    gate.open();
    await Promise.all(stopped);
    await world.outbox.enqueue(engagement('e-2'));
    await expect.poll(() => world.events).toHaveLength(2);
    await world.worker.stop();
    await world.outbox.enqueue(engagement('e-3'));
    expect(await world.worker.runOnce()).toBe(1);
  });

  test('that is stopped last stays stopped, however often it was started meanwhile', async () => {
    const world = await createWorld({ pollIntervalMs: 3_600_000 });
    await world.connect();
    world.worker.start();
    const stopped = world.worker.stop();
    world.worker.start();
    await Promise.all([stopped, world.worker.stop()]);
    await world.outbox.enqueue(engagement('e-1'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.receiver.received).toEqual([]);
    expect(await world.worker.runOnce()).toBe(1);
  });

  test('continues when the store fails', async () => {
    const store = createMemoryExportStore();
    const claim = store.claimDeliveries.bind(store);
    let faults = 3;
    store.claimDeliveries = (asked) =>
      faults-- > 0 ? Promise.reject(new Error('the store is down')) : claim(asked);
    const world = await createWorld({ pollIntervalMs: 5 }, store);
    await world.connect();
    world.worker.start();
    await world.outbox.enqueue(engagement('e-1'));
    await expect.poll(() => world.events).toMatchObject([{ type: 'delivered' }]);
    await world.worker.stop();
    expect(world.errors).toHaveLength(3);
  });
});

describe('of several workers on one store', () => {
  test('each delivers different events, and every event arrives once', async () => {
    const store = createMemoryExportStore();
    const first = await createWorld({}, store);
    const second = await createWorld({}, store);
    await first.connect();
    for (let i = 0; i < 100; i++) await first.outbox.enqueue(engagement(`e-${i}`));
    const counts = await Promise.all([first.worker.runOnce(), second.worker.runOnce()]);
    expect(counts[0] + counts[1]).toBe(100);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(new Set(arrived(first)).size).toBe(100);
    expect(first.receiver.received).toHaveLength(100);
  });

  test('one takes over the deliveries of another when the lease ends', async () => {
    const store = createMemoryExportStore();
    const world = await createWorld({ receiverTimeoutMs: 15_000 }, store);
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    const leaseUntilMs = world.clock.ms + 90_000;
    const claim = { owner: 'killed', nowMs: world.clock.ms, leaseUntilMs };
    await store.claimDeliveries({ ...claim, limit: 10, perConnection: 10, except: [] });
    expect(await world.after(89)).toBe(0);
    expect(await world.after(1)).toBe(1);
  });
});

describe('an outcome', () => {
  test('is stored when the store is back, so that nothing arrives twice', async () => {
    const store = createMemoryExportStore();
    const settle = store.settleDelivery.bind(store);
    let faults = 2;
    store.settleDelivery = (outcome) =>
      faults-- > 0 ? Promise.reject(new Error('the store is down')) : settle(outcome);
    const world = await createWorld({}, store);
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    await world.worker.runOnce();
    expect(await world.after(3600)).toBe(0);
    expect(world.receiver.received).toHaveLength(1);
    expect(world.errors).toHaveLength(2);
    expect(await world.deliveries()).toMatchObject([{ status: 'delivered' }]);
  });

  test('of one event does not depend on a fault of another', async () => {
    const store = createMemoryExportStore();
    const replace = store.replaceConnection.bind(store);
    store.replaceConnection = () => Promise.reject(new Error('the store is down'));
    const world = await createWorld({ maxPerConnection: 2 }, store);
    await world.connect();
    const gate = createGate();
    world.receiver.next(answer(500));
    world.receiver.always(gate.behaviour);
    await world.outbox.enqueue(engagement('e-1'));
    await world.outbox.enqueue(engagement('e-2'));
    world.worker.start();
    await expect.poll(() => gate.waiting).toBe(1);
    await expect.poll(() => world.errors).toHaveLength(1);
    const stopped = world.worker.stop();
    gate.open();
    await stopped;
    // What was on its way was waited for, and is written down.
    const statuses = (await world.deliveries()).map(({ status }) => status);
    expect([...statuses].sort()).toEqual(['delivered', 'pending']);
    store.replaceConnection = replace;
    world.receiver.always(answer(204));
    expect(await world.after(60)).toBe(1);
  });

  test('is not reported if the lease was lost, because another worker reports its own', async () => {
    const store = createMemoryExportStore();
    const world = await createWorld({}, store);
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    store.settleDelivery = async () => false;
    await world.worker.runOnce();
    expect(world.events).toEqual([]);
  });
});

test('a token that arrives after the lease is not used', async () => {
  const world = await createWorld({ receiverTimeoutMs: 2000 });
  await world.connect();
  await world.outbox.enqueue(engagement('e-1'));
  const read = world.tokens.get.bind(world.tokens);
  world.tokens.get = async () => {
    world.clock.ms += 63_000;
    world.tokens.get = read;
    return read();
  };
  await world.worker.runOnce();
  expect(world.receiver.received).toHaveLength(1);
  expect(await world.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
});

test('delivered events are removed after their time, and dead ones are kept', async () => {
  const world = await createWorld({ retentionDays: 2 });
  await world.connect();
  for (let i = 0; i < 3; i++) await world.outbox.enqueue(engagement(i === 0 ? 'poison' : `e-${i}`));
  world.receiver.always(failFor('poison', 422));
  await world.worker.runOnce();
  await world.after(2 * 24 * 3600);
  expect(await world.deliveries()).toHaveLength(3);
  await world.after(3600);
  expect(await world.deliveries()).toMatchObject([{ status: 'dead' }]);
});

test('idle grants are refreshed, and a provider that is down does not stop the others', async () => {
  const world = await createWorld({ retentionDays: 1 });
  await world.connect();
  await world.outbox.enqueue(engagement('e-1'));
  for (let hour = 0; hour < 24; hour++) await world.after(3600);
  expect(world.tokens.idle).toEqual(Array(24).fill(24 * 3600 * 1000));
  world.tokens.idleFault = new Error('the provider is down');
  await world.after(2 * 3600);
  expect(world.errors).toEqual([world.tokens.idleFault]);
  expect(await world.deliveries()).toEqual([]);
});

test('idle grants are refreshed also after a clock that was ahead is corrected', async () => {
  const world = await createWorld();
  const { clock } = world;
  const rightMs = clock.ms;
  clock.ms += 365 * 24 * 3600 * 1000;
  await world.worker.runOnce();
  clock.ms = rightMs;
  await world.worker.runOnce();
  await world.worker.runOnce();
  expect(world.tokens.idle).toHaveLength(2);
});

test('an observer that throws or rejects stops nothing', async () => {
  const world = await createWorld();
  await world.connect();
  world.events.push = () => {
    throw new Error('a faulty observer');
  };
  await world.outbox.enqueue(engagement('e-1'));
  expect(await world.worker.runOnce()).toBe(1);
  expect(await world.deliveries()).toMatchObject([{ status: 'delivered' }]);
});

test('a removal leaves turns of the event loop to other work', async () => {
  const world = await createWorld({ retentionDays: 1 });
  let removals = 0;
  let turns = 0;
  // As a database within the process does, whose answers need no turn of the event loop.
  world.store.removeEnded = async (_beforeMs, limit) => {
    setImmediate(() => turns++);
    return ++removals < 20 ? limit : 0;
  };
  await world.worker.runOnce();
  expect(removals).toBe(20);
  expect(turns).toBeGreaterThanOrEqual(19);
});
