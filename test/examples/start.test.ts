import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Whether a server accepts connections at that URL. */
const isOpen = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

test('npm start ends its servers and removes their files when npm is terminated', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mandate-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const npm = spawn('npm', ['start'], { cwd: root, env: { ...process.env, TMPDIR: folder } });
  onTestFinished(() => void npm.kill('SIGKILL'));
  let output = '';
  npm.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await expect.poll(() => output).toContain('Ctrl-C');
  const url = /http:\S+(?=\/requests)/.exec(output)?.[0] ?? '';
  expect(await isOpen(url)).toBe(true);
  npm.kill('SIGTERM');
  await once(npm, 'exit');
  await expect.poll(() => isOpen(url)).toBe(false);
  const isDatabase = (path: string) => path.endsWith('.db');
  const listDatabases = async () => (await readdir(folder, { recursive: true })).filter(isDatabase);
  await expect.poll(listDatabases).toEqual([]);
});
