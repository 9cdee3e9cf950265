import { afterAll, describe, expect, test } from 'vitest';
import { createFolder, SECRET_TEXT } from './folder.js';
import { start } from './server.js';
import { BEHIND_A_MAP, BEHIND_RULES } from './static-hosts.js';

const { root, remove } = createFolder();
afterAll(remove);

const AMBIGUOUS = [400, 'path_ambiguous'];

/** Spellings of a file in `secret` that a reader behind the guard decodes. */
const SPELLINGS = [
  '/files/secret%2Fx.txt',
  '/files/secret%2fx.txt',
  '/files/secret%252Fx.txt',
  '/files/public/..%2Fsecret%2Fx.txt',
  '/files/public/..%252Fsecret%252Fx.txt',
  '/files/public%2F..%2Fsecret%2Fx.txt',
  '/files/public/%2E%2E/secret/x.txt',
  '/files/%73ecret/x.txt',
  '/files/%2573ecret/x.txt',
  '/files/%252573ecret/x.txt',
  '/files/.%2Fsecret%2Fx.txt',
  '/files/%2Fsecret%2Fx.txt',
  '/files/public/..%5Csecret%5Cx.txt',
  '/files/public/..%255Csecret%255Cx.txt',
];

describe.each(Object.entries(BEHIND_A_MAP))('%s behind a map', (_name, serve) => {
  test.each([...SPELLINGS, '/files/a%40b/x.txt', '/files/a%2540b/x.txt', '/files/a%252540b/x.txt'])(
    'is not reached by %s',
    async (target) => {
      for (const allowEncodedSlash of [false, true]) {
        const client = await start(serve(root, allowEncodedSlash));
        expect(await client.get(target, ['SECRET'])).toEqual(AMBIGUOUS);
      }
    },
  );

  test('serves files by the rule of their folder', async () => {
    const client = await start(serve(root, false));
    expect(await client.get('/files/secret/x.txt', ['SECRET'])).toEqual([200, SECRET_TEXT]);
    expect(await client.get('/files/a@b/x.txt', ['SECRET'])).toEqual([200, SECRET_TEXT]);
    expect(await client.get('/files/public/a.txt', [])).toEqual([200, 'public']);
    expect(await client.get('/files/c%20d/x.txt', [])).toEqual([200, 'public']);
    for (const target of ['/files/secret/x.txt', '/files/a@b/x.txt']) {
      expect(await client.get(target, [])).toEqual([403, 'scope_required']);
    }
  });

  test.each(['/files/secret', '/files/secret/', '/files/a@b', '/files/a@b/'])(
    'serves the index of a folder by the rule of the folder: %s',
    async (target) => {
      const client = await start(serve(root, false));
      expect(await client.get(target, [])).toEqual([403, 'scope_required']);
      expect((await client.get(target, ['SECRET']))[0]).not.toBe(403);
    },
  );
});

describe.each(Object.entries(BEHIND_RULES))('%s behind rules at routes', (_name, serve) => {
  test.each(SPELLINGS)('is not reached by %s', async (target) => {
    const client = await start(serve(root, false));
    expect(await client.get(target, ['SECRET'])).toEqual(AMBIGUOUS);
  });

  test.each(SPELLINGS.filter((target) => !/^.files.secret%/i.test(target)))(
    'is not reached by %s either where encoded slashes are allowed',
    async (target) => {
      const client = await start(serve(root, true));
      expect(await client.get(target, ['SECRET'])).toEqual(AMBIGUOUS);
    },
  );

  test('serves files by the rule before it', async () => {
    const client = await start(serve(root, false));
    expect(await client.get('/files/secret/x.txt', ['SECRET'])).toEqual([200, SECRET_TEXT]);
    expect(await client.get('/files/secret/x.txt', [])).toEqual([403, 'scope_required']);
    expect(await client.get('/files/public/a.txt', [])).toEqual([200, 'public']);
    expect(await client.get('/files/c%20d/x.txt', [])).toEqual([200, 'public']);
  });
});
