import { defineConfig } from 'tsup';

/** The whole package as one script, for pages without a bundler: it sets the global `MandateClient`. */
export default defineConfig({
  entry: { 'mandate-client': 'src/index.ts' },
  format: ['iife'],
  globalName: 'MandateClient',
  platform: 'browser',
  minify: true,
  treeshake: true,
  sourcemap: true,
  // Runs after the library's build and beside it: do not take its files away.
  clean: false,
  target: 'es2022',
});
