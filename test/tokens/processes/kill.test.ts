import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenVerifier, type TokenStore } from '@mandate/tokens';
import { expect, onTestFinished, test } from 'vitest';
import { collectPages } from '../../../packages/tokens/src/testing/records.js';
import { judgeToken } from '../../support/judge-token.js';
import { startPostgres } from '../../support/postgres.js';
import { createDatabaseFile } from '../open-store.js';
import { type Child, startChild } from './child.js';
import type { Acknowledged } from './create-program.js';
import { openDatabase } from './open-database.js';

const ROUNDS = 20;
const postgres = await startPostgres();

test.each([
  ['SQLite', createDatabaseFile],
  ['PostgreSQL', postgres.createDatabase],
] as const)(
  'on %s, every acknowledged change survives a kill -9, and no change is partial',
  { timeout: 600_000 },
  async (_, place) => {
    const where = await place();
    let next = await startChild('create-program.ts', [where]);
    let kills = 0;
    const said: Acknowledged[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const child = next;
      await child.firstLine;
      // The next process starts meanwhile, as it would on a server that is restarted.
      next = await startChild('create-program.ts', [where]);
      kills += await killAmid(child);
      said.push(...child.lines.filter((line) => line.startsWith('{')).map(parse));
    }
    await next.kill();
    expect(kills).toBe(ROUNDS);

    const database = await openDatabase(where);
    onTestFinished(() => database.close());
    await checkAcknowledged(createSqlTokenStore(database), said);
  },
);

/**
 * Kills a process somewhere in its work; returns 1 unless it was done already. By what it has said, not
 * by time, because on a slow machine it may not have said anything yet.
 */
async function killAmid(child: Child): Promise<number> {
  const said = 3 + Math.random() * 40;
  await expect.poll(() => child.lines.length, { interval: 1 }).toBeGreaterThan(said);
  await child.kill();
  return child.process.signalCode === 'SIGKILL' ? 1 : 0;
}

/** A line that the kill cut in two was not acknowledged. */
function parse(line: string): Acknowledged {
  try {
    return JSON.parse(line) as Acknowledged;
  } catch {
    return { revoked: '' };
  }
}

async function checkAcknowledged(store: TokenStore, said: readonly Acknowledged[]): Promise<void> {
  const verifier = createTokenVerifier({ store });
  const revoked = new Set(said.map((one) => ('revoked' in one ? one.revoked : '')));
  const records = await collectPages((page) => store.list({}, page, new Date()), 200);
  const byId = new Map(records.map((record) => [record.id, record]));
  let created = 0;
  for (const one of said) {
    if (!('created' in one)) continue;
    created++;
    const judged = await judgeToken(verifier, one.created);
    const isRevoked = byId.get(one.id)?.revokedAt !== undefined;
    // A token may be revoked without a report. A token that was reported as revoked must be revoked.
    if (revoked.has(one.id)) expect(isRevoked).toBe(true);
    expect(typeof judged === 'string' ? judged : judged.tokenId).toBe(
      isRevoked ? 'token_revoked' : one.id,
    );
  }
  await verifier.close();
  expect(created).toBeGreaterThan(ROUNDS);

  const trail = await collectPages((page) => store.audit(undefined, page), 200);
  const expected = records.flatMap(({ id, revokedAt }) =>
    revokedAt === undefined ? [`${id} created`] : [`${id} created`, `${id} revoked`],
  );
  expect(trail.map(({ tokenId, action }) => `${tokenId} ${action}`).sort()).toEqual(
    expected.sort(),
  );
}
