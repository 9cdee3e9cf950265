import { defineConfig, type Options } from 'tsup';

/** One minified script for pages without a bundler: it sets one global. */
const script = (name: string, entry: string): Options => ({
  entry: { [`${name}.global`]: entry },
  format: ['iife'],
  outExtension: () => ({ js: '.js' }),
  platform: 'browser',
  minify: true,
  // Runs after the library's build and beside it: do not take its files away.
  clean: false,
  target: 'es2022',
});

// Apart, because a page that needs a token does not pay for the bridge.
export default defineConfig([
  script('mandate-client', 'src/token-script.ts'),
  script('mandate-service', 'src/service-script.ts'),
]);
