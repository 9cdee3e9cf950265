/** The parts of a package.json that name versions. */
export interface Manifest {
  readonly name?: string;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  /** Ranges by nature: what the application brings along. */
  readonly peerDependencies?: Record<string, string>;
}

const EXACT = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/;
const ELSEWHERE = /^(catalog:|workspace:)/;

/** What is neither one version nor a reference to where that version is written. */
export function checkVersions(manifest: Manifest): readonly string[] {
  const { name, dependencies, devDependencies, optionalDependencies } = manifest;
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, version]) => !EXACT.test(version) && !ELSEWHERE.test(version))
    .map(([dependency, version]) => `${name}: ${dependency} is ${version}`);
}

/**
 * Dependencies of a published package that are not a range from the catalog's version on. An exact version
 * would give an application two copies, and keep fixes from it.
 */
export function checkRanges(
  { name, dependencies }: Manifest,
  catalog: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(dependencies ?? {})
    .filter(([dependency, version]) => {
      const isOwn = version === 'workspace:^';
      return !isOwn && version !== `^${catalog[dependency]}`;
    })
    .map(([dependency, version]) => `${name}: ${dependency} is ${version}`);
}

/** Packages that the lockfile resolves to another version than the catalog's. */
export function checkLockedVersions(
  importers: Readonly<Record<string, LockedImporter>>,
  catalog: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(importers).flatMap(([importer, { dependencies }]) =>
    Object.entries(dependencies ?? {})
      .filter(
        ([name, { version }]) =>
          !/^link:/.test(version) &&
          catalog[name] !== undefined &&
          // The lockfile names an alias without its `npm:`.
          version.replace(/\(.*/, '') !== catalog[name].replace(/^npm:/, ''),
      )
      .map(([name, { version }]) => `${importer}: ${name} is locked to ${version}`),
  );
}

/** What the lockfile says about one package of the workspace. */
export interface LockedImporter {
  readonly dependencies?: Readonly<Record<string, { readonly version: string }>>;
}

/** Entries of a catalog that leave the version to the day of the installation. */
export function checkCatalog(catalog: Record<string, unknown>): readonly string[] {
  return Object.entries(catalog)
    .filter(([, version]) => !EXACT.test(String(version)))
    .map(([dependency, version]) => `catalog: ${dependency} is ${version}`);
}

/** Addresses in a lockfile: it would install from that host, wherever it is used. */
export function checkLockfile(text: string): readonly string[] {
  return text.split('\n').filter((line) => /[a-z]:\/\/|\btarball:/i.test(line));
}
