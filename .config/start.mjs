// Runs an example from the sources, without a build: `node --conditions=mandate-source start.mjs express`.
// One process from here on, because signals to `npm start` must reach the servers.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readPackage, root } from './build/package.mjs';
import { buildScripts } from './build/scripts.mjs';
import { endWithParent } from './start/end-with-parent.mjs';
import { installFor } from './start/install.mjs';

const [name = '', ...args] = process.argv.slice(2);
const folder = join(root, 'examples', name);
const main = join(folder, 'src/main.ts');

endWithParent();
process.on('uncaughtExceptionMonitor', ({ code, port }) => {
  if (code !== 'EADDRINUSE') return;
  console.error(`Port ${port} is in use. Choose another one: PORT=3005 npm start`);
});
await installFor(name, folder);

// What the example depends on, found from there: the root may have nothing installed.
const require = createRequire(join(folder, 'package.json'));
const tsx = require.resolve('tsx');
const { build } = createRequire(tsx)('esbuild');
await buildScripts(readPackage('client'), build);

process.chdir(folder);
process.argv = [process.argv[0], main, ...args];
// It says how the sources write their markup, or their decorators.
const options = join(folder, 'tsconfig.json');
process.env.TSX_TSCONFIG_PATH = existsSync(options) ? options : join(root, 'test/tsconfig.json');
await import(pathToFileURL(tsx).href);
await import(pathToFileURL(main).href);
