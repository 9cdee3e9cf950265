import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AUTH_ERRORS } from '@mandate/core';
import { describe, expect, test } from 'vitest';
import { readSources } from '../structure/read-sources.js';
import { findReasons } from './reasons.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${ROOT}/packages/core/docs/troubleshooting.md`, 'utf8');
const sources = readSources(ROOT, ['packages'], (path) =>
  /^packages\/[^/]+\/src\/.*\.ts$/.test(path),
);

/** The rows of each code's table: `token_expired: the token has expired`. */
const rows = page.split(/^## /m).flatMap((section) => {
  const code = /^`(\w+)`/.exec(section)?.[1];
  if (code === undefined) return [];
  const reasons = [...section.matchAll(/^\| (?!reason \|)(.+?) \| /gm)];
  return reasons.map(([, reason]) => `${code}: ${reason}`);
});

describe('the page about troubleshooting', () => {
  test('has a heading for every code, and its status', () => {
    const expected = Object.entries(AUTH_ERRORS).map(([code, { status }]) => `${code} ${status}`);
    const found = [...page.matchAll(/^## `(\w+)`\n\n(\d+)/gm)];
    expect(found.map(([, code, status]) => `${code} ${status}`).sort()).toEqual(expected.sort());
  });

  test('has a row for every reason that the sources give', () => {
    const reasons = findReasons(sources).map(({ code, reason }) => `${code}: ${reason}`);
    expect(reasons.length).toBeGreaterThan(50);
    expect([...new Set(reasons)].filter((reason) => !rows.includes(reason))).toEqual([]);
  });

  test('has no row that the sources do not give', () => {
    const text = [...sources.values()].join('\n');
    const isGiven = (row: string) =>
      row
        .split(': ')
        .slice(1)
        .join(': ')
        .split('…')
        .every((part) => text.includes(part));
    expect(rows.filter((row) => !isGiven(row))).toEqual([]);
    expect(new Set(rows).size).toBe(rows.length);
  });
});

describe('the search for reasons', () => {
  const find = (text: string) =>
    findReasons(new Map([['packages/core/src/a.ts', text]])).map(({ code, reason }) => [
      code,
      reason,
    ]);

  test.each([
    ["throw new AuthError('a', 'one');", [['a', 'one']]],
    [`throw new AuthError('a', \`x \${b} y\`);`, [['a', 'x … y']]],
    [
      "throw new AuthError('a', b ? 'one' : 'two');",
      [
        ['a', 'one'],
        ['a', 'two'],
      ],
    ],
    ["function f() { const r = g() ?? 'one'; throw new AuthError('a', r); }", [['a', 'one']]],
    ["function f(r: string) { return new AuthError('a', r); } f('one');", [['a', 'one']]],
    ["throw new AuthError('a');", []],
    ["throw new TypeError('a', 'one');", []],
  ])('understands %s', (text, expected) => {
    expect(find(text)).toEqual(expected);
  });
});
