import { readFileSync, writeFileSync } from 'node:fs';
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
import { describeBundles } from './bundles.js';
import { packageNames, readEntryPoints, readScripts } from './packed-package.js';
import { run, runTool } from './run.js';
import { NEST, Scratch } from './scratch.js';
import { describeTestRunners } from './test-runners.js';
import { describeTestingGuide } from './testing-guide.js';

// Everything here is about what was built: run the build first (`npm test` does).

/** Their types would be an error in a CommonJS project (TS1479), or tie ours to their version. */
const UNNAMED = ['jose', 'oauth4webapi', 'undici', '@remix-run/node-fetch-server'];

const scratch = new Scratch();

beforeAll(() => scratch.install());
afterAll(() => scratch.remove());

/** Files of an installed package by their path inside it. */
function readInstalled(name: string, accept: RegExp): Sources {
  return readSources(scratch.get(name).installed, ['.'], (path) => accept.test(path));
}

describe.each(packageNames)('the tarball of %s', (name) => {
  test('passes publint --strict', async () => {
    await runTool('publint', [scratch.get(name).tarball, '--strict'], scratch.folder);
  });

  test('has types that every supported moduleResolution finds', async () => {
    const { tarball, manifest } = scratch.get(name);
    const scripts = readScripts(manifest);
    const untyped = scripts.length > 0 ? ['--exclude-entrypoints', ...scripts] : [];
    await runTool('attw', [tarball, ...untyped], scratch.folder);
  });

  test('holds the build, the licence and the documents, and nothing else', () => {
    const paths = [...readInstalled(name, /./).keys()];
    const isExpected =
      /^(package\.json|bin\/[\w-]+\.js|LICENSE|README\.md|dist\/[\w/-]+(\.d|\.global)?\.c?[jt]s(\.map)?|dist\/third-party-licenses\.txt|operations\/[\w-]+\.(?:json|yaml)|docs\/(?:[\w-]+\/)?[\w-]+\.md)$/;
    expect(paths.filter((path) => !isExpected.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md']));
  });

  test('has source maps that are complete and contain no foreign sources', () => {
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

  test('uses no type of a package that CommonJS cannot load, nor of a replaceable one', () => {
    const declarations = readInstalled(name, /\.d\.c?ts$/);
    expect(declarations.size).toBeGreaterThanOrEqual(2);
    const packages = [...declarations.values()].flatMap(readImports).map(readPackageName);
    expect(packages.filter((one) => UNNAMED.includes(one))).toEqual([]);
  });

  test('does not mention the workspace', () => {
    const manifest = readFileSync(join(scratch.get(name).installed, 'package.json'), 'utf8');
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

  test('and the adapters of Requests bundle for runtimes other than Node', async () => {
    const entries = ['core', 'fetch', 'hono'].flatMap((name) =>
      readEntryPoints(scratch.get(name).manifest),
    );
    const contents = entries.map((entry) => `export * from '${entry}';`).join('\n');
    const { errors } = await build({
      stdin: { contents, resolveDir: scratch.folder },
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
  ['nodenext', 'module', { module: 'nodenext' }],
  ['nodenext', 'commonjs', { module: 'nodenext' }],
  ['node16', 'commonjs', { module: 'node16' }],
  ['bundler', 'module', { module: 'esnext', moduleResolution: 'bundler' }],
  [
    'node10',
    'commonjs',
    { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' },
  ],
])('a project in TypeScript with moduleResolution %s, type %s', (resolution, type, options) => {
  test('compiles without skipLibCheck, and runs', async () => {
    // There, a CommonJS program may not import the types of ES modules.
    const isOld = resolution === 'node16';
    const project = scratch.createProject(`${resolution}-${type}`, ['typescript'], {
      type,
      ...(isOld && { without: NEST }),
    });
    scratch.writeCompilerOptions(project, options);
    await runTool('tsc', ['-p', project], project);
    const output = await run(process.execPath, ['out/run.js'], project);
    expect(output.match(/allowed and denied/g)).toHaveLength(4);
  });
});

// With skipLibCheck, because those two types of req.auth contradict each other.
test('compiles in one program with other libraries that type req.auth', async () => {
  for (const name of ['express-oauth2-jwt-bearer', '@modelcontextprotocol/sdk']) {
    scratch.link(name);
  }
  const project = scratch.createProject('coexist', ['coexist'], { type: 'module' });
  await runTool('tsc', ['-p', project], project);
});

describe('claims and scopes have types', () => {
  const libraries = ['@koa/router', 'arktype', 'valibot', 'zod'];

  test.each([
    ['5.4', '../runtimes/node_modules/typescript54/bin/tsc'],
    ['5.9', '../runtimes/node_modules/typescript59/bin/tsc'],
    ['6', '../node_modules/typescript/bin/tsc'],
    ['7', '../runtimes/node_modules/typescript7/bin/tsc'],
  ])('under TypeScript %s', async (version, compiler) => {
    for (const name of libraries) scratch.link(name);
    const project = scratch.createProject(`typed-${version}`, ['typed'], { type: 'module' });
    const tsc = fileURLToPath(new URL(compiler, import.meta.url));
    expect(await run(process.execPath, [tsc, '--version'], project)).toContain(
      `Version ${version}`,
    );
    await run(process.execPath, [tsc, '-p', project], project);
  });
});

test.each(['mjs', 'cjs'])(
  'a project in JavaScript runs, and loads every entry: .%s',
  async (ext) => {
    const project = scratch.createProject(`javascript-${ext}`, ['javascript']);
    expect(await run(process.execPath, [`main.${ext}`], project)).toContain(
      'core allowed and denied',
    );
    await run(process.execPath, [`entries.${ext}`], project);
  },
);

test.each([
  ['sqlite', 'libsql', 'openSqlite', "{ file: 'x.db', driver: 'libsql' }"],
  ['postgres', 'pg', 'openPostgres', "{ connectionString: 'postgres://127.0.0.1/none' }"],
])(
  '@mandate/sql/%s names the driver to install if %s is missing',
  async (entry, driver, open, options) => {
    const project = scratch.createProjectWithout(driver);
    const ask = `open(${options}).catch((error) => console.log(error.message))`;
    const required = `const { ${open}: open } = require('@mandate/sql/${entry}'); ${ask};`;
    const imported = `import { ${open} as open } from '@mandate/sql/${entry}'; ${ask};`;
    writeFileSync(join(project, 'ask.cjs'), required);
    writeFileSync(join(project, 'ask.mjs'), imported);
    for (const program of ['ask.cjs', 'ask.mjs']) {
      const output = await run(process.execPath, [program], project);
      expect(output).toContain(`${open} needs the package "${driver}"`);
    }
  },
);

describeTestRunners(scratch);
describeTestingGuide(scratch);
describeBundles(scratch);
