import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { build, transform } from 'esbuild';

/** @typedef {import('./package.mjs').Package} Package */

/** @type {import('esbuild').BuildOptions} */
const COMMON = {
  bundle: true,
  write: false,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  sourcemap: true,
  logLevel: 'error',
};

/**
 * ES modules: everything but our own internal package is imported from where it is installed.
 * @param {Package} one
 */
export async function buildModules(one) {
  for (const { path, text } of await bundle(one, [])) write(path, text);
}

/**
 * CommonJS, from ES modules with the same chunks: esbuild alone would put a copy of AuthError into each
 * entry, and `instanceof` would fail.
 * @param {Package} one
 */
export async function buildCommonJs(one) {
  const files = await bundle(one, one.bundledInCommonJs);
  for (const { path, text } of files.filter(({ path }) => path.endsWith('.js'))) {
    const map = files.find((file) => file.path === `${path}.map`)?.text ?? '';
    const comment = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`;
    const result = await transform(
      `${text.replace(/\/\/# sourceMappingURL=.*\s*$/, '')}${comment}`,
      {
        format: 'cjs',
        // As require: Jest runs no import() in CommonJS.
        supported: { 'dynamic-import': false },
        platform: 'node',
        target: 'es2022',
        sourcemap: true,
        sourcefile: path,
      },
    );
    const renamed = path.replace(/\.js$/, '.cjs');
    const code = result.code.replace(/(require\("\.{1,2}\/[^"]+)\.js"\)/g, '$1.cjs")');
    write(
      renamed,
      `${code}//# sourceMappingURL=${renamed.slice(dirname(renamed).length + 1)}.map\n`,
    );
    // Without code of its own, esbuild would name the file it was given, by its place on this machine.
    const isEmpty = JSON.parse(map).sources.length === 0;
    write(`${renamed}.map`, isEmpty ? map : result.map);
  }
  writeLicenses(one);
}

/**
 * @param {Package} one
 * @param {readonly string[]} included packages to bundle although they are dependencies
 */
async function bundle({ folder, dist, entries }, included) {
  const { outputFiles } = await build({
    ...COMMON,
    absWorkingDir: folder,
    entryPoints: Object.entries(entries).map(([out, source]) => ({
      in: join(folder, source),
      out,
    })),
    outdir: dist,
    plugins: [keepImports(included)],
  });
  return outputFiles.map(({ path, text }) => ({
    path,
    text: path.endsWith('.map') ? hideFolders(text, dirname(path), folder) : text,
  }));
}

/**
 * Leaves imports of other packages as they are.
 * @param {readonly string[]} included
 * @returns {import('esbuild').Plugin}
 */
const keepImports = (included) => ({
  name: 'keep-imports',
  setup(context) {
    context.onResolve({ filter: /^[^.]/ }, ({ path, kind, importer }) => {
      if (kind === 'entry-point' || importer.includes('/node_modules/')) return undefined;
      const [first, second] = path.split('/');
      const name = path.startsWith('@') ? `${first}/${second}` : first;
      const isIncluded = name === '@mandate/internal' || included.includes(name);
      return isIncluded ? undefined : { path, external: true };
    });
    // Their own source maps name files that they do not publish.
    context.onLoad({ filter: /\/node_modules\/.*\.m?js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/gm, ''),
    }));
  },
});

/**
 * Names the sources in a source map by their place in the package, or as `node_modules/jose/…`.
 * @param {string} text
 * @param {string} from
 * @param {string} folder
 */
function hideFolders(text, from, folder) {
  const map = JSON.parse(text);
  map.sources = map.sources.map((source) => {
    const path = relative(folder, join(from, source));
    const inModules = path.lastIndexOf('node_modules/');
    const moved =
      inModules >= 0 ? path.slice(inModules) : path.replace(/^\.\.\/internal\/src/, 'src/internal');
    return relative(from, join(folder, moved));
  });
  return JSON.stringify(map);
}

/**
 * The licences of what the CommonJS build includes.
 * @param {Package} one
 */
function writeLicenses({ folder, dist, bundledInCommonJs }) {
  if (bundledInCommonJs.length === 0) return;
  const require = createRequire(join(folder, 'package.json'));
  const texts = bundledInCommonJs.map((name) => {
    const main = require.resolve(name);
    const start = main.lastIndexOf(`/node_modules/${name}/`);
    const path = main.slice(0, start + `/node_modules/${name}/`.length);
    const license = ['LICENSE', 'LICENSE.md'].map((file) => read(join(path, file))).find(Boolean);
    if (license === undefined) throw new Error(`${name} has no LICENSE file`);
    return `The CommonJS build includes ${name}:\n\n${license.trim()}\n`;
  });
  write(join(dist, 'third-party-licenses.txt'), texts.join('\n'));
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
