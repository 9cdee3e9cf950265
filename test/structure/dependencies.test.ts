import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkCatalog, checkLockfile, checkVersions } from './dependencies.js';
import { readSources } from './read-sources.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const manifests = readSources(
  root,
  ['packages', 'examples', 'test'],
  (path) => path.endsWith('/package.json') && !path.includes('/node_modules/'),
);

describe('the workspace', () => {
  test('has manifests to check', () => {
    expect([...manifests.keys()]).toContain('packages/core/package.json');
    expect([...manifests.keys()]).toContain('test/package.json');
  });

  test('depends on exact versions only', () => {
    const all = [read('package.json'), ...manifests.values()];
    expect(all.flatMap((text) => checkVersions(JSON.parse(text)))).toEqual([]);
    expect(checkCatalog(parse(read('pnpm-workspace.yaml')).catalog)).toEqual([]);
  });

  test('locks versions and hashes, and no host to get them from', () => {
    expect(checkLockfile(read('pnpm-lock.yaml'))).toEqual([]);
  });
});

describe('the rules', () => {
  test.each(['^1.0.0', '~1.0.0', '1.x', '>=1.0.0', 'latest', '*', '', 'https://a.example/a.tgz'])(
    'refuse the version "%s"',
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
