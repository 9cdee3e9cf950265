import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../support/listen.js';

const config = fileURLToPath(new URL('fixtures/vitest.config.ts', import.meta.url));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

/** Starts a run of a fixture, in a process group of its own. */
async function start(fixture: string, environment: Readonly<Record<string, string>> = {}) {
  const said: string[] = [];
  const server = createServer(async (request, response) => {
    said.push(await text(request));
    response.end();
  });
  const FIXTURE_ORIGIN = await listen(server);
  const env = { ...process.env, FIXTURE: fixture, FIXTURE_ORIGIN, NO_COLOR: '1', ...environment };
  const child = spawn(process.execPath, [vitest, 'run', '--config', config], { env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
    ([out, error, [exitCode]]) => ({
      out,
      error,
      exitCode,
      lastLine: out.trim().split('\n').at(-1),
    }),
  );
  /** What was said; fails with the output if the run has ended, because nothing more will be said. */
  const listened = async () => {
    if (child.exitCode !== null || child.signalCode !== null) {
      const { out, error } = await output;
      throw new Error(`the run has ended: ${child.exitCode ?? child.signalCode}\n${out}\n${error}`);
    }
    return said;
  };
  return { child, said, listened, output };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a hook that hangs is named when the run is interrupted', async () => {
  const { child, listened, output } = await start('hook');
  await expect.poll(listened).toContain('afterAll');
  child.kill('SIGTERM');
  const { error, exitCode, lastLine } = await output;
  expect(error).toContain('Test run given up: interrupted by SIGTERM.');
  expect(error).toContain('afterAll of hook.fixture.ts');
  expect({ exitCode, lastLine }).toEqual({
    exitCode: 143,
    lastLine: '1 passed, 1 failed, 1 skipped',
  });
});

test('a test that waits for a child is named, and the child is named and ended', async () => {
  const { child, said, listened, output } = await start('child');
  await expect
    .poll(listened)
    .toEqual(expect.arrayContaining(['waits for a child', expect.stringMatching(/^pid /)]));
  const pid = Number(said.find((line) => line.startsWith('pid '))?.slice(4));
  child.kill('SIGINT');
  const { error, exitCode, lastLine } = await output;
  expect(error).toContain('test child.fixture.ts > waits for a child');
  expect(error).toMatch(new RegExp(`${pid} .*never-ends`));
  expect({ exitCode, lastLine }).toEqual({
    exitCode: 130,
    lastLine: '1 passed, 1 failed, 0 skipped',
  });
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('a run that does not end after its tests reports that when it is interrupted', async () => {
  const { child, listened, output } = await start('teardown');
  await expect.poll(listened).toContain('teardown');
  child.kill('SIGTERM');
  const { error, exitCode, lastLine } = await output;
  expect(error).toContain('The tests are over; the run did not end.');
  expect({ exitCode, lastLine }).toEqual({
    exitCode: 143,
    lastLine: '1 passed, 1 failed, 0 skipped',
  });
});

test('a run that is silent for too long ends itself', async () => {
  const { output } = await start('teardown', { FIXTURE_SILENCE_MS: '5000' });
  const { error, exitCode, lastLine } = await output;
  expect(error).toContain('Test run given up: nothing began or ended for 5 s.');
  expect(exitCode).toBe(1);
  // On a slow machine it is silent before the test.
  expect(lastLine).toMatch(/^[01] passed, 1 failed, 0 skipped$/);
});
