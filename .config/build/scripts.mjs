import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {import('./package.mjs').Package} Package */

/**
 * Builds the scripts for pages without a bundler. Each is minified and sets one global.
 * @param {Package} one
 * @param {typeof import('esbuild').build} build
 */
export async function buildScripts({ folder, dist, scripts }, build) {
  for (const [name, source] of Object.entries(scripts)) {
    const { outputFiles } = await build({
      entryPoints: [join(folder, source)],
      bundle: true,
      write: false,
      minify: true,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      logLevel: 'error',
    });
    replace(join(dist, name), dist, outputFiles[0].text);
  }
}

/**
 * Writes a file at once, and only if it changes: another process may be serving it.
 * @param {string} path
 * @param {string} folder
 * @param {string} text
 */
function replace(path, folder, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(folder, { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
