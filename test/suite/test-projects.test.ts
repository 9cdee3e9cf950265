import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { groupTests, PROJECTS } from '../support/test-projects.js';

const groups = groupTests(fileURLToPath(new URL('../..', import.meta.url)));

test('every project has test files, and no file is in two projects', () => {
  expect([...groups.keys()]).toEqual(PROJECTS);
  for (const files of groups.values()) expect(files.length).toBeGreaterThan(3);
  const all = [...groups.values()].flat();
  expect(new Set(all).size).toBe(all.length);
});

test.each([
  ['unit', 'test/core/guard.test.ts'],
  ['unit', 'test/tokens/token-verifier.test.ts'],
  // The key server and the hosts are imported by helpers.
  ['contract', 'test/core/keys/key-set.test.ts'],
  ['contract', 'test/contract/table.test.ts'],
  ['stores', 'test/tokens/store.test.ts'],
  ['stores', 'test/tokens/sqlite-file.test.ts'],
  ['processes', 'test/tokens/processes/kill.test.ts'],
  ['processes', 'test/examples/evaluate.test.ts'],
  ['browser', 'test/browser/console.test.ts'],
  ['packaging', 'test/docs/readme.test.ts'],
] as const)('%s has %s', (project, file) => {
  expect(groups.get(project)).toContain(file);
});
