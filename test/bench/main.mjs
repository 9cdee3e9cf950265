import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { printTable } from './support/table.mjs';

const GROUPS = {
  decide: ['decide'],
  remembered: ['remembered'],
  policy: ['policy'],
  cold: ['cold', 'signatures'],
  http: ['express', 'koa', 'hono', 'fastify'],
  guarded: ['guarded'],
  imports: ['imports'],
  tokens: ['tokens'],
  revocation: ['revocation'],
  issuer: ['issuer'],
  client: ['client'],
  exports: ['exports', 'outbox'],
  memory: ['memory'],
  blocking: ['blocking'],
};
const ALL = Object.values(GROUPS).flat();

/** `node main.mjs cold http` measures only that; without arguments everything. */
const wanted = process.argv.slice(2).flatMap((name) => GROUPS[name] ?? [name]);
const unknown = wanted.find((name) => !ALL.includes(name));
if (unknown !== undefined) throw new Error(`${unknown} is unknown; use http or ${ALL.join(', ')}`);

/** Each section has a process of its own, so that none meets the heap of another. */
function run(section) {
  const file = fileURLToPath(new URL('section.mjs', import.meta.url));
  const child = fork(file, [section], { execArgv: ['--expose-gc'] });
  return new Promise((resolve, reject) => {
    child.on('message', resolve);
    child.on('exit', (code) => reject(new Error(`${section} ended with ${code} and no result`)));
  });
}

const rows = [];
for (const section of wanted.length > 0 ? wanted : ALL) {
  const startedAt = Date.now();
  rows.push(...(await run(section)));
  console.error(`${section}: ${Math.round((Date.now() - startedAt) / 1000)} s`);
}
const machine = `${cpus()[0].model}, ${cpus().length} cores`;
console.log(
  `\n${machine}; Node ${process.versions.node}; ${new Date().toISOString().slice(0, 10)}\n`,
);
printTable(rows);
