import type { DeliveryOptions } from '@mandate/exports';
import { onTestFinished } from 'vitest';
import { type Child, startChild } from '../../tokens/processes/child.js';
import { KEY } from '../support/crm-world.js';
import { type Clock, REAL_TIME } from './clock.js';

/** What a worker's process is told. */
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
  const key = Buffer.from(KEY).toString('hex');
  const setup: WorkerSetup = { place, key, clock, options };
  const child = await startChild('../../exports/processes/worker-program.ts', [
    JSON.stringify(setup),
  ]);
  onTestFinished(() => child.kill());
  await child.firstLine;
  return Object.assign(child, { go: () => void child.process.stdin?.end() });
}

/** How many deliveries of a worker's arrived. */
export function countDelivered({ lines }: Child): number {
  return lines.filter((line) => line.includes("type: 'delivered'")).length;
}

/** Until the test's time is over. */
export async function waitFor(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20));
}
