import { createMemoryExportStore, type ExportStore } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDelivery } from '../../packages/exports/src/testing/stored-records.js';
import { startPostgres } from '../support/postgres.js';
import { createDatabaseFile, openExportStore } from './open-store.js';
import { engagement } from './support/events.js';
import { overrideStore } from './support/override-store.js';
import { answer } from './support/receiver.js';
import { createWorld, type World } from './support/world.js';

const postgres = await startPostgres();

/** So long that no test sees a second poll. */
const NEVER = { pollIntervalMs: 3_600_000 };

/** The same outbox as two processes open it. */
type OpenTwice = () => Promise<readonly [ExportStore, ExportStore]>;

const openTwice =
  (create: () => Promise<string>): OpenTwice =>
  async () => {
    const place = await create();
    return [await openExportStore(place), await openExportStore(place)];
  };

const STORES: readonly (readonly [string, OpenTwice])[] = [
  [
    'memory',
    async () => {
      const store = createMemoryExportStore();
      return [store, store];
    },
  ],
  ['SQLite', openTwice(createDatabaseFile)],
  ['PostgreSQL', openTwice(() => postgres.createDatabase())],
];

/** A worker that has found nothing and waits, in `working`; and another process. */
async function createIdleWorker(
  open: OpenTwice,
): Promise<{ readonly working: World; readonly other: World }> {
  const [first, second] = await open();
  let emptyClaims = 0;
  const counting = overrideStore(first, {
    async claimDeliveries(claim) {
      const claimed = await first.claimDeliveries(claim);
      if (claimed.length === 0) emptyClaims++;
      return claimed;
    },
  });
  const working = await createWorld(NEVER, counting);
  const other = await createWorld(NEVER, second);
  await working.connect();
  working.worker.start();
  onTestFinished(() => working.worker.stop());
  await expect.poll(() => emptyClaims).toBeGreaterThan(0);
  return { working, other };
}

describe.each(STORES)('a worker on %s', (_, open) => {
  test('sends an event of another process without a poll', async () => {
    const { working, other } = await createIdleWorker(open);
    await other.outbox.enqueue(engagement('e-1'));
    await expect.poll(() => working.events).toMatchObject([{ type: 'delivered' }]);
    await other.outbox.enqueue(engagement('e-2'));
    await expect.poll(() => working.events).toHaveLength(2);
  });

  test('sends an event that another process replays without a poll', async () => {
    const { working, other } = await createIdleWorker(open);
    working.receiver.next(answer(422));
    const [id = ''] = await other.outbox.enqueue(engagement('e-1'));
    await expect.poll(() => working.events).toMatchObject([{ type: 'dead' }]);
    await other.outbox.replay(id);
    await expect.poll(() => working.events.at(-1)).toMatchObject({ type: 'delivered' });
  });

  test('is no longer notified after it was stopped', async () => {
    const [first, second] = await open();
    let listeners = 0;
    const counting = overrideStore(first, {
      watchDeliveries(listener) {
        const unwatch = first.watchDeliveries?.(listener);
        listeners++;
        return () => {
          listeners--;
          unwatch?.();
        };
      },
    });
    const world = await createWorld(NEVER, counting);
    await world.connect();
    world.worker.start();
    expect(listeners).toBe(1);
    await world.worker.stop();
    expect(listeners).toBe(0);
    await (await createWorld(NEVER, second)).outbox.enqueue(engagement('e-1'));
    expect(await world.worker.runOnce()).toBe(1);
  });
});

test('stored deliveries do not count as changes of tokens', async () => {
  const connectionString = await postgres.createDatabase();
  const [first, second] = [
    await openPostgres({ connectionString, timeoutMs: 60_000 }),
    await openPostgres({ connectionString, timeoutMs: 60_000 }),
  ];
  onTestFinished(async () => {
    await first.close();
    await second.close();
  });
  const changes: unknown[] = [];
  createSqlTokenStore(first).onChange?.((change) => changes.push(change));
  let notifications = 0;
  createSqlExportStore(first).watchDeliveries?.(() => notifications++);
  await createSqlExportStore(second).insertDeliveries([createDelivery('a')]);
  await expect.poll(() => notifications).toBe(1);
  expect(changes).toEqual([]);
});
