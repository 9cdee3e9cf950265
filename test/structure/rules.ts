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
  internal: { mandate: [], others: [] },
  core: { mandate: [], others: ['jose', 'memoirist'] },
  express: { mandate: ['core'], others: ['express', '@remix-run/node-fetch-server'] },
  koa: { mandate: ['core'], others: ['koa', '@remix-run/node-fetch-server'] },
  hono: { mandate: ['core'], others: ['hono'] },
  tokens: { mandate: ['core'] },
  issuer: { mandate: ['core'] },
  client: { mandate: [], others: [] },
  exports: { mandate: [] },
  sql: { mandate: ['tokens', 'issuer', 'exports'] },
  console: { mandate: ['tokens', 'exports'], others: ['hono'] },
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
        if (!target) broken.push(`${path}: ${specifier} is no source file`);
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
  const broken: string[] = [];
  const done = new Set<string>();

  function visit(path: string, trail: readonly string[]): void {
    if (trail.includes(path)) {
      broken.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const specifier of readImports(sources.get(path) ?? '')) {
      const target = isRelative(specifier) && resolveRelative(sources, path, specifier);
      if (target) visit(target, [...trail, path]);
    }
    done.add(path);
  }

  for (const path of sources.keys()) visit(path, []);
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
