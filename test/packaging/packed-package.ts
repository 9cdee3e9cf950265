import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, runPnpm } from './run.js';

const packagesFolder = fileURLToPath(new URL('../../packages', import.meta.url));
export const testModules = fileURLToPath(new URL('../node_modules', import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package as a registry would get it. */
export interface PackedPackage {
  readonly tarball: string;
  /** Where it is installed. */
  readonly installed: string;
  readonly manifest: Manifest;
}

/** The folders of `packages/`: `core`, `express`, … */
export const packageNames: readonly string[] = readdirSync(packagesFolder).filter((name) => {
  const folder = join(packagesFolder, name);
  return existsSync(join(folder, 'package.json')) && !readManifest(folder).private;
});

/** Packs every package of ours and installs the tarballs into `project`, which needs no registry. */
export async function installPackages(
  project: string,
): Promise<ReadonlyMap<string, PackedPackage>> {
  const packed = await Promise.all(packageNames.map((name) => installPackage(project, name)));
  // What a TypeScript user on Node has beside them.
  for (const name of ['@types/node', 'ts-jest', 'typescript', 'vitest']) {
    linkDependency(project, name, testModules);
  }
  return new Map(packed.map((one, index) => [packageNames[index] as string, one]));
}

async function installPackage(project: string, name: string): Promise<PackedPackage> {
  const folder = join(packagesFolder, name);
  const tarball = join(project, `${name}.tgz`);
  await runPnpm(['pack', '--out', tarball], folder);
  const installed = join(project, 'node_modules/@mandate', name);
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '--strip-components=1'], installed);
  const manifest = readManifest(installed);
  for (const dependency of Object.keys({
    ...manifest.dependencies,
    ...manifest.peerDependencies,
  })) {
    if (!dependency.startsWith('@mandate/')) {
      linkDependency(project, dependency, join(folder, 'node_modules'));
    }
  }
  return { tarball, installed, manifest };
}

/** Links to the real place, so that a dependency finds its own dependencies beside it. */
export function linkDependency(project: string, name: string, modules: string): void {
  const target = join(project, 'node_modules', name);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(realpathSync(join(modules, name)), target);
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Scripts for pages, which are not imported: `./mandate-client.global.js`. */
export const readScripts = ({ exports }: Manifest): readonly string[] =>
  Object.keys(exports).filter((subpath) => subpath.endsWith('.js'));

/** What users write in an import: `@mandate/core`, `@mandate/core/node`. */
export const readEntryPoints = (manifest: Manifest): readonly string[] => {
  const scripts = readScripts(manifest);
  const subpaths = Object.keys(manifest.exports).filter((subpath) => !scripts.includes(subpath));
  return subpaths.map((subpath) => manifest.name + subpath.slice(1));
};
