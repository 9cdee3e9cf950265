import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PACKAGES = fileURLToPath(new URL('../../packages/', import.meta.url));
const documented = readdirSync(PACKAGES).filter((name) => existsSync(`${PACKAGES}${name}/docs`));

test('some packages have guides', () => {
  expect(documented).toEqual(expect.arrayContaining(['core', 'exports', 'tokens']));
});

test.each(documented)('the guides of %s are published with it', (name) => {
  const { files } = JSON.parse(readFileSync(`${PACKAGES}${name}/package.json`, 'utf8'));
  expect(files).toContain('docs');
});
