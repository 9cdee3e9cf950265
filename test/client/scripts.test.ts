import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

// About what was built: run the build first (`npm test` does).
const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../packages/client/${path}`, import.meta.url)), 'utf8');

describe.each([
  ['mandate-client.global.js', 6150],
  ['mandate-service.global.js', 4100],
])('the script %s', (name, maxBytes) => {
  const size = gzipSync(read(`dist/${name}`), { level: 9 }).length;

  test(`is smaller than ${maxBytes} bytes when compressed`, () => {
    expect(size).toBeLessThan(maxBytes);
  });

  test('is as large as the README says', () => {
    const [, kilobytes] = new RegExp(`\`${name}\`.*?([\\d.]+) kB`).exec(read('README.md')) ?? [];
    // Not every Node compresses alike.
    expect(Math.abs(Number(kilobytes) - size / 1000)).toBeLessThan(0.1);
  });

  test('writes nothing to the console', () => {
    expect(read(`dist/${name}`)).not.toContain('console');
  });
});

test('the package depends on nothing', () => {
  const { dependencies, peerDependencies } = JSON.parse(read('package.json'));
  expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
});
