import { mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';

const bundles = new Map<string, Promise<string>>();
const directories: string[] = [];

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

/** A program, by its path from this directory, and the sources in one file, which starts several times faster. */
export function bundle(program: string): Promise<string> {
  const made = bundles.get(program) ?? make(program);
  bundles.set(program, made);
  return made;
}

async function make(program: string): Promise<string> {
  // Below the tests, from where the native module is found.
  const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));
  const directory = mkdtempSync(join(modules, '.programs-'));
  directories.push(directory);
  const outfile = join(directory, basename(program, '.ts').concat('.mjs'));
  await build({
    entryPoints: [fileURLToPath(new URL(program, import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['mandate-source'],
    external: ['libsql', 'pg-native'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    outfile,
  });
  return outfile;
}
