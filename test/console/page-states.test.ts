import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXPORT_STATES } from '../browser/console-states/export-states.js';
import { OUTCOME_STATES } from '../browser/console-states/outcome-states.js';
import { TOKEN_STATES } from '../browser/console-states/token-states.js';

const SOURCES = join(import.meta.dirname, '../../packages/console/src');

/** The components that render a whole page, found by the frame that they render. */
function findPages(): readonly string[] {
  const names = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  const pages = names
    .filter((name) => name.endsWith('.tsx'))
    .flatMap((name) => {
      const functions = readFileSync(join(SOURCES, name), 'utf8').split(
        /^(?=(?:export )?function )/m,
      );
      return functions
        .filter((source) => /<(?:Layout|Shell)[\s>]/.test(source))
        .map((source) => /^(?:export )?function (\w+)/.exec(source)?.[1] ?? `in ${name}`);
    });
  return [...new Set(pages)].filter((page) => page !== 'Layout').sort();
}

test('every page of the console has states that are tested in a browser', () => {
  const tested = { ...TOKEN_STATES, ...EXPORT_STATES, ...OUTCOME_STATES };
  expect(Object.keys(tested).sort()).toEqual(findPages());
  for (const states of Object.values(tested)) expect(Object.keys(states)).not.toEqual([]);
});
