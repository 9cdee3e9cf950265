import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { root } from './package.mjs';

/** @typedef {import('./package.mjs').Package} Package */

/**
 * Writes the types of all packages from one program, which is most of what a build costs. Types are not
 * checked here: `npm run typecheck` does.
 * @param {readonly Package[]} packages
 */
export function emitDeclarations(packages) {
  const sources = packages.flatMap(({ folder, entries }) =>
    Object.values(entries).map((source) => join(folder, source)),
  );
  // As files of the program: what is found through `node_modules` gets no declaration.
  const internal = ts.sys.readDirectory(INTERNAL, ['.ts']);
  const emitted = emit([...sources, ...internal]);
  for (const one of packages) {
    for (const path of listReachable(one, emitted)) {
      const text = readDeclaration(path, emitted);
      writeBoth(one, path, text);
    }
  }
}

/**
 * @param {readonly string[]} sources
 * @returns {ReadonlyMap<string, string>} declarations by source file without extension
 */
function emit(sources) {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root);
  const program = ts.createProgram(sources, {
    ...options,
    jsx: ts.JsxEmit.ReactJSX,
    jsxImportSource: 'hono/jsx',
    declaration: true,
    emitDeclarationOnly: true,
    noCheck: true,
    stripInternal: true,
    types: ['node'],
    typeRoots: [join(root, 'test/node_modules/@types')],
  });
  const emitted = new Map();
  const { diagnostics } = program.emit(undefined, (_path, text, _mark, _onError, [source]) => {
    if (source !== undefined) emitted.set(withoutExtension(source.fileName), text);
  });
  if (diagnostics.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, formatHost));
  return emitted;
}

/**
 * The declarations that an entry leads to: what is inside a package stays there.
 * @param {Package} one
 * @param {ReadonlyMap<string, string>} emitted
 */
function listReachable({ folder, entries }, emitted) {
  const reached = new Set();
  const visit = (path) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const { fileName } of readImports(readDeclaration(path, emitted))) {
      const target = resolve(path, fileName);
      if (target !== undefined) visit(target);
    }
  };
  for (const source of Object.values(entries)) visit(withoutExtension(join(folder, source)));
  return reached;
}

/**
 * Writes a declaration twice, with imports that lead to `.js` and to `.cjs`.
 * @param {Package} one
 * @param {string} path
 * @param {string} text
 */
function writeBoth({ folder, dist }, path, text) {
  const target = toPlace(folder, path);
  for (const [extension, declaration] of [
    ['.js', '.d.ts'],
    ['.cjs', '.d.cts'],
  ]) {
    let result = text;
    for (const { pos, fileName } of readImports(text).reverse()) {
      const imported = resolve(path, fileName);
      if (imported === undefined) continue;
      const way = relative(dirname(target), toPlace(folder, imported)) + extension;
      const specifier = way.startsWith('.') ? way : `./${way}`;
      const start = result.indexOf(fileName, pos);
      result = result.slice(0, start) + specifier + result.slice(start + fileName.length);
    }
    const file = join(dist, target + declaration);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, result);
  }
}

/**
 * Where a declaration is in `dist`: internal files get a folder of their own.
 * @param {string} folder
 * @param {string} path
 */
const toPlace = (folder, path) =>
  path.startsWith(`${INTERNAL}/`)
    ? join('internal', relative(INTERNAL, path))
    : relative(join(folder, 'src'), path);

const INTERNAL = join(root, 'packages/internal/src');

/**
 * The source that an import names, or `undefined` if another package has it.
 * @param {string} from
 * @param {string} specifier
 */
function resolve(from, specifier) {
  if (specifier.startsWith('@mandate/internal/')) {
    return join(INTERNAL, specifier.slice('@mandate/internal/'.length));
  }
  return specifier.startsWith('.') ? withoutExtension(join(dirname(from), specifier)) : undefined;
}

/**
 * @param {string} path
 * @param {ReadonlyMap<string, string>} emitted
 */
function readDeclaration(path, emitted) {
  const text = emitted.get(path);
  if (text === undefined) throw new Error(`${path} has no declaration`);
  return text;
}

/** @param {string} text */
const readImports = (text) => ts.preProcessFile(text).importedFiles;

/** @param {string} path */
const withoutExtension = (path) => path.replace(/(\.d)?\.[cm]?[jt]sx?$/, '');

const formatHost = {
  getCanonicalFileName: (path) => path,
  getCurrentDirectory: () => root,
  getNewLine: () => '\n',
};
