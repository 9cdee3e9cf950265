import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ExportedName, listExportedNames } from './exported-names.js';

const names = listExportedNames();
const entries = [...new Set(names.map(({ entry }) => entry))];

/** What hosts of their own are made with is explained where adapters are; drop-in entries have a guide each. */
const documentOf = ({ folder, entry }: ExportedName): string => {
  if (entry === '@mandate/core/adapter') return 'CONTRIBUTING.md';
  const [, peer] = /\/compat\/(.*)$/.exec(entry) ?? [];
  if (peer === undefined) return `packages/${folder}/README.md`;
  return `packages/core/docs/migrating/${peer === 'jwk' ? 'hono' : peer}.md`;
};

const readRoot = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('every exported name', () => {
  test('has names to look for', () => {
    expect(entries).toEqual(expect.arrayContaining(['@mandate/core/openapi', '@mandate/client']));
    expect(names.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['createGuard', 'GuardOptions.realm', 'OpenApiOptions.prefix']),
    );
  });

  test.each(entries)('%s', (entry) => {
    const missing = names.filter((one) => {
      if (one.entry !== entry) return false;
      const isNamed = new RegExp(`\\b${one.word}\\b`).test(readRoot(documentOf(one)));
      return !isNamed;
    });
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});
