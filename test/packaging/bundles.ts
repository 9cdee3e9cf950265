import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { describe, expect, test } from 'vitest';
import webpack from 'webpack';
import { run } from './run.js';
import { NEST, type Scratch } from './scratch.js';

/** It has a native binary, which no bundler can include. */
const EXTERNAL = ['libsql', 'pg-native'];

const bun = fileURLToPath(new URL('../runtimes/node_modules/.bin/bun', import.meta.url));

type Bundle = (inputs: Readonly<Record<string, string>>, folder: string) => Promise<unknown>;

const bundlers: Readonly<Record<string, Bundle>> = {
  esbuild: (entryPoints, outdir) =>
    build({
      entryPoints,
      outdir,
      bundle: true,
      platform: 'node',
      format: 'esm',
      outExtension: { '.js': '.mjs' },
      external: EXTERNAL,
      // What CommonJS dependencies need in an ES module.
      banner: {
        js: "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
      },
      logLevel: 'error',
    }),

  rollup: async (input, dir) => {
    const bundle = await rollup({
      input,
      external: EXTERNAL,
      plugins: [nodeResolve({ preferBuiltins: true }), commonjs(), json()],
      logLevel: 'silent',
    });
    await bundle.write({
      dir,
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name]-[hash].mjs',
    });
  },

  webpack: (entry, path) =>
    new Promise((resolve, reject) => {
      const options: webpack.Configuration = {
        entry,
        mode: 'none',
        target: 'node20',
        experiments: { outputModule: true },
        externals: EXTERNAL.map((name) => ({ [name]: `commonjs ${name}` })),
        output: { path, filename: '[name].mjs', library: { type: 'module' } },
      };
      webpack(options, (error, stats) => {
        if (error) reject(error);
        else if (stats?.hasErrors()) reject(new Error(stats.toString('errors-only')));
        else resolve(undefined);
      });
    }),

  bun: (inputs, outdir) => {
    const external = EXTERNAL.flatMap((name) => ['--external', name]);
    const naming = ['--entry-naming', '[name].mjs'];
    const args = ['build', ...Object.values(inputs), '--outdir', outdir, '--target', 'node'];
    return run(bun, [...args, ...naming, ...external], dirname(outdir));
  },
};

/** Applications that are shipped as one file. */
export function describeBundles(scratch: Scratch): void {
  describe.each(Object.entries(bundlers))('a bundle by %s', (name, bundle) => {
    test('of each package builds and runs', async () => {
      const options = { without: NEST };
      const project = scratch.createProject(`bundles-${name}`, ['javascript'], options);
      const entries = scratch.listEntryPoints().filter((entry) => entry !== NEST);
      const inputs = writeInputs(project, entries);
      await bundle({ ...inputs, main: join(project, 'main.mjs') }, join(project, 'out'));
      const outputs = readdirSync(join(project, 'out')).filter((file) => file.endsWith('.mjs'));
      expect(outputs.length).toBeGreaterThan(Object.keys(inputs).length);
      const program = outputs.map((file) => `await import('./out/${file}');`).join('\n');
      writeFileSync(join(project, 'all.mjs'), program);
      expect(await run(process.execPath, ['all.mjs'], project)).toContain(
        'core allowed and denied',
      );
    });
  });

  test('a bundle for PostgreSQL has no code for SQLite, and vice versa', async () => {
    const project = scratch.createProject('bundles-sql', ['javascript']);
    const entries = ['@mandate/sql/postgres', '@mandate/sql/sqlite', '@mandate/sql/tokens'];
    const inputs = writeInputs(project, entries);
    await bundlers['esbuild']!(inputs, join(project, 'out'));
    const read = (entry: string) => readFileSync(join(project, `out/${toName(entry)}.mjs`), 'utf8');
    expect(read('@mandate/sql/postgres')).not.toContain('libsql');
    expect(read('@mandate/sql/sqlite')).not.toContain('node_modules/pg/');
    expect(read('@mandate/sql/tokens')).not.toMatch(/@mandate\/(issuer|exports)|libsql|\/pg\//);
  });

  test('a bundle that verifies issued tokens has no schema library', async () => {
    const project = scratch.createProject('bundles-verifier', ['javascript']);
    await bundlers['esbuild']!(writeInputs(project, ['@mandate/tokens']), join(project, 'out'));
    const text = readFileSync(join(project, 'out/mandate-tokens.mjs'), 'utf8');
    expect(text).not.toContain('zod');
  });

  test.each([
    ['@mandate/core', 16_000, []],
    ['@mandate/express', 4_000, ['@mandate/core', 'express']],
    ['@mandate/koa', 4_000, ['@mandate/core', 'koa']],
    ['@mandate/fastify', 4_000, ['@mandate/core', 'fastify']],
    [
      '@mandate/nest',
      // With the check at start-up.
      5_000,
      ['@mandate/core', '@nestjs/common', '@nestjs/core', 'reflect-metadata'],
    ],
    ['@mandate/fetch', 4_000, ['@mandate/core']],
    ['@mandate/mcp', 12_000, ['@mandate/core']],
    ['@mandate/hono', 4_000, ['@mandate/core', 'hono']],
  ] as const)('%s has at most %i bytes when compressed', async (entry, limit, external) => {
    const project = scratch.createProject('bundles-size', ['javascript']);
    const inputs = writeInputs(project, [entry]);
    const { outputFiles } = await build({
      entryPoints: inputs,
      outdir: project,
      write: false,
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      external: external.flatMap((name) => [name, `${name}/*`]),
    });
    expect(gzipSync(outputFiles[0]!.contents).length).toBeLessThanOrEqual(limit);
  });
}

const toName = (entry: string): string => entry.replace('@', '').replaceAll('/', '-');

/** A program for each entry point: it fails if the entry exports nothing. */
function writeInputs(project: string, entries: readonly string[]): Record<string, string> {
  const folder = join(project, 'inputs');
  mkdirSync(folder, { recursive: true });
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(folder, `${toName(entry)}.mjs`);
      const code = `import * as all from '${entry}';\nexport const names = Object.keys(all);\n`;
      writeFileSync(path, code);
      return [toName(entry), path];
    }),
  );
}
