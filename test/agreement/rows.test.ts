import { describe, expect, test } from 'vitest';
import { toBodyTrial } from './body-trial.js';
import { type Campaign, examine } from './campaign.js';
import { withoutRouteCheck } from './doubles.js';
import { toPathTrial } from './path-trial.js';
import { ROWS, type Row } from './rows.js';

function toOpen({ host, paths, bodies }: Row): Campaign['open'] {
  return (_random, world) => {
    if (paths !== undefined) return toPathTrial(host, paths, world);
    if (bodies !== undefined) return toBodyTrial(host, bodies, world);
    throw new Error('the row has no application');
  };
}

describe('what once reached a handler under another rule', () => {
  test.each(ROWS)('$host, $name', async (row) => {
    const { faults, isListed, statuses } = await examine(toOpen(row), row.heads);
    expect(faults.join('\n\n')).toBe('');
    expect(isListed ? 'listed' : statuses).toEqual(row.outcome);
  });

  test.each(ROWS.filter(({ unlisted }) => unlisted !== undefined))(
    '$host, $name, although checkRoutes lists it',
    async (row) => {
      const { faults, statuses } = await examine(withoutRouteCheck(toOpen(row)), row.heads);
      expect(faults.join('\n\n')).toBe('');
      expect(statuses).toEqual(row.unlisted);
    },
  );
});
