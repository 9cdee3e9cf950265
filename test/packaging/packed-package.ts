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
import { run } from './run.js';

const packagesFolder = fileURLToPath(new URL('../../packages', import.meta.url));
const testModules = fileURLToPath(new URL('../node_modules', import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package as a registry would get it. */
export interface PackedPackage {
  /** Where its source is. */
  readonly folder: string;
  readonly tarball: string;
  /** Where it is installed. */
  readonly installed: string;
  readonly manifest: Manifest;
}

/** Packs every package of ours and installs the tarballs into `project`, which needs no registry. */
export async function installPackages(project: string): Promise<readonly PackedPackage[]> {
  const folders = readdirSync(packagesFolder)
    .map((name) => join(packagesFolder, name))
    .filter((folder) => existsSync(join(folder, 'package.json')));
  const packed = await Promise.all(folders.map((folder) => installPackage(project, folder)));
  for (const { folder, manifest } of packed) {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      linkDependency(project, name, join(folder, 'node_modules', name));
    }
  }
  // What a TypeScript user on Node has beside them.
  linkDependency(project, '@types/node', join(testModules, '@types/node'));
  return packed;
}

async function installPackage(project: string, folder: string): Promise<PackedPackage> {
  const { name } = readManifest(folder);
  const tarball = join(project, `${name.replace('@', '').replace('/', '-')}.tgz`);
  await run('pnpm', ['pack', '--out', tarball], folder);
  const installed = join(project, 'node_modules', name);
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '--strip-components=1'], installed);
  return { folder, tarball, installed, manifest: readManifest(installed) };
}

/** Links to the real place, so that a dependency finds its own dependencies beside it. */
function linkDependency(project: string, name: string, source: string): void {
  const target = join(project, 'node_modules', name);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(realpathSync(source), target);
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** What users write in an import: `@mandate/core`, `@mandate/core/node`. */
export const readEntryPoints = ({ name, exports }: Manifest): readonly string[] =>
  Object.keys(exports).map((subpath) => name + subpath.slice(1));
