import { expect, test } from 'vitest';
import {
  createConnection,
  createDelivery,
} from '../../../packages/exports/src/testing/stored-records.js';
import { startPostgres } from '../../support/postgres.js';
import { type Child, startChild } from '../../tokens/processes/child.js';
import { createDatabaseFile, openExportStore } from '../open-store.js';
import type { Said } from './claim-program.js';

const postgres = await startPostgres();
const PROGRAM = '../../exports/processes/claim-program.ts';
const LANES = 300;
const EVENTS_PER_LANE = 4;
const KILLS = 6;
/** What one process claims at once. */
const IN_FLIGHT = 5;

test.each([
  ['SQLite', createDatabaseFile, 2],
  ['PostgreSQL', postgres.createDatabase, 3],
] as const)(
  'on %s, processes that are killed amid their work lose nothing and claim nothing of each other',
  { timeout: 600_000 },
  async (_, place, processes) => {
    const where = await place();
    const store = await openExportStore(where);
    await store.insertConnection(createConnection());
    const ids = Array.from({ length: EVENTS_PER_LANE }, (_, event) =>
      Array.from({ length: LANES }, (_, lane) => `${lane}.${event}`),
    ).flat();
    await store.insertDeliveries(
      ids.map((id) => createDelivery(id, { engagementId: id.split('.')[0] ?? '' })),
    );

    const children = await Promise.all(
      Array.from({ length: processes + KILLS }, () => startChild(PROGRAM, [where])),
    );
    await Promise.all(children.map(({ firstLine }) => firstLine));
    for (const child of children) child.process.stdin?.end();
    const kills = await killAll(children.slice(0, KILLS));
    const codes = await Promise.all(children.slice(KILLS).map(({ exit }) => exit));
    expect({ codes, errors: children.map((child) => child.errors()).join('') }).toEqual({
      codes: Array.from({ length: processes }, () => 0),
      errors: '',
    });

    const said = children.flatMap(({ lines }) => lines.flatMap(parse));
    const claimed = said.flatMap((one) => ('claimed' in one ? [one.claimed] : []));
    const settled = said.flatMap((one) => ('settled' in one ? [one.settled] : []));
    expect(new Set(settled).size).toBe(settled.length);
    expect(new Set(claimed)).toEqual(new Set(ids));
    expect(claimed.length - ids.length).toBeLessThanOrEqual(kills * IN_FLIGHT);
    expect(kills).toBeGreaterThan(0);
    const delivered = await store.listDeliveries({ status: 'delivered' }, { limit: ids.length });
    expect(delivered.items.map(({ attempts }) => attempts)).toEqual(ids.map(() => 1));
  },
);

/** Kills one after the other somewhere in its work; returns how many were not done already. */
async function killAll(children: readonly Child[]): Promise<number> {
  let kills = 0;
  for (const child of children) {
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 50));
    await child.kill();
    if (child.process.signalCode === 'SIGKILL') kills++;
  }
  return kills;
}

/** A line that a kill cut off does not count. */
function parse(line: string): readonly Said[] {
  if (!line.startsWith('{')) return [];
  try {
    return [JSON.parse(line) as Said];
  } catch {
    return [];
  }
}
