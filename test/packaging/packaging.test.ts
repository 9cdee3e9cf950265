import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  readImports,
  readPackageName,
  readSources,
  type Sources,
} from '../structure/read-sources.js';
import { checkPortable } from '../structure/rules.js';
import {
  installPackages,
  type PackedPackage,
  packageNames,
  readEntryPoints,
  readScripts,
} from './packed-package.js';
import { run, runTool } from './run.js';

// Everything here is about what was built: run the build first (`npm test` does).

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
/** Their types would be an error in a CommonJS project (TS1479), or tie ours to their version. */
const UNNAMED = ['jose', 'memoirist', 'oauth4webapi', 'undici', '@remix-run/node-fetch-server'];

const scratch = mkdtempSync(join(tmpdir(), 'mandate-packaging-'));
let packed: ReadonlyMap<string, PackedPackage>;

beforeAll(async () => {
  packed = await installPackages(scratch);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Files of an installed package by their path inside it. */
function readInstalled(name: string, accept: RegExp): Sources {
  return readSources(packed.get(name)!.installed, ['.'], (path) => accept.test(path));
}

describe.each(packageNames)('the tarball of %s', (name) => {
  test('passes publint --strict', async () => {
    await runTool('publint', [packed.get(name)!.tarball, '--strict'], scratch);
  });

  test('has types that every supported way of resolving finds', async () => {
    const { tarball, manifest } = packed.get(name)!;
    const scripts = readScripts(manifest);
    const untyped = scripts.length > 0 ? ['--exclude-entrypoints', ...scripts] : [];
    await runTool('attw', [tarball, ...untyped], scratch);
  });

  test('holds the build, the licence and what to read, and nothing else', () => {
    const paths = [...readInstalled(name, /./).keys()];
    const isExpected =
      /^(package\.json|LICENSE|(README|SECURITY)\.md|dist\/[\w/-]+(\.d|\.global)?\.c?[jt]s(\.map)?|dist\/third-party-licenses\.txt)$/;
    expect(paths.filter((path) => !isExpected.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md']));
  });

  test('has source maps that need nothing which is not in them, and show nothing from elsewhere', () => {
    const maps = readInstalled(name, /\.map$/);
    expect(maps.size).toBeGreaterThanOrEqual(2);
    const faults = [...maps].flatMap(([path, text]) => {
      const { sources, sourcesContent = [] } = JSON.parse(text);
      return sources.filter((source: string, i: number) => {
        const isOwn = /^(src|node_modules)\//.test(join(dirname(path), source));
        return !isOwn || typeof sourcesContent[i] !== 'string';
      });
    });
    expect(faults).toEqual([]);
  });

  test('names no type of a package that CommonJS cannot load, nor of one that may be exchanged', () => {
    const declarations = readInstalled(name, /\.d\.c?ts$/);
    expect(declarations.size).toBeGreaterThanOrEqual(2);
    const packages = [...declarations.values()].flatMap(readImports).map(readPackageName);
    expect(packages.filter((one) => UNNAMED.includes(one))).toEqual([]);
  });

  test('names nothing of the workspace', () => {
    const manifest = readFileSync(join(packed.get(name)!.installed, 'package.json'), 'utf8');
    expect(manifest).not.toMatch(/mandate-source|workspace:|catalog:|src\//);
  });
});

describe('core', () => {
  test.each(['.js', '.cjs', '.d.ts', '.d.cts'])('needs Node in dist/node%s only', (extension) => {
    const files = readInstalled('core', new RegExp(`^dist/[^.]+\\${extension}$`));
    const nodeEntry = `dist/node${extension}`;
    expect([...files.keys()]).toContain(nodeEntry);
    expect(checkPortable(files, nodeEntry)).toEqual([]);
  });

  test.each(['.js', '.cjs'])('has one AuthError for all its entry points: %s', (extension) => {
    const files = readInstalled('core', new RegExp(`^dist/[^.]+\\${extension}$`));
    const defining = [...files.values()].filter((text) =>
      /AuthError = class|class AuthError/.test(text),
    );
    expect(defining).toHaveLength(1);
  });

  test('and the Hono adapter bundle for runtimes other than Node', async () => {
    const entries = ['core', 'hono'].flatMap((name) => readEntryPoints(packed.get(name)!.manifest));
    const contents = entries.map((entry) => `export * from '${entry}';`).join('\n');
    const { errors } = await build({
      stdin: { contents, resolveDir: scratch },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      conditions: ['workerd', 'worker', 'browser'],
    });
    expect(errors).toEqual([]);
  });
});

describe.each([
  ['ESM', 'module', 'nodenext'],
  ['CommonJS', 'commonjs', 'nodenext'],
  ['CommonJS', 'commonjs', 'node16'],
])('a project in TypeScript, %s', (_title, type, module) => {
  test(`compiles as ${module} without skipLibCheck and runs`, async () => {
    const project = createProject('typescript', `${type}-${module}`, type);
    await runTool('tsc', ['-p', project, '--module', module], project);
    const output = await run(process.execPath, ['out/main.js'], project);
    expect(output.match(/allowed and denied/g)).toHaveLength(4);
  });
});

test.each(['main.mjs', 'main.cjs'])('a project in JavaScript runs %s', async (program) => {
  const project = createProject('javascript', program, 'commonjs');
  expect(await run(process.execPath, [program], project)).toContain('core allowed and denied');
});

test.each(['typescript/main.ts', 'javascript/main.mjs', 'javascript/main.cjs'])(
  '%s imports every entry point',
  (program) => {
    const imports = readImports(readFileSync(join(fixtures, program), 'utf8'));
    const entryPoints = [...packed.values()].flatMap(({ manifest }) => readEntryPoints(manifest));
    expect(imports).toEqual(expect.arrayContaining(entryPoints));
  },
);

/** Copies a fixture to where the packages are installed. */
function createProject(fixture: string, name: string, type: string): string {
  const project = join(scratch, name);
  cpSync(join(fixtures, fixture), project, { recursive: true });
  cpSync(join(fixtures, 'issuer.cjs'), join(project, 'issuer.cjs'));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type }));
  return project;
}
