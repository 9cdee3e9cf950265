import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { basePath, type Exchange, type TestServer } from '../../contract/harness.js';
import { type RawRequest, sendRaw } from '../../contract/raw-http.js';
import { exportKeyPairs } from '../../support/key-pairs.js';
import type { Runtime } from '../../support/runtimes.js';
import { startWorker } from '../../support/start-worker.js';
import { bundle } from '../../tokens/processes/bundle.js';
import type { Seen } from './observed.js';
import { type Row, toName } from './row.js';

/** The servers of one runtime. */
export interface RunningRuntime {
  readonly runtime: string;
  readonly servers: readonly RuntimeServer[];
  stop(): void;
}

export interface RuntimeServer extends TestServer {
  readonly runtime: string;
  readonly isNative: boolean;
}

/** Starts the rows of the table on Node, Bun or Deno. */
export async function startRuntime(
  { name: runtime, command }: Runtime,
  rows: readonly Row[],
): Promise<RunningRuntime> {
  const folder = mkdtempSync(join(tmpdir(), 'mandate-table-'));
  const keysFile = join(folder, 'keys.json');
  writeFileSync(keysFile, JSON.stringify(await exportKeyPairs()));
  const [file, ...args] = command;
  const program = await bundle('../../runtimes/table/program.ts');
  const child = spawn(file, [...args, program, keysFile, JSON.stringify(rows)], {
    env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const stop = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface(child.stdout)) {
    const { ports, control } = JSON.parse(line) as {
      readonly ports: Readonly<Record<string, number>>;
      readonly control: number;
    };
    const servers = rows.map((row) => {
      const name = toName(row);
      const url = `http://127.0.0.1:${control}/${encodeURIComponent(name)}`;
      return createServer({ runtime, row, port: ports[name] as number, url });
    });
    return { runtime, servers, stop };
  }
  stop();
  throw new Error(`${runtime} did not start`);
}

/** Starts the rows of the table on workerd, each in a process of its own. */
export async function startWorkers(rows: readonly Row[]): Promise<RunningRuntime> {
  const runtime = 'workerd';
  const KEYS = JSON.stringify(await exportKeyPairs());
  const workers = await Promise.all(
    rows.map(async (row) => {
      const worker = await startWorker(new URL('./worker-program.ts', import.meta.url), {
        date: '2026-07-01',
        flags: ['nodejs_compat'],
        bindings: { KEYS, ROW: JSON.stringify(row) },
      });
      const { port } = new URL(worker.origin);
      const url = `${worker.origin}/__seen`;
      const { log } = worker;
      return { worker, server: createServer({ runtime, row, port: Number(port), url, log }) };
    }),
  );
  const stop = () => {
    for (const { worker } of workers) worker.stop();
  };
  return { runtime, servers: workers.map(({ server }) => server), stop };
}

interface Place {
  readonly runtime: string;
  readonly row: Row;
  readonly port: number;
  /** Where the server tells what happened in it. */
  readonly url: string;
  /** What the process has logged. */
  readonly log?: readonly string[];
}

function createServer({ runtime, row, port, url, log = [] }: Place): RuntimeServer {
  return {
    ...row,
    runtime,
    name: `${toName(row)} on ${runtime}`,
    base: basePath(row.mounting),
    onlyMatched: false,
    async send(request: RawRequest): Promise<Exchange> {
      const response = await sendRaw(port, request);
      const told = await fetch(url);
      if (!told.ok) throw new Error(`${runtime}: ${log.join('')}`);
      const seen = (await told.json()) as Seen;
      return { request, response, ...seen };
    },
    close: async () => {},
  };
}
