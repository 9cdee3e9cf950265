import { describe, expect, test } from 'vitest';
import { toBodyTrial } from './body-trial.js';
import { examine } from './campaign.js';
import { toPathTrial } from './path-trial.js';
import { ROWS } from './rows.js';

describe('what once reached a handler under another rule', () => {
  test.each(ROWS)('$host, $name', async ({ host, paths, bodies, heads }) => {
    const tally = await examine((_random, world) => {
      if (paths !== undefined) return toPathTrial(host, paths, world);
      if (bodies !== undefined) return toBodyTrial(host, bodies, world);
      throw new Error('the row has no application');
    }, heads);
    expect(tally.faults.join('\n\n')).toBe('');
  });
});
