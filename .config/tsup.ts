import { defineConfig } from 'tsup';

/** How every package is built: ESM and CommonJS, each with its own types. */
export const library = (entry: string[]) =>
  defineConfig({
    entry,
    format: ['esm', 'cjs'],
    // tsup sets baseUrl, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
    // For CommonJS too: else each entry point has an AuthError of its own, and instanceof fails.
    splitting: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    target: 'es2022',
  });
