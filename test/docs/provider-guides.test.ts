import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as providers from '@mandate/core/providers';
import { describe, expect, test } from 'vitest';
import { readSources } from '../structure/read-sources.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = 'packages/core/docs/providers';
const guides = readdirSync(`${ROOT}/${FOLDER}`).filter((name) => name !== 'README.md');
const read = (name: string) => readFileSync(`${ROOT}/${FOLDER}/${name}`, 'utf8');

const sources = [
  ...readSources(ROOT, ['packages'], (path) => /^packages\/core\/src\/.*\.ts$/.test(path)).values(),
].join('\n');

/** The first column of the table about failures. */
const listReasons = (guide: string) =>
  [
    ...(guide.split('\n## What goes wrong\n')[1] ?? '').matchAll(/^\| (?!reason \|)(.+?) \| /gm),
  ].map(([, reason = '']) => reason);

describe('the guides of providers', () => {
  test('exist for every provider', () => {
    const named = guides.flatMap((name) => [
      ...Object.keys(providers).filter((fn) => new RegExp(`\\b${fn}\\(`).test(read(name))),
    ]);
    expect(named.length).toBeGreaterThan(0);
    expect(Object.keys(providers).filter((fn) => !named.includes(fn))).toEqual([]);
  });

  test.each(guides)('are linked from the index and from the README of the package: %s', (name) => {
    expect(read('README.md')).toContain(`](${name})`);
    const readme = readFileSync(`${ROOT}/packages/core/README.md`, 'utf8');
    expect(readme).toContain(`](docs/providers/${name})`);
  });

  test.each(guides)('name three failures or more, by reasons that the guard has: %s', (name) => {
    const reasons = listReasons(read(name));
    expect(reasons.length).toBeGreaterThanOrEqual(3);
    const isGiven = (reason: string) => reason.split('…').every((part) => sources.includes(part));
    expect(reasons.filter((reason) => !isGiven(reason.replaceAll('`', '')))).toEqual([]);
  });
});
