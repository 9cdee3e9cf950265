import { isBuiltin } from 'node:module';
import {
  hasDefaultExport,
  isRelative,
  readImports,
  readPackageName,
  resolveRelative,
  type Sources,
} from './read-sources.js';

// Each rule answers what breaks it, one sentence each; nothing is the good answer.
type Broken = readonly string[];

/** What a package may import: packages of ours, and others. Without a list of others, any that it likes. */
const MAY_IMPORT: Record<string, { mandate: readonly string[]; others?: readonly string[] }> = {
  internal: { mandate: [], others: ['jose'] },
  core: { mandate: [], others: ['jose', 'oauth4webapi'] },
  express: { mandate: ['core'], others: ['express', '@remix-run/node-fetch-server'] },
  koa: { mandate: ['core'], others: ['koa', '@remix-run/node-fetch-server'] },
  hono: { mandate: ['core'], others: ['hono'] },
  fastify: { mandate: ['core'], others: ['fastify'] },
  nest: { mandate: ['core'], others: ['@nestjs/common', '@nestjs/core', 'reflect-metadata'] },
  fetch: { mandate: ['core'], others: [] },
  mcp: { mandate: ['core'], others: [] },
  opentelemetry: { mandate: ['core'], others: ['@opentelemetry/api'] },
  tokens: { mandate: ['core'] },
  issuer: { mandate: ['core'] },
  client: { mandate: [], others: [] },
  exports: { mandate: [] },
  sql: { mandate: ['tokens', 'issuer', 'exports'] },
  console: { mandate: ['tokens', 'exports'], others: ['hono'] },
  cli: {
    mandate: ['core', 'tokens', 'issuer', 'exports', 'sql', 'testing'],
    others: ['commander'],
  },
  testing: { mandate: ['core', 'tokens'], others: [] },
};

const SCOPE = '@mandate/';

/** Bundled into every package that imports it, so it must not import any of them. */
const INTERNAL = 'internal';

/** `core` of `packages/core/src/guard.ts`. */
const packageOf = (path: string): string => path.split('/')[1] ?? '';

export function checkDirection(sources: Sources): Broken {
  const broken: string[] = [];
  for (const [path, text] of sources) {
    const own = packageOf(path);
    const allowed = MAY_IMPORT[own];
    if (!allowed) {
      broken.push(`${path}: the package ${own} has no place in the direction of imports`);
      continue;
    }
    for (const specifier of readImports(text)) {
      if (isRelative(specifier)) {
        const target = resolveRelative(sources, path, specifier);
        if (!target) broken.push(`${path}: ${specifier} is not a source file`);
        else if (packageOf(target) !== own) broken.push(`${path}: ${specifier} leaves the package`);
        continue;
      }
      if (isBuiltin(specifier)) continue;
      const name = readPackageName(specifier);
      const [list, imported] = name.startsWith(SCOPE)
        ? [allowed.mandate, name.slice(SCOPE.length)]
        : [allowed.others, name];
      if (list && !list.includes(imported) && name !== `${SCOPE}${INTERNAL}`)
        broken.push(`${path}: may not import ${specifier}`);
    }
  }
  return broken;
}

/** Type-only imports count: a cycle of types is two files that cannot be read one after the other. */
export function checkCycles(sources: Sources): Broken {
  return findCycles(readImportGraph(sources, (path) => path));
}

/**
 * Folders of a package are read one after the other as well. A file beside the folders, such as an
 * entry, counts for itself.
 */
export function checkFolderCycles(sources: Sources): Broken {
  return findCycles(readImportGraph(sources, readFolder));
}

/** `packages/core/src/jwt` of `packages/core/src/jwt/claims.ts`; of `packages/core/src/guard.ts` itself. */
function readFolder(path: string): string {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return folder.endsWith('/src') ? path : folder;
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Which places import which others, where a place is what `toPlace` makes of a file's path. */
function readImportGraph(sources: Sources, toPlace: (path: string) => string): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    const place = toPlace(path);
    const targets = graph.get(place) ?? new Set();
    graph.set(place, targets);
    for (const specifier of readImports(text)) {
      const target = isRelative(specifier) && resolveRelative(sources, path, specifier);
      if (!target) continue;
      // A file that imports itself is a cycle; two files of one folder are not.
      if (toPlace(target) !== place || target === path) targets.add(toPlace(target));
    }
  }
  return graph;
}

function findCycles(graph: Graph): Broken {
  const broken: string[] = [];
  const done = new Set<string>();

  function visit(place: string, trail: readonly string[]): void {
    if (trail.includes(place)) {
      broken.push([...trail.slice(trail.indexOf(place)), place].join(' -> '));
      return;
    }
    if (done.has(place)) return;
    for (const target of graph.get(place) ?? []) visit(target, [...trail, place]);
    done.add(place);
  }

  for (const place of graph.keys()) visit(place, []);
  return broken;
}

/** Only `nodeEntry` names Node, and no other file builds on it: every other entry then runs anywhere. */
export function checkPortable(sources: Sources, nodeEntry: string): Broken {
  return [...sources].flatMap(([path, text]) =>
    readImports(text)
      .filter((specifier) =>
        isRelative(specifier)
          ? resolveRelative(sources, path, specifier) === nodeEntry
          : isBuiltin(specifier) && path !== nodeEntry,
      )
      .map((specifier) => `${path}: imports ${specifier}`),
  );
}

export function checkDefaultExports(sources: Sources): Broken {
  return [...sources]
    .filter(([, text]) => hasDefaultExport(text))
    .map(([path]) => `${path}: has a default export`);
}

/** A file is named after what it holds. */
export function checkNames(sources: Sources): Broken {
  return [...sources.keys()]
    .filter((path) => /(^|\/)(utils|types)\.[cm]?tsx?$/.test(path))
    .map((path) => `${path}: says nothing about what it holds`);
}

const TOP_LEVEL = [
  'packages',
  'examples',
  'test',
  'pnpm-workspace.yaml',
  'package.json',
  'tsconfig.base.json',
  'README.md',
  'pnpm-lock.yaml',
  'LICENSE',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
];

export function checkTopLevel(names: readonly string[]): Broken {
  return names
    .filter((name) => !name.startsWith('.') && !TOP_LEVEL.includes(name))
    .map((name) => `${name}: does not belong at the top level`);
}
