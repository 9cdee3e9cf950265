import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CASES } from './cases/index.js';

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');

/** The number of cases by topic, as the README shows it. */
const counts = Object.entries(CASES)
  .filter(([topic]) => topic.startsWith('hostile'))
  .map(([topic, cases]) => `| ${topic} | ${cases.length} |`);

test('the README counts the hostile cases of each topic', () => {
  expect([...readme.matchAll(/^\| hostile: .*$/gm)].map(([line]) => line)).toEqual(counts);
});

test('a hostile case reaches no handler', () => {
  const hostile = Object.entries(CASES).filter(([topic]) => topic.startsWith('hostile'));
  const reached = hostile.flatMap(([, cases]) => cases.filter((one) => 'handler' in one.expect));
  expect(reached.map(({ name }) => name)).toEqual([]);
});
