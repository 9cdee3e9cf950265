import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The same young generation for all from the start: when V8 enlarges it is a matter of chance. */
const FLAGS = ['--min-semi-space-size=16', '--max-semi-space-size=16', '--no-warnings'];

const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/**
 * Starts a program of the bench in a process of its own, on one core where the system can do that.
 * @returns `ask(message)`, which resolves to the program's answer, and `stop()`.
 */
export function startChild(file, args, core) {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const child = fork(path, args, {
    env: { ...process.env, NODE_ENV: 'production' },
    // The program that taskset runs keeps its file descriptors, including the channel to this process.
    ...(canPin
      ? { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath, ...FLAGS] }
      : { execArgv: FLAGS }),
  });
  const ended = once(child, 'exit');
  return {
    async ask(message) {
      child.send(message);
      const [answer] = await Promise.race([
        once(child, 'message'),
        ended.then(([code]) => Promise.reject(new Error(`${file} ${args} ended with ${code}`))),
      ]);
      if (answer.error !== undefined) throw new Error(`${file} ${args}: ${answer.error}`);
      return answer;
    },
    stop() {
      child.kill();
      return ended;
    },
  };
}

/** The other side: answers each message with what `answer` makes of it. */
export function serveParent(answer) {
  process.on('message', async (message) => {
    try {
      process.send((await answer(message)) ?? {});
    } catch (error) {
      process.send({ error: error.stack });
    }
  });
  process.on('disconnect', () => process.exit());
}
