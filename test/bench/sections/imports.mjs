import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from '../support/interleave.mjs';
import { row } from '../support/table.mjs';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const TURNS = 21;
/** Milliseconds that a guard may add to the imports of a host. */
const MAX_MS = 25;

const CORE = ['@mandate/core', '@mandate/core/jwt'];
const HOSTS = {
  express: { host: ['express'], peer: ['express-oauth2-jwt-bearer'] },
  koa: { host: ['koa'], peer: ['koa-jwt', 'jwks-rsa'] },
  hono: { host: ['hono'], peer: ['hono/jwk'] },
  fastify: { host: ['fastify'], peer: [] },
};

/** How long a new process imports a host, alone, with a guard, and with what else verifies its tokens. */
export async function measure() {
  return Object.entries(HOSTS).map(([name, { host, peer }]) => {
    const times = { host: [], mandate: [], peer: [] };
    const variants = {
      host,
      mandate: [...host, ...CORE, `@mandate/${name}`],
      peer: [...host, ...peer],
    };
    for (let turn = 0; turn < TURNS; turn++) {
      for (const [variant, modules] of Object.entries(variants)) times[variant].push(time(modules));
    }
    const added = (variant) => median(times[variant].map((ms, turn) => ms - times.host[turn]));
    const other =
      peer.length === 0 ? '' : `; ${peer.join(' and ')}: ${added('peer').toFixed(0)} ms`;
    return row(
      `${name}: milliseconds that @mandate/core, /jwt and @mandate/${name} add to its import`,
      `${added('mandate').toFixed(0)} ms`,
      `≤ ${MAX_MS} ms`,
      added('mandate') <= MAX_MS,
      `alone ${median(times.host).toFixed(0)} ms${other}`,
    );
  });
}

/** The time of the imports, measured inside of a process of its own. */
function time(modules) {
  const imports = modules.map((name) => `await import('${name}');`).join(' ');
  const code = `const from = performance.now(); ${imports} console.log(performance.now() - from);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    cwd: FOLDER,
    encoding: 'utf8',
  });
  if (!(Number(stdout) > 0)) throw new Error(stderr);
  return Number(stdout);
}
