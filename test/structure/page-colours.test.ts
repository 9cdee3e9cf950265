import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const CONSOLE = 'packages/console/src/assets/styles/base-style.ts';
const EXAMPLES = 'examples/pages/public/style.css';

/** The colours of a style sheet: its custom properties, light and dark, in their order. */
function readColours(path: string): readonly string[] {
  const text = readFileSync(new URL(path, ROOT), 'utf8');
  return [...text.matchAll(/^\s+(--[\w-]+: [^;]+);$/gm)].map(([, one]) => one!);
}

test('the pages of the examples have the colours of the console', () => {
  const colours = readColours(CONSOLE);
  expect(colours.length).toBeGreaterThan(30);
  expect(readColours(EXAMPLES)).toEqual(colours);
});
