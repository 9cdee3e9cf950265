import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @typedef {object} Package
 * @property {string} name its folder: `core`
 * @property {string} folder
 * @property {string} dist
 * @property {boolean} isPublished
 * @property {Readonly<Record<string, string>>} entries source files by what is built from them: `node: 'src/node.ts'`
 * @property {Readonly<Record<string, string>>} scripts the same, of scripts for pages without a bundler
 * @property {readonly string[]} bundledInCommonJs
 */

/**
 * Reads which files a package exports. Its `exports` are the only list.
 * @param {string} name
 * @returns {Package}
 */
export function readPackage(name) {
  const folder = join(root, 'packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entries = {};
  const scripts = {};
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    const source = target['mandate-source'];
    if (source !== undefined) entries[source.replace(/^\.\/src\/|\.ts$/g, '')] = source.slice(2);
    if (subpath.endsWith('.global.js')) {
      const script = subpath.slice(2);
      scripts[script] = `src/${script.replace(/\.js$/, '.ts')}`;
    }
  }
  return {
    name,
    folder,
    dist: join(folder, 'dist'),
    isPublished: manifest.private !== true,
    entries,
    scripts,
    // Jest and other loaders of CommonJS cannot load these: they are ES modules only.
    bundledInCommonJs: ES_MODULES_ONLY.filter((one) => one in (manifest.dependencies ?? {})),
  };
}

const ES_MODULES_ONLY = ['jose', 'oauth4webapi', '@remix-run/node-fetch-server'];
