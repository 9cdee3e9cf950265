import { onTestFinished } from 'vitest';
import { spawnWorker, type Worker, type WorkerSetup } from './start-worker.js';

/** Workers that are replaced when they are killed. They end with the test. */
export interface Crew {
  /** All that ever were. */
  readonly members: readonly Worker[];
  /** Kills one as nothing can be prepared for. */
  killOne(): Promise<void>;
  stop(): Promise<void>;
}

export async function startCrew(size: number, setup: Omit<WorkerSetup, 'key'>): Promise<Crew> {
  const members: Worker[] = [];
  const working: Worker[] = [];
  let isStopping = false;

  /** Like what watches over services: what ends is started again. */
  async function employ(): Promise<void> {
    while (!isStopping) {
      try {
        const worker = await spawnWorker(setup);
        if (isStopping) return await worker.kill();
        members.push(worker);
        working.push(worker);
        worker.go();
        void worker.exit.then(() => {
          working.splice(working.indexOf(worker), 1);
          void employ();
        });
        return;
      } catch {
        // The database was away when it started.
      }
    }
  }
  const stop = async () => {
    isStopping = true;
    await Promise.all([...working].map((worker) => worker.kill()));
  };
  onTestFinished(stop);
  await Promise.all(Array.from({ length: size }, employ));

  return {
    members,
    stop,
    async killOne() {
      await working[Math.floor(Math.random() * working.length)]?.kill();
    },
  };
}
