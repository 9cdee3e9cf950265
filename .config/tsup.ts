import { defineConfig } from 'tsup';

/** How every package is built: ESM and CommonJS, each with its own types. */
export const library = (entry: string[]) =>
  defineConfig({
    entry,
    format: ['esm', 'cjs'],
    // tsup sets baseUrl, which TypeScript 6 calls deprecated.
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
    sourcemap: true,
    clean: true,
    treeshake: true,
    target: 'es2022',
  });
