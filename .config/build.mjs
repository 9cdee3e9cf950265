// Builds packages into their `dist`: `node .config/build.mjs`, or with folders of `packages/` as arguments.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { emitDeclarations } from './build/declarations.mjs';
import { buildCommonJs, buildModules } from './build/javascript.mjs';
import { readPackage, root } from './build/package.mjs';
import { buildScripts } from './build/scripts.mjs';

const all = readdirSync(join(root, 'packages'));
const names = process.argv.length > 2 ? process.argv.slice(2) : all;
const packages = names.map(readPackage).filter((one) => one.isPublished);

for (const { dist } of packages) rmSync(dist, { recursive: true, force: true });
const scripts = packages.flatMap((one) => [
  buildModules(one),
  buildCommonJs(one),
  buildScripts(one, build),
]);
try {
  // Meanwhile esbuild works in a process of its own.
  emitDeclarations(packages);
} finally {
  await Promise.all(scripts);
}
