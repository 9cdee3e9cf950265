import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = readFileSync(join(ROOT, 'packages/core/docs/dependencies.md'), 'utf8');

type Manifest = Readonly<
  Record<
    'dependencies' | 'peerDependencies' | 'optionalDependencies' | 'scripts',
    Readonly<Record<string, string>> | undefined
  >
> & { readonly name: string; readonly private?: boolean };

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Every package that is published, by its folder. */
const PUBLISHED = readdirSync(join(ROOT, 'packages'))
  .map((name) => join(ROOT, 'packages', name))
  .filter((folder) => existsSync(join(folder, 'package.json')) && !readManifest(folder).private);

const DRIVERS = ['libsql', 'pg'];

function listOthers(folder: string): readonly string[] {
  const { dependencies = {}, peerDependencies = {} } = readManifest(folder);
  const drivers = DRIVERS.filter((name) => name in peerDependencies);
  return [...Object.keys(dependencies), ...drivers].filter((name) => !name.startsWith('@mandate/'));
}

/** The folder of a dependency, as Node finds it from the folder of the package that depends on it. */
function findPackage(name: string, from: string): string | undefined {
  for (let folder = realpathSync(from); folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return realpathSync(found);
  }
  return undefined;
}

/** Adds the folders of all that a package brings with it. What is for another platform is not installed. */
function collect(folder: string, names: readonly string[], folders: Set<string>): void {
  for (const name of names) {
    const found = findPackage(name, folder);
    if (found === undefined || folders.has(found)) continue;
    folders.add(found);
    const { dependencies, optionalDependencies } = readManifest(found);
    collect(found, Object.keys({ ...dependencies, ...optionalDependencies }), folders);
  }
}

describe('the page about dependencies', () => {
  test('has a row with a reason for each, and names the packages that have it', () => {
    const users = new Map<string, string[]>();
    for (const folder of PUBLISHED) {
      const user = readManifest(folder).name.replace('@mandate/', '');
      for (const name of listOthers(folder)) {
        users.set(name, [...(users.get(name) ?? []), user]);
      }
    }
    const rows = [...DOCUMENT.matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]{20,}) \|$/gm)];
    const shown = rows.map(([, name, packages = '']) => [name, packages.split(', ').sort()]);
    const expected = [...users].map(([name, packages]) => [name, packages.sort()]);
    expect(shown.sort()).toEqual(expected.sort());
  });

  test('names the packages that have none', () => {
    const [sentence = ''] = /^`@mandate\/[^|]*?have no$/m.exec(DOCUMENT) ?? [];
    const shown = [...sentence.matchAll(/`(@mandate\/[a-z]+)`/g)].map(([, name]) => name);
    const expected = PUBLISHED.filter((folder) => listOthers(folder).length === 0);
    expect(shown).toEqual(expected.map((folder) => readManifest(folder).name));
  });
});

test('no package that users install has an install script', () => {
  const folders = new Set<string>();
  for (const folder of PUBLISHED) collect(folder, listOthers(folder), folders);
  // The drivers with their own dependencies alone are more.
  expect(folders.size).toBeGreaterThan(20);
  const withScripts = [...folders].filter((folder) => {
    const { scripts = {} } = readManifest(folder);
    return ['preinstall', 'install', 'postinstall'].some((name) => name in scripts);
  });
  expect(withScripts).toEqual([]);
});
