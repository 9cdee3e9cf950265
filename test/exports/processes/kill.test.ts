import { createExports } from '@mandate/exports';
import { expect, test } from 'vitest';
import { startPostgres } from '../../support/postgres.js';
import { createDatabaseFile, openExportStore } from '../open-store.js';
import { createCrmWorld, KEY } from '../support/crm-world.js';
import { engagement, engagementStart } from '../support/events.js';
import { startWorker, waitFor } from './start-worker.js';

const postgres = await startPostgres();
const ENGAGEMENTS = 300;
const KILLS = 8;
const CONCURRENCY = 8;
/** What one worker may have sent, or be sending, without a stored outcome. */
const UNSETTLED = 2 * CONCURRENCY;
const now = Date.now;

const options = {
  concurrency: CONCURRENCY,
  maxPerConnection: 2 * CONCURRENCY,
  pollIntervalMs: 20,
  timeoutMs: 1000,
};
/** Short, so that the leases of a killed worker expire within seconds. */
const clock = { sinceMs: Date.now(), speed: 20, aheadMs: 0 };

test.each([
  ['SQLite', createDatabaseFile, 1],
  ['PostgreSQL', postgres.createDatabase, 2],
] as const)(
  'on %s, workers killed amid their work lose nothing and repeat only what was on its way',
  { timeout: 600_000 },
  async (_, place, workers) => {
    const where = await place();
    const store = await openExportStore(where);
    const { crm, authorize } = await createCrmWorld({ store, now });
    await authorize();
    const { enqueue } = createExports({
      ...{ store, keys: [KEY], now, allowLoopback: true },
      callbackUrl: 'https://app.example.com/exports/callback',
    });
    for (let i = 0; i < ENGAGEMENTS; i++) {
      await enqueue(engagementStart(`e${i}`));
      await enqueue(engagement(`e${i}`));
    }

    const total = 2 * ENGAGEMENTS;
    const all = await Promise.all(
      Array.from({ length: KILLS + workers }, () => startWorker(where, options, clock)),
    );
    for (const worker of all.slice(0, workers)) worker.go();
    let kills = 0;
    for (; kills < KILLS && crm.writes.length < total; kills++) {
      const portion = (kills + 1) * (total / (KILLS + 1));
      await waitFor(() => crm.writes.length >= portion - Math.random() * CONCURRENCY);
      await all[kills]?.kill();
      all[kills + workers]?.go();
    }
    await waitFor(async () => {
      const { items } = await store.listDeliveries({ status: 'delivered' }, { limit: 2 * total });
      return items.length === total;
    });

    const repeated = crm.writes.length - total;
    console.log(`${kills} kills, ${repeated} of ${total} events arrived twice`);
    expect(kills).toBe(KILLS);
    expect(crm.records.size).toBe(ENGAGEMENTS);
    expect(repeated).toBeLessThanOrEqual(KILLS * UNSETTLED);
    for (let i = 0; i < ENGAGEMENTS; i++) {
      const ends = crm.writes
        .filter(({ externalId }) => externalId === `e${i}`)
        .map(({ fields }) => 'Type__c' in fields);
      // The start has no type. However often each was sent, no start comes after an end.
      expect(ends).toEqual([...ends].sort());
      expect(ends.at(-1)).toBe(true);
      expect(ends[0]).toBe(false);
    }
  },
);
