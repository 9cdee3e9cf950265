import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

describe.each(['express', 'koa', 'hono'])('examples/%s', (name) => {
  test('passes its own tests', async () => {
    const cwd = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
    const { stdout } = await promisify(execFile)('npm', ['test'], { cwd });
    expect(stdout).toContain('# pass 1');
    expect(stdout).toContain('# fail 0');
  });
});
