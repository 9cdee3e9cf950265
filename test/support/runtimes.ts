import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A JavaScript runtime that runs a bundled program. */
export interface Runtime {
  readonly name: string;
  /** The executable and its arguments; the program follows. */
  readonly command: readonly [string, ...string[]];
}

const find = (path: string): string =>
  fileURLToPath(new URL(`../runtimes/node_modules/${path}`, import.meta.url));

const ALL: readonly Runtime[] = [
  { name: 'Node', command: [process.execPath] },
  { name: 'Bun', command: [find('bun/bin/bun.exe'), 'run'] },
  { name: 'Deno', command: [find('deno/deno'), 'run', '--quiet', '--no-remote', '--allow-all'] },
];

/**
 * The runtimes that are installed. Bun and Deno are optional dependencies, because not every platform
 * has them. In continuous integration a missing runtime is an error, so the tests cannot pass by not
 * running.
 */
export function findRuntimes(): readonly Runtime[] {
  return findInstalled(ALL);
}

const VERSIONS: readonly Runtime[] = [20, 22, 24, 26].map((version) => ({
  name: `Node ${version}`,
  command: [find(`node-${version}/bin/node`)],
}));

/** The installed versions of Node, beside the one that runs the tests. */
export function findNodeVersions(): readonly Runtime[] {
  return findInstalled(VERSIONS);
}

function findInstalled(all: readonly Runtime[]): readonly Runtime[] {
  const missing = all.filter(({ command }) => !existsSync(command[0])).map(({ name }) => name);
  if (missing.length > 0 && process.env['CI']) throw new Error(`not installed: ${missing}`);
  for (const name of missing) console.warn(`${name} is not installed, so nothing is tested on it`);
  return all.filter(({ name }) => !missing.includes(name));
}
