import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readImports, readSources, type Sources } from '../structure/read-sources.js';
import { checkPortable } from '../structure/rules.js';
import { installPackages, type PackedPackage, readEntryPoints } from './packed-package.js';
import { run, runTool } from './run.js';

// Everything here is about what was built: run the build first (`npm test` does).

/** Each folder of `fixtures` is a project of a user; its programs are compiled and run. */
const PROJECTS = [
  { fixture: 'esm-typescript', source: 'main.ts', program: 'out/main.js' },
  { fixture: 'commonjs-typescript', source: 'main.ts', program: 'out/main.js' },
  { fixture: 'javascript', source: 'main.mjs', program: 'main.mjs' },
  { fixture: 'javascript', source: 'main.cjs', program: 'main.cjs' },
];

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'mandate-packaging-'));
let packed: readonly PackedPackage[] = [];

beforeAll(async () => {
  packed = await installPackages(scratch);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const readPacked = (name: string, extension: RegExp): Sources =>
  readSources(scratch, [`node_modules/@mandate/${name}`], (path) => extension.test(path));

const packageNames = ['core', 'express', 'koa', 'hono'];

test('every package is packed', () => {
  expect(packed.map(({ manifest }) => manifest.name).sort()).toEqual(
    packageNames.map((name) => `@mandate/${name}`).sort(),
  );
});

describe.each(packageNames)('the tarball of %s', (name) => {
  const find = (): PackedPackage =>
    packed.find(({ manifest }) => manifest.name === `@mandate/${name}`) as PackedPackage;

  test('passes publint --strict', async () => {
    await runTool('publint', [find().tarball, '--strict'], scratch);
  });

  test('passes attw', async () => {
    // node10 knows no subpaths; no Node that we support resolves like it.
    await runTool('attw', [find().tarball, '--profile', 'node16', '--no-color'], scratch);
  });

  test('has its types for both module systems, and none of jose', () => {
    const declarations = readPacked(name, /\.d\.c?ts$/);
    expect(declarations.size).toBeGreaterThanOrEqual(2);
    const imports = [...declarations.values()].flatMap((text) => readImports(text));
    expect(imports.filter((specifier) => specifier.startsWith('jose'))).toEqual([]);
  });

  test('names nothing of the workspace', () => {
    const manifest = readFileSync(join(find().installed, 'package.json'), 'utf8');
    expect(manifest).not.toMatch(/mandate-source|workspace:|catalog:|src\//);
  });

  test('brings its licence and no sources of its own', () => {
    const paths = [...readPacked(name, /./).keys()];
    expect(paths).toContain(`node_modules/@mandate/${name}/LICENSE`);
    expect(paths.filter((path) => path.includes('/src/') || path.includes('.test.'))).toEqual([]);
  });
});

test.each([
  ['ESM', 'js'],
  ['CommonJS', 'cjs'],
])('core needs Node only behind its node entry, as %s', (_format, extension) => {
  const built = readPacked('core', new RegExp(`\\.${extension}$`));
  const nodeEntry = `node_modules/@mandate/core/dist/node.${extension}`;
  expect([...built.keys()]).toContain(nodeEntry);
  expect(checkPortable(built, nodeEntry)).toEqual([]);
});

describe.each(PROJECTS)('a project like $fixture/$source', ({ fixture, source, program }) => {
  test('imports every entry point', () => {
    const imports = readImports(readFileSync(join(fixtures, fixture, source), 'utf8'));
    const entryPoints = packed.flatMap(({ manifest }) => readEntryPoints(manifest));
    expect(imports).toEqual(expect.arrayContaining(entryPoints));
  });

  test('compiles and runs', async () => {
    const project = join(scratch, fixture);
    cpSync(join(fixtures, fixture), project, { recursive: true });
    if (source.endsWith('.ts')) await runTool('tsc', ['-p', project], project);
    expect(await run(process.execPath, [program], project)).toContain('refused by all hosts');
  });
});
