import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  // Tests run on the sources; what is built is tried by test/packaging.
  resolve: { conditions: ['mandate-source'] },
  ssr: { resolve: { conditions: ['mandate-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', 'test/support/reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['packages/*/src/**'] },
  },
});
