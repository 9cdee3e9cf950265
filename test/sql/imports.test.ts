import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('the store of tokens does not load the dependencies of exports', async () => {
  const { metafile } = await build({
    entryPoints: [
      fileURLToPath(new URL('../../packages/sql/src/tokens/index.ts', import.meta.url)),
    ],
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['mandate-source'],
    external: ['libsql', 'pg-native'],
    metafile: true,
    write: false,
  });
  const loaded = Object.keys(metafile.inputs);
  expect(loaded.some((path) => path.endsWith('packages/tokens/src/index.ts'))).toBe(true);
  expect(loaded.filter((path) => /\/(?:undici|oauth4webapi)\//.test(path))).toEqual([]);
});
