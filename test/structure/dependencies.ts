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
