import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build/package.mjs';
import { PNPM } from '../pnpm.mjs';

/**
 * Installs what one example needs, unless that is there: tests need ten times as much.
 * @param {string} name
 * @param {string} folder
 */
export async function installFor(name, folder) {
  const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
  const stamp = join(folder, 'node_modules/.installed-lockfile.yaml');
  if (read(stamp) === lockfile || read(join(root, 'node_modules/.pnpm/lock.yaml')) === lockfile) {
    return;
  }
  console.log(`Installing the dependencies of examples/${name}. This happens once.`);
  const filter = `{examples/${name}}...`;
  const args = ['--yes', PNPM, '--filter', filter, 'install', '--frozen-lockfile', '--silent'];
  const child = spawn('npx', args, { cwd: root, stdio: 'inherit' });
  const end = () => child.kill();
  process.once('SIGTERM', end);
  const [code] = await once(child, 'close');
  process.off('SIGTERM', end);
  if (code !== 0) throw new Error(`pnpm install ended with ${code}`);
  if (existsSync(join(folder, 'node_modules'))) writeFileSync(stamp, lockfile);
}

/** @param {string} path */
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
