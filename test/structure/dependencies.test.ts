import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  checkCatalog,
  checkLockedVersions,
  checkLockfile,
  checkRanges,
  checkVersions,
} from './dependencies.js';
import { readSources } from './read-sources.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const manifests = readSources(
  root,
  ['packages', 'examples', 'test'],
  (path) => path.endsWith('/package.json') && !path.includes('/node_modules/'),
);

const { catalog } = parse(read('pnpm-workspace.yaml')) as {
  readonly catalog: Readonly<Record<string, string>>;
};
const parsed = [...manifests].map(([path, text]) => ({ path, manifest: JSON.parse(text) }));
const isPublished = ({ path, manifest }: (typeof parsed)[number]) =>
  path.startsWith('packages/') && manifest.private !== true;
const published = parsed.filter(isPublished).map(({ manifest }) => manifest);
const others = parsed.filter((one) => !isPublished(one)).map(({ manifest }) => manifest);

describe('the workspace', () => {
  test('has manifests to check', () => {
    expect([...manifests.keys()]).toContain('packages/core/package.json');
    expect([...manifests.keys()]).toContain('test/package.json');
  });

  test('depends on exact versions only', () => {
    const withoutRanges = published.map(({ dependencies: _, ...rest }) => rest);
    const all = [JSON.parse(read('package.json')), ...others, ...withoutRanges];
    expect(all.flatMap(checkVersions)).toEqual([]);
    expect(checkCatalog(catalog)).toEqual([]);
  });

  test('publishes ranges, and locks them to the versions of the catalog', () => {
    expect(published.length).toBeGreaterThan(9);
    expect(published.flatMap((manifest) => checkRanges(manifest, catalog))).toEqual([]);
    const { importers } = parse(read('pnpm-lock.yaml'));
    expect(checkLockedVersions(importers, catalog)).toEqual([]);
  });

  test.each(published.map((manifest) => [manifest.name, manifest] as const))(
    'publishes the entries of %s that it has here, also for moduleResolution node10',
    (_name, manifest) => {
      expect(manifest.publishConfig.exports).toEqual(withoutSources(manifest.exports));
      expect(listLegacyEntries(manifest)).toEqual(listTypes(manifest.exports));
    },
  );

  test('locks versions and hashes, but no host to download from', () => {
    expect(checkLockfile(read('pnpm-lock.yaml'))).toEqual([]);
  });
});

type Exports = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

function withoutSources(exports: Exports): Exports {
  return Object.fromEntries(
    Object.entries(exports).map(([subpath, target]) => {
      if (typeof target === 'string') return [subpath, target];
      const { 'mandate-source': _, ...rest } = target;
      return [subpath, rest];
    }),
  );
}

/** The types of each entry, by what is imported. */
function listTypes(exports: Exports): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(exports)
      .filter(([, target]) => typeof target !== 'string')
      .map(([subpath, target]) => {
        const { types } = (target as { readonly require: { readonly types: string } }).require;
        return [subpath, types];
      }),
  );
}

/** The same, as a compiler reads them that does not know `exports`. */
function listLegacyEntries({
  types,
  typesVersions,
}: {
  readonly types: string;
  readonly typesVersions?: { readonly '*': Readonly<Record<string, readonly string[]>> };
}): Readonly<Record<string, unknown>> {
  const subpaths = Object.entries(typesVersions?.['*'] ?? {});
  const entries = subpaths.map(([subpath, [path]]) => [`./${subpath}`, path]);
  return { '.': types, ...Object.fromEntries(entries) };
}

describe('the rules', () => {
  test.each(['^1.0.0', '~1.0.0', '1.x', '>=1.0.0', 'latest', '*', '', 'https://a.example/a.tgz'])(
    'reject the version "%s"',
    (version) => {
      expect(checkVersions({ dependencies: { a: version } })).toHaveLength(1);
      expect(checkVersions({ devDependencies: { a: version } })).toHaveLength(1);
      expect(checkVersions({ optionalDependencies: { a: version } })).toHaveLength(1);
      expect(checkCatalog({ a: version })).toHaveLength(1);
    },
  );

  test.each(['1.0.0', '1.0.0-beta.17', 'npm:@scope/a@1.0.0', 'catalog:', 'workspace:^'])(
    'accept the version "%s"',
    (version) => {
      expect(checkVersions({ dependencies: { a: version } })).toEqual([]);
    },
  );

  test.each([
    ['1.0.0', 1],
    ['catalog:', 1],
    ['^1.0.1', 1],
    ['^1.0.0', 0],
  ])('judge the dependency "%s" of a published package', (version, faults) => {
    expect(checkRanges({ dependencies: { a: version } }, { a: '1.0.0' })).toHaveLength(faults);
  });

  test.each([
    ['1.0.1', 1],
    ['1.0.0(b@2.0.0)', 0],
    ['link:../a', 0],
  ])('judge the locked version %s', (version, faults) => {
    const importers = { 'packages/core': { dependencies: { a: { version } } } };
    expect(checkLockedVersions(importers, { a: '1.0.0' })).toHaveLength(faults);
  });

  test('leave ranges to peer dependencies', () => {
    expect(checkVersions({ peerDependencies: { express: '^5.0.0' } })).toEqual([]);
  });

  test.each([
    "  '@a/b@https://a.example/b.tgz':",
    '    resolution: {integrity: sha512-a==, tarball: b.tgz}',
    '  a@git+ssh://git@a.example/b.git: {}',
  ])('find a host in the lockfile line %s', (line) => {
    expect(checkLockfile(`lockfileVersion: '9.0'\n${line}\n`)).toEqual([line]);
  });
});
