// Installs the packed packages as a user would, checks what comes with them, and writes the list of it:
// `node .config/release/supply-chain.mjs FOLDER [--without-signatures]`, after `npm run build`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from '../build/package.mjs';
import { PNPM } from '../pnpm.mjs';

/** What the packages expect the application to have. */
const PEERS = ['express', 'koa', 'hono', 'fastify', 'libsql', 'pg', '@opentelemetry/api'];
const SCRIPTS = ['preinstall', 'install', 'postinstall'];

const [folder, flag] = process.argv.slice(2);
if (folder === undefined || (flag !== undefined && flag !== '--without-signatures')) {
  throw new Error('usage: supply-chain.mjs FOLDER [--without-signatures]');
}
const target = resolve(folder);
mkdirSync(target, { recursive: true });
const archives = packPackages();
const project = mkdtempSync(join(tmpdir(), 'mandate-release-'));
try {
  writeFileSync(join(project, 'package.json'), '{ "name": "application", "version": "1.0.0" }');
  npm('install', '--ignore-scripts', '--no-audit', '--no-fund', ...archives, ...PEERS);
  const scripts = listInstallScripts();
  if (scripts.length > 0) throw new Error(`install scripts: ${scripts.join(', ')}`);
  if (flag === undefined) npm('audit', 'signatures');
  const sbom = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], {
    cwd: project,
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  writeFileSync(join(target, 'sbom.cdx.json'), sbom);
  console.log(
    `${JSON.parse(String(sbom)).components.length} packages, none with an install script`,
  );
} finally {
  rmSync(project, { recursive: true });
}

function npm(...args) {
  execFileSync('npm', args, { cwd: project, stdio: 'inherit' });
}

/** `@mandate/internal` is built into the others and not published. */
function packPackages() {
  const pack = ['-r', '--filter', './packages/*', 'pack', '--pack-destination', target];
  execFileSync('npx', ['--yes', PNPM, '--silent', ...pack], { cwd: root, stdio: 'inherit' });
  for (const name of listArchives()) {
    if (name.startsWith('mandate-internal-')) rmSync(join(target, name));
  }
  return listArchives().map((name) => join(target, name));
}

function listArchives() {
  return readdirSync(target).filter((name) => name.endsWith('.tgz'));
}

function listInstallScripts() {
  return readdirSync(join(project, 'node_modules'), { recursive: true })
    .filter((path) => /(?:^|node_modules\/)(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path))
    .map((path) => JSON.parse(readFileSync(join(project, 'node_modules', path), 'utf8')))
    .filter(({ scripts = {} }) => SCRIPTS.some((name) => name in scripts))
    .map(({ name }) => name);
}
