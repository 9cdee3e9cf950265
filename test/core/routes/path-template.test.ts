import { parseMountTemplates, parseTemplates } from '@mandate/core/check-routes';
import { describe, expect, test } from 'vitest';
import { isWithin, mergePatterns } from '../../../packages/core/src/routes/path-overlap.js';
import {
  expandWildcards,
  fill,
  samplePaths,
  toEndpointPatterns,
} from '../../../packages/core/src/routes/path-samples.js';
import { respell } from '../../../packages/core/src/routes/path-spelling.js';

describe('samplePaths', () => {
  const sample = (path: string, depth = 3) => samplePaths(parseTemplates(path), depth);

  test.each([
    ['/', ['/']],
    ['/a/b', ['/a/b']],
    ['/:id', ['/Zz~0', '/70915', '/q']],
    ['/:"a b"/x', ['/Zz~0/x', '/70915/x', '/q/x']],
    ['/a{/b}', ['/a/b', '/a']],
    ['/a{/b{/c}}', ['/a/b/c', '/a', '/a/b']],
    ['/a\\:b\\{c\\}', ['/a:b{c}']],
    ['/file-:n.json', ['/file-Zz~0.json', '/file-70915.json', '/file-q.json']],
  ])('makes paths of %s', (path, samples) => {
    expect(sample(path)).toEqual(samples);
  });

  test('fills in wildcards at every depth', () => {
    expect(sample('/*all').filter((path) => path.startsWith('/q'))).toEqual([
      '/q',
      '/q/q',
      '/q/q/q',
    ]);
    expect(sample('/a/*all/b', 4)).toContain('/a/q/q/b');
  });

  test('tries the given values', () => {
    expect(samplePaths(parseTemplates('/:id'), 1, ['7'])).toContain('/7');
  });

  test('makes none for regular expressions, or if there are too many', () => {
    expect(parseTemplates(/^\/a/)).toEqual([]);
    expect(parseTemplates('{/a}{/b}{/c}{/d}{/e}{/f}')).toEqual([]);
    expect(sample('/*all', 1_000)).toEqual([]);
  });

  test('makes paths of a mount and of paths below it', () => {
    expect(samplePaths(parseMountTemplates('/a/'), 2).filter((p) => /^\/a(\/q)?$/.test(p))).toEqual(
      ['/a', '/a/q'],
    );
  });
});

describe('mergePatterns', () => {
  const merge = (path: string, segments: readonly string[]) => {
    const patterns = parseTemplates(path).flatMap(({ pattern }) => expandWildcards(pattern, 3));
    const named = toEndpointPatterns(segments).flatMap((pattern) => expandWildcards(pattern, 3));
    const merged = patterns.flatMap((one) => named.flatMap((other) => mergePatterns(one, other)));
    return [...new Set(merged.map((path) => fill(path, 'x')))];
  };

  test.each([
    ['/docs/:id', ['docs', 'admin'], ['/docs/admin']],
    ['/:kind/admin', ['docs', ':id'], ['/docs/admin']],
    ['/docs/:id', ['docs', '*'], ['/docs/x']],
    ['/:kind', ['docs', '*'], ['/docs']],
    ['/docs/*all', ['docs', 'a', ':b'], ['/docs/a/x']],
    ['/file-:n', ['file-1'], ['/file-1']],
    ['/items\\:batch', ['items:batch'], ['/items:batch']],
    ['/items\\::verb', ['items:batch'], ['/items:batch']],
    ['/:id\\:cancel', ['{name}:cancel'], ['/x:cancel']],
    ['/:id', ['{id}:cancel'], ['/x:cancel']],
    ['/:id\\:cancel', [':id'], ['/x:cancel']],
    ['/items\\::verb', ['{id}:cancel'], ['/items:x:cancel', '/items:cancel']],
    ['/:id\\:archive', ['{id}:cancel'], []],
    ['/:id\\:cancel', ['items'], []],
    ['/:a-:b', ['{id}:x'], ['/x:x']],
    ['/:id\\:cancel', ['*'], ['/x:cancel']],
    ['/docs', ['docs', 'admin'], []],
    ['/*all', ['*'], ['/x', '/x/x', '/x/x/x']],
  ])('finds the paths that %s and %j have in common', (path, segments, merged) => {
    expect(merge(path, segments)).toEqual(merged);
  });
});

describe('isWithin', () => {
  test.each([
    ['/a/b', ['a', 'b'], true],
    ['/A', ['a'], true],
    ['/a', [':x'], true],
    ['/:x', ['a'], false],
    ['/:x', [':y'], true],
    ['/file-:x', ['{y}'], true],
    ['/*all', [':y'], false],
    ['/*all', ['*'], true],
    ['/a/*all', ['*'], true],
    ['/a/*all', ['a', '*'], true],
    ['/a', ['a', '*'], false],
    ['/a/', ['a', '*'], true],
    ['/a/', ['a'], true],
    ['/a/b', ['a'], false],
    ['/x\\:cancel', ['{id}:cancel'], true],
    ['/:id\\:cancel', ['{name}:cancel'], true],
    ['/:id\\:CANCEL', ['{name}:cancel'], true],
    ['/:id\\:x\\:cancel', ['{name}:cancel'], true],
    ['/\\:cancel', ['{name}:cancel'], false],
    ['/:id', ['{name}:cancel'], false],
    ['/:id\\:cancel', ['{id}'], true],
    ['/:id\\:cancel', ['items:cancel'], false],
    ['/thumbnail.:ext', ['thumbnail.{ext}'], true],
    ['/thumbnail', ['thumbnail.{ext}'], false],
    ['/', [], true],
    ['/', ['*'], true],
  ])('%s in %j: %s', (path, segments, expected) => {
    const [template] = parseTemplates(path);
    expect(template && isWithin(template, segments)).toBe(expected);
  });

  test('matches a form that only one host has with the same form only', () => {
    const bare = { pattern: '/docs', isImplicit: true };
    expect(isWithin(bare, ['docs'])).toBe(true);
    expect(isWithin(bare, [':page'])).toBe(false);
    expect(isWithin(bare, ['*'])).toBe(false);
  });
});

describe('respell', () => {
  test.each([
    ['/a@b', [['/a@b', '/a%40b']]],
    ['/:x/a@b', [['/Zz~0/a@b', '/Zz~0/a%40b']]],
    ['/a%40b', [['/a%40b', '/a@b']]],
    ['/é', [['/é', '/%C3%A9']]],
    ["/o'x", [["/o'x", '/o%27x']]],
    ['/a.b-c_d~e/:f/*g', []],
  ])('finds other spellings of %s', (path, pairs) => {
    expect(parseTemplates(path).flatMap(respell)).toEqual(pairs);
  });
});
