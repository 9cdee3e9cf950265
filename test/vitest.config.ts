import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { defineConfig } from 'vitest/config';
import { groupTests } from './support/test-projects.js';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** What is written with the decorators of Nest. */
const NEST_SOURCE = /\/(?:test|examples)\/nest\//;
const NEST_OPTIONS = { compilerOptions: { experimentalDecorators: true } };

/** Vite's own compiler leaves TC39 decorators as they are, which no Node runs: use the build's. */
const compileWithEsbuild = {
  name: 'compile-with-esbuild',
  enforce: 'pre' as const,
  transform: (code: string, id: string) =>
    /\.tsx?(?:\?|$)/.test(id)
      ? transform(code, {
          loader: id.endsWith('.tsx') ? 'tsx' : 'ts',
          target: 'es2022',
          jsx: 'automatic',
          jsxImportSource: 'hono/jsx',
          sourcefile: id,
          sourcemap: true,
          ...(NEST_SOURCE.test(id) && { tsconfigRaw: NEST_OPTIONS }),
        })
      : undefined,
};

/** `…/test/nest11/nest.ts`, and the modules of `@mandate/nest` that were loaded for it: `…/src/index.ts?for=test/nest11`. */
const NEST = /(?:\/(test\/nest(?:11)?)\/[^/]+\.ts|\?for=(test\/nest(?:11)?))$/;

/** The part of a plugin's context that is used here. */
interface Resolver {
  resolve(
    specifier: string,
    importer: string | undefined,
    options: { readonly skipSelf: boolean },
  ): Promise<{ readonly id: string } | null>;
}

/** Loads `@mandate/nest` once for each version of Nest, which it finds where an application would. */
const loadForEachNest = {
  name: 'load-for-each-nest',
  enforce: 'pre' as const,
  async resolveId(this: Resolver, specifier: string, importer: string | undefined) {
    const [, application, given = application] = importer?.match(NEST) ?? [];
    if (given === undefined) return undefined;
    if (specifier === '@mandate/nest' || (application === undefined && specifier.startsWith('.'))) {
      const found = await this.resolve(specifier, importer?.split('?')[0], { skipSelf: true });
      return found && `${found.id}?for=${given}`;
    }
    const isNests = application === undefined && !specifier.startsWith('@mandate/');
    return isNests
      ? this.resolve(specifier, `${root}/${given}/nest.ts`, { skipSelf: true })
      : undefined;
  },
};

export default defineConfig({
  root,
  oxc: false,
  plugins: [loadForEachNest, compileWithEsbuild],
  // Tests run on the sources; what is built is tried by test/packaging.
  resolve: {
    conditions: ['mandate-source'],
    // The file that Node loads. Vite would load another copy, and graphql-js rejects the schemas of a copy.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  ssr: { resolve: { conditions: ['mandate-source'] } },
  test: {
    projects: [...groupTests(root)].map(([name, include]) => ({
      extends: true,
      test: { name, include: [...include] },
    })),
    reporters: ['default', 'test/support/reporter.ts'],
    // Two even on two cores: many tests wait, for other processes, browsers and databases.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Many times what anything takes, because a busy machine may be ten times slower. Only a test that
    // would wait for ever reaches these limits.
    expect: { poll: { timeout: 240_000, interval: 20 } },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What operators see when nothing observes; the tests that check it read it themselves.
    onConsoleLog: (log) => !log.startsWith('[mandate]'),
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
  },
});
