import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** How a Worker runs. */
export interface WorkerSettings {
  /** The behaviour of the runtime, by its date: `2026-07-01`. */
  readonly date: string;
  readonly flags?: readonly string[];
  /** Texts that the program finds in `env`. */
  readonly bindings?: Readonly<Record<string, string>>;
}

export interface Worker {
  readonly origin: string;
  /** What the runtime and the program have logged. */
  readonly log: readonly string[];
  stop(): void;
}

const WORKERD = fileURLToPath(
  new URL('../runtimes/node_modules/workerd/bin/workerd', import.meta.url),
);

/** Starts workerd, the runtime of Cloudflare Workers, with what the program exports as `worker`, on a loopback port. */
export async function startWorker(program: URL, settings: WorkerSettings): Promise<Worker> {
  const folder = mkdtempSync(join(tmpdir(), 'mandate-worker-'));
  await bundleWorker(program, join(folder, 'worker.mjs'));
  writeFileSync(join(folder, 'config.capnp'), toConfig(settings));
  const child = spawn(WORKERD, ['serve', '--control-fd=3', join(folder, 'config.capnp')], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  }
  const stop = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface(child.stdio[3] as Readable)) {
    const { event, port } = JSON.parse(line) as { readonly event: string; readonly port: number };
    if (event === 'listen') return { origin: `http://127.0.0.1:${port}`, log, stop };
  }
  stop();
  throw new Error(`workerd did not start: ${log.join('')}`);
}

async function bundleWorker(program: URL, outfile: string): Promise<void> {
  await build({
    // What a Worker exports by default, which our sources never do.
    stdin: {
      contents: `export { worker as default } from ${JSON.stringify(fileURLToPath(program))};`,
      resolveDir: dirname(fileURLToPath(program)),
    },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['mandate-source', 'workerd', 'worker', 'import'],
    external: ['node:*', 'cloudflare:*'],
    plugins: [BUILT_INS],
    outfile,
    // From where the packages are found, wherever the program is.
    nodePaths: [join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules')],
  });
}

/** Modules of Node that older CommonJS packages require without `node:`, as wrangler resolves them. */
const BUILT_INS: Plugin = {
  name: 'built-ins',
  setup(esbuild) {
    const filter = new RegExp(`^(?:${builtinModules.join('|')})$`);
    esbuild.onResolve({ filter }, ({ path }) => ({ path, namespace: 'built-in' }));
    esbuild.onLoad({ filter: /./, namespace: 'built-in' }, ({ path }) => ({
      // There are no child processes, so wrangler has an empty module for it.
      contents: path === 'cluster' ? 'export default {};' : `export * from 'node:${path}';`,
    }));
  },
};

/** https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp */
function toConfig({ date, flags = [], bindings = {} }: WorkerSettings): string {
  const texts = Object.entries(bindings).map(
    ([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "network", network = (allow = ["public", "private", "local"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const main :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  compatibilityDate = "${date}",
  compatibilityFlags = [${flags.map((flag) => JSON.stringify(flag)).join(', ')}],
  bindings = [${texts.join(', ')}],
  globalOutbound = "network"
);
`;
}
