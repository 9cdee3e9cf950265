import type { DeliveryOptions, ExportEvent } from '@mandate/exports';
import { onTestFinished } from 'vitest';
import { type Child, startChild } from '../../tokens/processes/child.js';
import { KEY } from '../support/crm-world.js';
import { type Clock, REAL_TIME } from './clock.js';

/** The arguments of a worker's process. */
export interface WorkerSetup {
  /** A URL or a file. */
  readonly place: string;
  /** The key that seals secrets, in hex. */
  readonly key: string;
  readonly clock: Clock;
  readonly options: DeliveryOptions;
}

export interface Worker extends Child {
  /** Begins to deliver. */
  go(): void;
}

/** Starts a process with a worker that waits for its signal; it ends with the test. */
export async function startWorker(
  place: string,
  options: DeliveryOptions,
  clock = REAL_TIME,
): Promise<Worker> {
  const worker = await spawnWorker({ place, options, clock });
  onTestFinished(() => worker.kill());
  return worker;
}

/** The same for a caller that ends the worker. */
export async function spawnWorker(setup: Omit<WorkerSetup, 'key'>): Promise<Worker> {
  const key = Buffer.from(KEY).toString('hex');
  const child = await startChild('../../exports/processes/worker-program.ts', [
    JSON.stringify({ ...setup, key } satisfies WorkerSetup),
  ]);
  await child.firstLine;
  return Object.assign(child, { go: () => void child.process.stdin?.write('go') });
}

/** Counts the events of a type that workers printed. */
export function countPrinted(lines: readonly string[], type: ExportEvent['type']): number {
  return lines.filter((line) => line.includes(`type: '${type}'`)).length;
}

/** @throws Error after the time-out, so that nothing continues after the test. */
export async function waitFor(
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs = 240_000,
): Promise<void> {
  const untilMs = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > untilMs) throw new Error('the condition never became true');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
