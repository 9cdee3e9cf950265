import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../.config/reference.mjs', import.meta.url));

test('the reference of every entry builds without a warning', async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT, '--check']);
  expect(stdout + stderr).toBe('');
});
