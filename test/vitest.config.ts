import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { defineConfig } from 'vitest/config';
import { groupTests } from './support/test-projects.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Vite's own compiler leaves TC39 decorators as they are, which no Node runs: use the build's. */
const compileWithEsbuild = {
  name: 'compile-with-esbuild',
  enforce: 'pre' as const,
  transform: (code: string, id: string) =>
    /\.tsx?$/.test(id)
      ? transform(code, {
          loader: id.endsWith('.tsx') ? 'tsx' : 'ts',
          target: 'es2022',
          jsx: 'automatic',
          jsxImportSource: 'hono/jsx',
          sourcefile: id,
          sourcemap: true,
        })
      : undefined,
};

export default defineConfig({
  root,
  oxc: false,
  plugins: [compileWithEsbuild],
  // Tests run on the sources; what is built is tried by test/packaging.
  resolve: { conditions: ['mandate-source'] },
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
