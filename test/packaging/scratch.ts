import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  installPackages,
  linkDependency,
  type PackedPackage,
  readEntryPoints,
  testModules,
} from './packed-package.js';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

/** Nest 12 consists of ES modules, and loads packages that few install: nothing can bundle it, and not all can require it. */
export const NEST = '@mandate/nest';

interface ProjectOptions {
  /** Default `'commonjs'`. */
  readonly type?: string;
  /** An entry that the project does not import. */
  readonly without?: string;
}

/** A folder in which all our packages are installed as from a registry, with projects that use them. */
export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), 'mandate-packaging-'));
  readonly #others: string[] = [];
  #packed: ReadonlyMap<string, PackedPackage> = new Map();

  async install(): Promise<void> {
    this.#packed = await installPackages(this.folder);
  }

  remove(): void {
    for (const folder of [this.folder, ...this.#others]) {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** The package of a folder in `packages/`. */
  get(name: string): PackedPackage {
    const one = this.#packed.get(name);
    if (one === undefined) throw new Error(`${name} is not installed`);
    return one;
  }

  /** Everything that can be imported: `@mandate/core`, `@mandate/core/node`, … */
  listEntryPoints(): readonly string[] {
    return [...this.#packed.values()].flatMap(({ manifest }) => readEntryPoints(manifest));
  }

  /** Copies fixtures, files or whole folders, into a project, beside programs that import every entry. */
  createProject(
    name: string,
    sources: readonly string[],
    { type = 'commonjs', without }: ProjectOptions = {},
  ): string {
    const project = join(this.folder, name);
    mkdirSync(project, { recursive: true });
    for (const source of ['issuer.cjs', ...sources]) {
      const from = join(fixtures, source);
      const to = statSync(from).isDirectory() ? project : join(project, basename(source));
      cpSync(from, to, { recursive: true });
    }
    const entries = this.listEntryPoints().filter((entry) => entry !== without);
    const write = (file: string, text: string) => writeFileSync(join(project, file), text);
    write('package.json', JSON.stringify({ private: true, type }));
    write('entries.cjs', entries.map((entry) => `require('${entry}');`).join('\n'));
    write('entries.mjs', entries.map((entry) => `import '${entry}';`).join('\n'));
    const named = entries.map((entry, i) => `export * as entry${i} from '${entry}';`);
    write('entries.ts', named.join('\n'));
    return project;
  }

  /** Installs a library that the test package depends on. */
  link(name: string): void {
    linkDependency(this.folder, name, testModules);
  }

  /** A project elsewhere that has everything but one library. */
  createProjectWithout(name: string): string {
    const project = mkdtempSync(join(tmpdir(), 'mandate-packaging-'));
    this.#others.push(project);
    const from = join(this.folder, 'node_modules');
    const to = join(project, 'node_modules');
    mkdirSync(to);
    for (const entry of readdirSync(from).filter((one) => one !== name)) {
      // A copy of ours, because a link would find the library beside its real place.
      if (entry === '@mandate') cpSync(join(from, entry), join(to, entry), { recursive: true });
      else symlinkSync(join(from, entry), join(to, entry));
    }
    return project;
  }

  /** Changes a project's compiler options. */
  writeCompilerOptions(project: string, options: Readonly<Record<string, unknown>>): void {
    const path = join(project, 'tsconfig.json');
    const config = JSON.parse(readFileSync(path, 'utf8'));
    const compilerOptions = { ...config.compilerOptions, ...options };
    writeFileSync(path, JSON.stringify({ ...config, compilerOptions }));
  }
}
